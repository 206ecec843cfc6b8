"""A curator's form for one listing: what stands there, put right, with what was reported beside it."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.models import Role
from core.access import staff
from core.errors import Conflict, Invalid
from directory.corrections import Standing
from directory.editing import Edited, edit, to_edit
from directory.models import PublicReport, ReportStatus
from directory.permissions import CURATORS
from directory.reports import decide
from directory.triage import open_reports
from web.curator.desk import curating, today
from web.curator.words import REPORTED, STATUS
from web.i18n import N_
from web.listing_form import costs, listing_fields, read_hours, read_listing, week_forms
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.typed import Sent, Typed, typed_of

EDIT = "/staff/services/{service_id:str}/edit"
WHO = staff(*CURATORS)
WORDS = {
    "name": N_("Give a name of 1 to 300 characters."),
    "status": N_("Choose a status from the list."),
    "description": N_("This can have 4,000 characters."),
    "fees": N_("This can have 4,000 characters."),
    "phone": N_("Type a telephone number, such as 919-555-0100."),
    "cost": N_("Choose from the list."),
    "hours": N_("Type times like 9:00-17:00, or 9 am-5 pm."),
    "form": N_("Somebody else changed this listing meanwhile. Look at what stands there now."),
}
"""What is wrong with a field: the checks speak to programs."""


@get(EDIT, opt=WHO, sync_to_thread=True)
def form(request: PageRequest, service_id: FromPath[str]) -> Response[str]:
    """The listing as it stands."""
    return _show(curating(request), known_id(service_id), None)


@post(EDIT, opt=WHO, sync_to_thread=True, status_code=303)
def save(request: PageRequest, service_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Put it right, and answer the reports that are ticked."""
    desk, key = curating(request), known_id(service_id)
    try:
        with desk.database.write() as session:
            units = to_edit(session, desk.actor, key).found
            edit(
                session,
                desk.actor,
                key,
                _changes(typed, units),
                name=typed.value("name"),
                status=typed.value("status"),
                mark=typed.value("mark"),
                assured=today(desk) if typed.has("assured") else None,
            )
            for report_id in typed.all("reports"):
                decide(session, desk.actor, known_id(report_id), ReportStatus.CORRECTED, "edited")
    except Invalid as refused:
        return _show(desk, key, typed.wrong(_errors(desk, refused.errors)), 400)
    except Conflict:
        return _show(desk, key, typed.wrong(_errors(desk, {"form": ""})), 409)
    back = "/staff/problems" if typed.all("reports") else f"/staff/services/{key}/history"
    return go(back, done="saved")


def _changes(typed: Typed, found: Standing) -> dict[str, Any]:
    return {**read_listing(typed), **read_hours(typed, found)}


def _errors(desk: Desk, errors: dict[str, str]) -> dict[str, str]:
    return {
        name: desk.say.gettext(WORDS[name.partition("-")[0] if name not in WORDS else name])
        for name in errors
    }


def _show(desk: Desk, key: str, typed: Typed | None, status: int = 200) -> Response[str]:
    triages = desk.holds(Role.CURATOR)
    with desk.database.read() as session:
        standing = to_edit(session, desk.actor, key)
        told = open_reports(session, desk.actor, [key]) if triages else []
    mark = typed.value("mark") if typed and status == 400 else standing.mark
    return desk.show(
        "curator/edit.html",
        status,
        service=standing.found.service,
        typed=typed or _typed(standing),
        mark=mark,
        places=list(week_forms(standing.found, desk.say)),
        statuses=[(code.value, desk.say.gettext(said)) for code, said in STATUS.items()],
        costs=costs(desk.say),
        reports=[(row.id, _told(row, desk), row.text, row.language) for row in told],
    )


def _told(row: PublicReport, desk: Desk) -> str:
    when = desk.say.day(row.reported_at.astimezone(desk.site.zone).date())
    return f"{desk.say.gettext(REPORTED[row.kind])}, {when}"


def _typed(standing: Edited) -> Typed:
    service = standing.found.service
    known = listing_fields(standing.found)
    return typed_of({**known, "name": service.name, "status": service.status.value})
