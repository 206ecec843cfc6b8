"""What a coordinator can do with a referral: the words of its button, its page, and what is said after."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from referrals.views import AvailableEvent
from referrals.words import event_words
from web.i18n import N_, Language


@dataclass(frozen=True, slots=True)
class Action:
    """An event. `grave` ones cannot be taken back, and their button says so by its colour."""

    button: str
    ask: str
    told: str = ""
    grave: bool = False


ACTIONS: Mapping[str, Action] = {
    "send": Action(
        N_("Send it"),
        N_("Send this draft?"),
        N_("The partner sees exactly this, and a notice that names nobody goes out."),
    ),
    "answer_info": Action(
        N_("Answer the question"),
        N_("What do you answer?"),
        N_("The partner reads your answer, and their time runs on."),
    ),
    "reschedule": Action(
        N_("Move the appointment"),
        N_("When is the new appointment?"),
        N_("The partner is told. Say why it had to be moved."),
    ),
    "complete_on_behalf": Action(
        N_("Record how it ended, for the partner"),
        N_("How did it end?"),
        N_("Only what you know from the partner or the patient; how you know is kept with it."),
    ),
    "not_complete_on_behalf": Action(
        N_("Record that it did not work out, for the partner"),
        N_("Why did it not work out?"),
        N_("Only what you know from the partner or the patient; how you know is kept with it."),
        grave=True,
    ),
    "cancel": Action(
        N_("Withdraw it"),
        N_("Why is it withdrawn?"),
        N_("The partner is told, and cannot act on it any more."),
        grave=True,
    ),
    "discard": Action(
        N_("Throw the draft away"),
        N_("Throw this draft away?"),
        N_("Nothing was shared yet. The need stays open."),
        grave=True,
    ),
    "mark_error": Action(
        N_("It was a mistake"),
        N_("What was the mistake?"),
        N_("The partner sees nothing of it any more, and reports do not count it."),
        grave=True,
    ),
}
"""In the order they are offered."""

EVIDENCE: Mapping[str, str] = {
    "phone": N_("The partner said so on the phone"),
    "patient": N_("The patient said so"),
    "portal": N_("It stands in the partner's own system"),
}


def impossible(
    items: Iterable[AvailableEvent], say: Language
) -> Iterator[tuple[tuple[str, ...], str]]:
    """What cannot be done now, and why: what others alone can do in one line for each of them."""
    whys: dict[str, list[str]] = {}
    for item in items:
        if not item.allowed:
            whys.setdefault(_why(item, say), []).append(_does(item, say))
    return ((tuple(does), why) for why, does in whys.items())


def _why(item: AvailableEvent, say: Language) -> str:
    who = getattr(item.why, "values", {}).get("who")
    if who is not None:
        return say.gettext("Only %(who)s can do this.", who=say.gettext(who))
    return say.gettext(item.why) if item.why else ""


def _does(item: AvailableEvent, say: Language) -> str:
    text = say.gettext(event_words(item.event))
    return text[:1].upper() + text[1:]
