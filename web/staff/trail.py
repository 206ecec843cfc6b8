"""The audit trail of the organization, for its admins to search."""

from datetime import datetime, time, timedelta

from litestar import Response, get

from accounts.models import Role
from accounts.queries import audit_page, members, names_of
from core.access import staff
from core.errors import Invalid
from web.i18n import N_
from web.links import with_query
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of
from web.staff.events import lines_of
from web.staff.reading import day_of, read_number
from web.staff.typed import Typed, typed_from

AUDIT = "/staff/audit"
FILTERS = ("action", "person", "record", "since", "until")
KINDS = {
    "": N_("Everything"),
    "patient.read": N_("Records read"),
    "patient.": N_("Patients"),
    "need.": N_("Needs"),
    "consent.": N_("Consents"),
    "referral.": N_("Referrals"),
    "member.": N_("Members and roles"),
    "sign_in": N_("Sign-ins"),
    "key.": N_("Keys"),
    "patient.export": N_("Exports"),
    "denied": N_("Refusals"),
}


@get(AUDIT, opt=staff(Role.ADMIN), sync_to_thread=True)
def trail(request: PageRequest) -> Response[str]:
    """Who read and changed what, the newest first."""
    desk = desk_of(request)
    typed = typed_from((name, text) for name, text in here(request).pairs)
    try:
        return _show(desk, typed, *_days(typed, desk))
    except Invalid as refused:
        return _show(desk, typed.wrong(desk.errors(refused)), None, None, 400)


def _days(typed: Typed, desk: Desk) -> tuple[datetime | None, datetime | None]:
    """The first moment, and the one after the last, where this installation is."""
    first = day_of(typed, "since", desk.say)
    last = day_of(typed, "until", desk.say)
    zone = desk.site.zone
    return (
        datetime.combine(first, time.min, zone) if first else None,
        datetime.combine(last + timedelta(days=1), time.min, zone) if last else None,
    )


def _show(
    desk: Desk, typed: Typed, since: datetime | None, until: datetime | None, status: int = 200
) -> Response[str]:
    with desk.database.read() as session:
        page = audit_page(
            session,
            desk.actor,
            desk.organization_id,
            action=typed.value("action"),
            actor_id=typed.value("person"),
            patient_id=typed.value("record").strip(),
            since=since,
            until=until,
            page=read_number(typed.value("page")) or 1,
        )
        people = names_of(session, {event.actor_id for event in page.items})
        known = members(session, desk.actor, desk.organization_id)
    kept = [(name, typed.value(name)) for name in FILTERS if typed.value(name)]
    return desk.show(
        "audit.html",
        status,
        typed=typed,
        page=page,
        lines=lines_of(page.items, people, desk.say, desk.site.zone),
        kinds=[(code, desk.say.gettext(words)) for code, words in KINDS.items()],
        people=[(member.user_id, member.name) for member in known],
        href=lambda number: with_query(AUDIT, [*kept, ("page", str(number))]),
    )
