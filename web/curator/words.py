"""What those who look after the directory read: questions to ask, answers, what people reported."""

from collections.abc import Iterator
from datetime import date

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
    ServiceStatus.ACTIVE: N_("Offered"),
    ServiceStatus.TEMPORARILY_CLOSED: N_("Closed for now"),
    ServiceStatus.INACTIVE: N_("Not offered"),
    ServiceStatus.DEFUNCT: N_("Closed for good"),
}
REASONS = {
    "as_listed": N_("It is right as listed"),
    "unclear": N_("It cannot be told what is meant"),
    "elsewhere": N_("It is about another service"),
    "abuse": N_("It is no report"),
}
ALIKE = {
    "name": N_("the same name"),
    "like_name": N_("nearly the same name"),
    "phone": N_("the same telephone number"),
    "website": N_("the same web site"),
    "address": N_("the same address"),
    "near": N_("less than 100 meters apart"),
    "organization": N_("the same organization"),
}
CORRECTED = {
    "description": N_("What it is"),
    "phone": N_("Phone"),
    "languages": N_("Language"),
    "cost": N_("Cost"),
    "fees": N_("Cost in words"),
    "documents": N_("Papers to bring"),
    "hours": N_("Hours"),
    "place_note": N_("About the place"),
    "closure": N_("Closed on these days"),
}
RECORDS = {
    "service": N_("Service"),
    "service_at_location": N_("Place"),
    "phone": N_("Phone"),
    "schedule": N_("Hours"),
    "schedule_exception": N_("Days that differ"),
    "language": N_("Language"),
    "cost_option": N_("Cost"),
    "required_document": N_("Papers to bring"),
    "service_area": N_("Area"),
    "service_capacity": N_("Room"),
    "accessibility": N_("Access"),
    "address": N_("Address"),
    "attribute": N_("Feature"),
    "contact": N_("Contact"),
    "translation": N_("Translation"),
    "organization": N_("Organization"),
}
ACTIONS = {
    "create": N_("Added"),
    "update": N_("Changed"),
    "delete": N_("Removed"),
    "merge": N_("Merged"),
}
FIELDS = {
    "name": N_("Name"),
    "alternate_name": N_("Other name"),
    "description": N_("What it is"),
    "url": N_("Web page"),
    "email": N_("E-mail"),
    "status": N_("Status"),
    "assured_date": N_("Checked on"),
    "wait_days": N_("Wait in days"),
    "wait_asked_on": N_("Wait asked on"),
    "fees_description": N_("Cost in words"),
    "application_process": N_("How to get it"),
    "eligibility_description": N_("Who it is for"),
    "accepts_referrals": N_("Takes referrals"),
    "alert": N_("Warning"),
    "number": N_("Number"),
    "extension": N_("Extension"),
    "byday": N_("Days"),
    "opens_at": N_("Opens"),
    "closes_at": N_("Closes"),
    "available": N_("Free"),
    "updated": N_("As of"),
    "option": N_("Kind of cost"),
    "amount": N_("Amount"),
    "code": N_("Code"),
    "organization_id": N_("Organization"),
    "text": N_("Text"),
    "visibility": N_("Who may find it"),
}
MONTH, MONTHS = 30.4, 12
"""Days of a month, near enough for how long ago something was, and months of a year."""
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


def since(on: date | None, today: date, say: Language) -> str:
    """How long ago somebody checked a listing."""
    if on is None:
        return say.gettext("Never checked")
    days = max(0, (today - on).days)
    if days < MONTH:
        return say.ngettext("Checked %(num)s day ago", "Checked %(num)s days ago", days)
    months = round(days / MONTH)
    if months < 2 * MONTHS:
        return say.ngettext("Checked %(num)s month ago", "Checked %(num)s months ago", months)
    return say.ngettext(
        "Checked %(num)s year ago", "Checked %(num)s years ago", round(months / MONTHS)
    )


def people_say(kind: str, times: int, say: Language) -> str:
    """How many people reported something."""
    what = say.gettext(REPORTED.get(ReportKind(kind), kind))
    return say.ngettext(
        "%(num)s person says: %(what)s", "%(num)s people say: %(what)s", times, what=what
    )


def field_words(name: str, say: Language) -> str:
    """What a field of a listing is called; the field itself where it has no words."""
    return say.gettext(FIELDS[name]) if name in FIELDS else name.replace("_", " ")
