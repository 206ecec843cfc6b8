"""What people report about listings, service by service, and what becomes of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post

from core.access import staff
from core.errors import Conflict, Invalid
from directory.models import PublicReport, ReportStatus
from directory.reports import decide
from directory.triage import Doubted, doubted
from web.curator.desk import curating, today
from web.curator.words import REASONS, REPORTED, since
from web.i18n import N_, Language
from web.links import with_query
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.reading import page_number
from web.staff.typed import Sent, Typed, typed_of

PROBLEMS = "/staff/problems"
PER_PAGE = 20
WHO = staff("curator")
REFUSALS = (N_("This report has been decided already."),)
"""What directory/reports.py refuses with."""


@dataclass(frozen=True, slots=True)
class Told:
    """One report in words. `text` is in `language`, as somebody wrote it."""

    id: str
    kind: str
    text: str
    language: str
    times: int
    when: str


@dataclass(frozen=True, slots=True)
class Group:
    """A service, and what is told of it."""

    of: Doubted
    since: str
    reports: tuple[Told, ...]


@get(PROBLEMS, opt=WHO, sync_to_thread=True)
def reported(request: PageRequest) -> Response[str]:
    """One page of services people reported something about."""
    return _show(curating(request), dict(here(request).pairs), typed_of({}))


@post(PROBLEMS, opt=WHO, sync_to_thread=True, status_code=303)
def answer(request: PageRequest, typed: Sent) -> Response[Any]:
    """Dismiss one report with a reason, or say that it is corrected."""
    desk = curating(request)
    service = typed.value("only")
    try:
        with desk.database.write() as session:
            decide(session, desk.actor, known_id(typed.value("report")), *_decision(typed))
    except Invalid:
        words = desk.say.gettext("Choose why it is dismissed.")
        return _show(desk, {"service": service}, typed.wrong({"reason": words}), 400)
    except Conflict as refused:
        return _show(desk, {"service": service}, typed.wrong(desk.errors(refused)), 409)
    query = {"service": service} if service else {}
    return go(PROBLEMS, cookies=(), **query, done="decided")


def _decision(typed: Typed) -> tuple[str, str]:
    """(status, why)."""
    if typed.value("corrected"):
        return ReportStatus.CORRECTED, "corrected"
    reason = typed.value("reason")
    if reason not in REASONS:
        raise Invalid(N_("Choose why it is dismissed."), parameter="reason")
    return ReportStatus.DISMISSED, reason


def _show(desk: Desk, chosen: Mapping[str, str], typed: Typed, status: int = 200) -> Response[str]:
    only = chosen.get("service", "")
    service = known_id(only) if only else ""
    number = page_number(chosen.get("page", ""), PER_PAGE)
    with desk.database.read() as session:
        found = doubted(session, desk.actor, service_id=service, page=number, per_page=PER_PAGE)
    return desk.show(
        "curator/problems.html",
        status,
        found=found,
        groups=list(_groups(found.items, desk)),
        only=service,
        reasons=[("", desk.say.gettext("Choose a reason"))]
        + [(code, desk.say.gettext(said)) for code, said in REASONS.items()],
        base=with_query(PROBLEMS, [("all", "1")]) + "&",
        typed=typed,
    )


def _groups(found: Iterable[Doubted], desk: Desk) -> Iterable[Group]:
    day = today(desk)
    for one in found:
        told = tuple(_told(row, desk) for row in one.reports)
        yield Group(one, since(one.assured_date, day, desk.say), told)


def _told(row: PublicReport, desk: Desk) -> Told:
    say: Language = desk.say
    return Told(
        id=row.id,
        kind=say.gettext(REPORTED[row.kind]),
        text=row.text,
        language=row.language,
        times=row.times,
        when=say.day(row.reported_at.astimezone(desk.site.zone).date()),
    )
