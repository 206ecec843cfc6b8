"""What states, events, codes and shared fields of a referral are called on pages."""

from collections.abc import Mapping
from dataclasses import dataclass

from web.i18n import N_, Language

STATES: Mapping[str, str] = {
    "draft": N_("Draft"),
    "sent": N_("New, waits for an answer"),
    "viewed": N_("Seen, waits for an answer"),
    "needs_info": N_("Waits for an answer to your question"),
    "accepted": N_("Accepted: please make contact"),
    "waitlisted": N_("On your waitlist"),
    "scheduled": N_("An appointment is made"),
    "no_show": N_("The appointment was missed"),
    "in_service": N_("Help has begun"),
    "completed": N_("Completed"),
    "not_completed": N_("Ended without service"),
    "declined": N_("Declined"),
    "expired": N_("Closed: nobody answered in time"),
    "cancelled": N_("Withdrawn"),
    "entered_in_error": N_("Sent by mistake"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody can do: the words of its button, what its page asks, and what is said after."""

    button: str
    ask: str
    done: str


ACTIONS: Mapping[str, Action] = {
    "accept": Action(
        N_("Accept"), N_("Accept this referral"), N_("Accepted. Please make contact soon.")
    ),
    "schedule": Action(
        N_("Make an appointment"), N_("When is the appointment?"), N_("The appointment is noted.")
    ),
    "reschedule": Action(
        N_("Move the appointment"), N_("When is the new appointment?"), N_("The appointment is moved.")
    ),
    "start": Action(
        N_("Help has begun"), N_("Has help begun?"), N_("It is noted that help has begun.")
    ),
    "offer_slot": Action(
        N_("A place is free now"), N_("Is there a place now?"), N_("It is noted that there is a place.")
    ),
    "complete": Action(
        N_("It is done: record the outcome"), N_("How did it end?"), N_("The outcome is recorded. Thank you.")
    ),
    "accept_waitlist": Action(
        N_("Put on the waitlist"), N_("Why the waitlist, and until when?"), N_("It is on your waitlist.")
    ),
    "waitlist": Action(
        N_("Move to the waitlist"), N_("Why the waitlist, and until when?"), N_("It is on your waitlist.")
    ),
    "ask_info": Action(
        N_("Ask a question"), N_("What do you need to know?"), 
        N_("Your question is sent. Your time stands still meanwhile."),
    ),
    "mark_no_show": Action(
        N_("Nobody came"), N_("Did nobody come?"), 
        N_("It is noted that nobody came. You can make another appointment."),
    ),
    "not_complete": Action(
        N_("It did not work out"), N_("Why did it not work out?"), N_("It is noted. Thank you for saying so.")
    ),
    "decline": Action(
        N_("Decline"), N_("Why can you not take it?"), N_("Declined. Somebody else is asked now.")
    ),
}  # fmt: skip
"""In the order they are offered."""
DONE = {
    "capacity": N_("Thank you. Coordinators see it from now on."),
    "acknowledge": N_("Thank you. The sender knows that you have seen it."),
}
AT_ONCE = ("accept", "start", "offer_slot")
"""What needs nothing entered: one press of a button."""

REASONS: Mapping[str, str] = {
    "no_capacity": N_("We are full"),
    "not_eligible": N_("They do not meet our conditions"),
    "out_of_area": N_("They live outside our area"),
    "service_not_offered": N_("We do not offer this"),
    "missing_info": N_("Something we need to know is missing"),
    "no_funds": N_("We have no funds at the moment"),
    "language_or_access_unmet": N_("We cannot meet their language or access needs"),
    "unsafe_or_conflict": N_("It would not be safe, or there is a conflict"),
    "duplicate": N_("We have this referral already"),
    "already_served": N_("We serve them already"),
    "no_capacity_has_waitlist": N_("We are full, but there is a waitlist"),
    "additional_assessment_required": N_("We have to assess first"),
    "awaiting_documents": N_("Papers are missing"),
    "client_requested_pause": N_("They asked for a pause"),
    "client_unreachable": N_("We could not reach them"),
    "client_declined": N_("They did not want it"),
    "client_no_show": N_("They did not come"),
    "client_moved_or_ineligible": N_("They moved away, or no longer qualify"),
    "documents_missing": N_("Papers never came"),
    "service_unavailable": N_("The service was not available"),
    "partner_withdrew": N_("We had to withdraw"),
    "partner_no_followup": N_("We did not follow up"),
    "cost_or_insurance": N_("Cost or insurance stood in the way"),
    "transport_barrier": N_("They could not get here"),
    "deceased": N_("The person has died"),
    "need_met_elsewhere": N_("The need was met elsewhere"),
    "patient_withdrew": N_("They withdrew"),
    "consent_revoked": N_("Consent was withdrawn"),
    "wrong_patient": N_("It was about somebody else"),
    "wrong_service": N_("It was the wrong service"),
    "safety_concern": N_("It would not be safe"),
    "sender_no_answer": N_("A question was not answered in time"),
    "superseded": N_("Another referral took its place"),
    "other": N_("Another reason: say it in words"),
}
OUTCOMES: Mapping[str, str] = {
    "service_received_full": N_("They got all the help they needed"),
    "service_received_partial": N_("They got part of the help"),
    "enrolled": N_("They are enrolled in the program"),
    "application_submitted": N_("An application was handed in"),
    "information_only": N_("They got information only"),
    "assessed_no_service": N_("They were assessed, without service"),
    "enrolment_waitlisted": N_("They are on a waitlist for enrolment"),
}
FIELDS: Mapping[str, str] = {
    "name": N_("Name"),
    "birth_date": N_("Date of birth"),
    "contact": N_("How to reach them"),
    "address": N_("Address"),
    "postal_code": N_("ZIP code"),
    "languages": N_("Languages"),
    "insurance": N_("Insurance"),
    "mobility": N_("Getting around"),
    "documents": N_("Papers they have"),
    "availability": N_("When they can"),
    "caregiver": N_("Caregiver"),
    "need": N_("What they need"),
}
EVENTS: Mapping[str, str] = {
    "send": N_("Sent"),
    "view": N_("Seen"),
    "ask_info": N_("Question"),
    "answer_info": N_("Answer"),
    "answer_timeout": N_("Closed: the question was not answered"),
    "accept": N_("Accepted"),
    "accept_waitlist": N_("Put on the waitlist"),
    "waitlist": N_("Put on the waitlist"),
    "decline": N_("Declined"),
    "response_timeout": N_("Closed: nobody answered in time"),
    "schedule": N_("Appointment made"),
    "reschedule": N_("Appointment moved"),
    "start": N_("Help began"),
    "offer_slot": N_("A place was free"),
    "mark_no_show": N_("Nobody came"),
    "complete": N_("Completed"),
    "complete_on_behalf": N_("Completed"),
    "not_complete": N_("Ended without service"),
    "not_complete_on_behalf": N_("Ended without service"),
    "contact_timeout": N_("Closed: nothing was heard in time"),
    "cancel": N_("Withdrawn"),
    "mark_error": N_("Sent by mistake"),
}


def said(table: Mapping[str, str], code: str, say: Language) -> str:
    """The words for a code; the code itself when a network added it without words."""
    words = table.get(code)
    return say.gettext(words) if words else code.replace("_", " ")


def done(key: str, say: Language) -> str:
    """What is said after something was done; blank for what is not known."""
    action = ACTIONS.get(key)
    words = action.done if action else DONE.get(key)
    return say.gettext(words) if words else ""


def options(
    table: Mapping[str, str], codes: tuple[str, ...], say: Language
) -> list[tuple[str, str]]:
    """Codes with their words, for a list to choose from."""
    return [(code, said(table, code, say)) for code in codes]
