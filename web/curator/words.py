"""What those who look after the directory read: questions to ask, answers, what people reported."""

from collections.abc import Iterator

from directory.models import AsListed, Observation, Reached, ReportKind, ServiceStatus, Taking
from web.i18n import N_, Language

TAKING = {
    Taking.YES: N_("Yes"),
    Taking.WAITLIST: N_("Only a waiting list"),
    Taking.NO: N_("No"),
}
WAIT = {
    0: N_("Right away"),
    7: N_("About a week"),
    14: N_("About two weeks"),
    30: N_("About a month"),
    90: N_("Three months or more"),
}
SAME = {
    AsListed.SAME: N_("As listed"),
    AsListed.DIFFERENT: N_("Different"),
}
QUESTIONS = {
    "taking": N_("Are you taking new people now?"),
    "wait_days": N_("How long would somebody wait who asks today?"),
    "hours": N_("Are these hours right?"),
    "phone": N_("Is this the best number to call?"),
    "cost": N_("Is this what it costs?"),
}
GREETING = N_(
    "Hello, I am calling from %(organization)s. We tell people about your service, and want to be "
    "sure that what we say is right."
)
REPORTED = {
    ReportKind.CLOSED: N_("closed"),
    ReportKind.MOVED: N_("moved"),
    ReportKind.WRONG_HOURS: N_("wrong hours"),
    ReportKind.WRONG_PHONE: N_("wrong phone number"),
    ReportKind.NOT_TAKING_PEOPLE: N_("not taking people"),
    ReportKind.OTHER: N_("something else"),
}
DIFFERS = {
    "hours": N_("other hours"),
    "phone": N_("another phone number"),
    "cost": N_("another price"),
}
STATUS = {
    ServiceStatus.ACTIVE: N_("Open"),
    ServiceStatus.TEMPORARILY_CLOSED: N_("Closed for now"),
    ServiceStatus.INACTIVE: N_("Not offered"),
    ServiceStatus.DEFUNCT: N_("Closed for good"),
}
CLOSED, NOBODY = N_("closed for good"), N_("nobody answered")
TAKING_SAID = {
    Taking.YES: N_("taking new people"),
    Taking.WAITLIST: N_("only a waiting list"),
    Taking.NO: N_("taking nobody now"),
}
AS_LISTED = {
    "hours": N_("hours as listed"),
    "phone": N_("phone number as listed"),
    "cost": N_("price as listed"),
}


def heard(found: Observation, say: Language, *, news_only: bool = False) -> str:
    """What they said on the telephone, in one line; with `news_only` what the listing does not say."""
    parts = list(_news(found, say) if news_only else _heard(found, say))
    return ", ".join(parts)


def _news(found: Observation, say: Language) -> Iterator[str]:
    if found.reached is Reached.CLOSED:
        yield say.gettext(CLOSED)
    for name, words in DIFFERS.items():
        if getattr(found, name) is AsListed.DIFFERENT:
            yield say.gettext(words)


def _heard(found: Observation, say: Language) -> Iterator[str]:
    if found.reached is Reached.NO_ANSWER:
        yield say.gettext(NOBODY)
    if found.taking is not None:
        yield say.gettext(TAKING_SAID[found.taking])
    if found.wait_days is not None:
        yield say.ngettext("wait of %(num)s day", "wait of %(num)s days", found.wait_days)
    for name, words in AS_LISTED.items():
        if getattr(found, name) is AsListed.SAME:
            yield say.gettext(words)
    yield from _news(found, say)
