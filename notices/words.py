"""What each notice says, in English source strings; catalogs say them in other languages.

None of it names a patient, a need, a program or a date of birth: the words are fixed, and what is
filled in is a reference, a time and an address of our own pages.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from notices.models import Side

Gettext = Callable[..., str]
LOCALES = {"en": "en_US", "es": "es_US"}


def N_(message: str) -> str:
    """Marks a string for translation; it is translated where it is used."""
    return message


@dataclass(frozen=True, slots=True)
class Words:
    """The subject of a mail that holds only this, and the sentence."""

    subject: str
    text: str


PARTNER: Mapping[str, Words] = {
    "send": Words(
        N_("A new referral waits for your answer"),
        N_("Referral %(reference)s is new. Please answer by %(when)s."),
    ),
    "remind": Words(
        N_("A referral still waits for you"),
        N_("Referral %(reference)s still waits for you. Please act by %(when)s."),
    ),
    "answer_info": Words(
        N_("Your question about a referral was answered"),
        N_("Your question about referral %(reference)s was answered. Please answer by %(when)s."),
    ),
    "reschedule": Words(
        N_("An appointment was moved"), N_("The appointment of referral %(reference)s was moved.")
    ),
    "cancel": Words(
        N_("A referral was withdrawn"),
        N_("Referral %(reference)s was withdrawn. There is nothing more to do for you."),
    ),
    "response_timeout": Words(
        N_("A referral has run out of time"),
        N_("Referral %(reference)s was closed without an answer. Somebody else is asked now."),
    ),
    "contact_timeout": Words(
        N_("A referral has run out of time"),
        N_("Referral %(reference)s was closed, because nothing was heard after it was accepted."),
    ),
    "answer_timeout": Words(
        N_("A referral was withdrawn"),
        N_("Referral %(reference)s was closed, because your question was not answered in time."),
    ),
    "complete_on_behalf": Words(
        N_("A referral was completed"),
        N_("An outcome was recorded on your behalf for referral %(reference)s."),
    ),
    "review": Words(
        N_("Is there news of a referral?"),
        N_("Please say how referral %(reference)s goes: a few clicks are enough."),
    ),
}
SENDER: Mapping[str, Words] = {
    "accept": Words(
        N_("A referral was accepted"), N_("Referral %(reference)s was accepted by the partner.")
    ),
    "accept_waitlist": Words(
        N_("A referral is on a waitlist"), N_("Referral %(reference)s was put on a waitlist.")
    ),
    "decline": Words(
        N_("A referral was declined"),
        N_("Referral %(reference)s was declined. Look at the next services for this need."),
    ),
    "ask_info": Words(
        N_("A partner has a question"),
        N_("A partner asks about referral %(reference)s. Please answer by %(when)s."),
    ),
    "remind": Words(
        N_("A partner still waits for your answer"),
        N_("A partner still waits for your answer about referral %(reference)s, until %(when)s."),
    ),
    "answer_timeout": Words(
        N_("A question was not answered in time"),
        N_("Referral %(reference)s was cancelled: the partner's question was not answered."),
    ),
    "response_timeout": Words(
        N_("A partner did not answer"),
        N_("Nobody answered referral %(reference)s in time. Look at the next services."),
    ),
    "contact_timeout": Words(
        N_("A partner did not follow up"),
        N_("Nothing was heard of referral %(reference)s in time. Look at the next services."),
    ),
    "schedule": Words(
        N_("An appointment was made"), N_("Referral %(reference)s has an appointment now.")
    ),
    "mark_no_show": Words(
        N_("An appointment was missed"),
        N_("The appointment of referral %(reference)s was missed. It can be made anew."),
    ),
    "complete": Words(
        N_("A referral was completed"),
        N_("Referral %(reference)s was completed. Please ask whether it helped."),
    ),
    "not_complete": Words(
        N_("A referral ended without service"),
        N_("Referral %(reference)s ended without service. Look at the next services."),
    ),
    "cancel": Words(
        N_("A referral was withdrawn"), N_("Referral %(reference)s was withdrawn by the patient.")
    ),
    "review": Words(
        N_("A referral needs a look"), N_("Referral %(reference)s is due: please look at it.")
    ),
    "dispute": Words(
        N_("Somebody says that help did not come"),
        N_("Referral %(reference)s was closed, but it did not help. The need is open again."),
    ),
    "patient_unreached": Words(
        N_("A patient could not be asked by mail"),
        N_("Our mail about referral %(reference)s did not arrive. Please ask whether it helped."),
    ),
    "bounce": Words(
        N_("A partner cannot be reached by e-mail"),
        N_(
            "The partner's mailbox refused our mail about referral %(reference)s. Please call them."
        ),
    ),
}
ADMIN: Mapping[str, Words] = {
    "webhook_off": Words(
        N_("A webhook was switched off"),
        N_("A webhook of your organization failed for days and was switched off. Mend it, then switch"
           " it on again."),
    ),
    "bounce": Words(
        N_("An address of your organization refuses mail"),
        N_("Mails to an address of your organization come back. Please correct the address."),
    ),
}  # fmt: skip
WORDS: Mapping[Side, Mapping[str, Words]] = {
    Side.PARTNER: PARTNER,
    Side.SENDER: SENDER,
    Side.ADMIN: ADMIN,
}
SAME_AS = {"waitlist": "accept_waitlist", "offer_slot": "accept", "start": "accept",
           "not_complete_on_behalf": "complete_on_behalf", "mark_error": "cancel"}  # fmt: skip


def words_for(side: Side, kind: str) -> Words | None:
    """What that side is told of such an event; None when it need not be told."""
    return WORDS[side].get(kind) or WORDS[side].get(SAME_AS.get(kind, ""))


def reference(referral_id: str | None) -> str:
    """What a referral is called where nothing about it may be said."""
    return (referral_id or "")[:8].upper()


def moment(at: datetime | None, timezone: str, locale: str) -> str:
    """A date and time as the reader's clock shows it."""
    if at is None:
        return ""
    here = at.astimezone(ZoneInfo(timezone))
    as_in = LOCALES.get(locale, "en_US")
    day = format_date(here.date(), "full", locale=as_in)
    return f"{day}, {format_time(here, 'short', locale=as_in)}"
