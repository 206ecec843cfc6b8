"""What states and events are called inside a sentence, and who acts: English source strings."""

from collections.abc import Mapping
from typing import Final

from core.saying import N_, Saying

STATES: Final[Mapping[str, str]] = {
    "draft": N_("a draft"),
    "sent": N_("sent"),
    "viewed": N_("viewed"),
    "needs_info": N_("waiting for information"),
    "accepted": N_("accepted"),
    "waitlisted": N_("on a waitlist"),
    "scheduled": N_("scheduled"),
    "no_show": N_("missed by the patient"),
    "in_service": N_("in service"),
    "completed": N_("completed"),
    "not_completed": N_("not completed"),
    "declined": N_("declined by the partner"),
    "expired": N_("expired"),
    "cancelled": N_("cancelled"),
    "entered_in_error": N_("entered in error"),
}
EVENTS: Final[Mapping[str, str]] = {
    "draft": N_("draft"),
    "send": N_("send"),
    "discard": N_("discard"),
    "view": N_("view"),
    "ask_info": N_("ask for information"),
    "answer_info": N_("answer the question"),
    "answer_timeout": N_("end it unanswered"),
    "accept": N_("accept"),
    "accept_waitlist": N_("accept for the waitlist"),
    "decline": N_("decline"),
    "response_timeout": N_("end it without a response"),
    "schedule": N_("make an appointment"),
    "reschedule": N_("move the appointment"),
    "start": N_("begin to help"),
    "waitlist": N_("put on the waitlist"),
    "offer_slot": N_("offer a place"),
    "mark_no_show": N_("record a missed appointment"),
    "complete": N_("complete"),
    "complete_on_behalf": N_("complete on behalf of the partner"),
    "not_complete": N_("end it without service"),
    "not_complete_on_behalf": N_("end it on behalf of the partner"),
    "contact_timeout": N_("end it without contact"),
    "cancel": N_("cancel"),
    "mark_error": N_("mark as an error"),
}
WHO: Final[Mapping[str, str]] = {
    "coordinator": N_("a coordinator of the sending organization"),
    "partner": N_("the partner"),
    "timer": N_("the clock"),
    "patient": N_("the patient"),
    "caregiver": N_("the caregiver"),
}


def state_words(code: str) -> Saying:
    """A state as words: "It is …"."""
    return Saying(STATES.get(code, code.replace("_", " ")))


def event_words(code: str) -> Saying:
    """An event as what somebody does."""
    return Saying(EVENTS.get(code, code.replace("_", " ")))


def either(kinds: list[str]) -> str:
    """One actor or the other, as words."""
    first, *more = [Saying(WHO[kind]) for kind in kinds]
    for other in more:
        first = Saying("%(one)s or %(other)s", one=first, other=other)
    return first
