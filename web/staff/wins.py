"""The wins journal as a page: what went well, for oneself alone."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from core.access import staff
from core.errors import Invalid
from referrals.reports import wins
from web.i18n import N_
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id, nothing_typed
from web.staff.reading import day_of
from web.staff.typed import Sent, Typed
from web.staff.working.drafts import begun, sent

WINS = "/staff/wins"
COORDINATOR = staff("coordinator")
REFUSALS = (N_("Write 1 to 1,000 characters."), N_("This day is still to come."))
"""What referrals/reports/wins.py refuses with."""


@get(WINS, opt=COORDINATOR, sync_to_thread=True)
def journal(request: PageRequest) -> Response[str]:
    """One's own notes, and a form for another."""
    desk = desk_of(request)
    return _show(desk, begun(desk, nothing_typed()))


@post(WINS, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def keep(request: PageRequest, typed: Sent) -> Response[Any]:
    """Keeps a note."""
    desk = desk_of(request)
    try:
        with desk.database.write() as session:
            wins.keep(
                session,
                desk.actor,
                desk.vault,
                desk.organization_id,
                text=typed.value("text"),
                happened_on=day_of(typed, "happened_on", desk.say),
            )
            sent(session, desk)
    except Invalid as refused:
        return _show(desk, typed.wrong(desk.errors(refused)), status=400)
    return go(WINS, done="added")


@post(WINS + "/{win_id:str}/remove", opt=COORDINATOR, sync_to_thread=True, status_code=303)
def remove(request: PageRequest, win_id: FromPath[str]) -> Response[Any]:
    """Throws a note away."""
    desk = desk_of(request)
    with desk.database.write() as session:
        wins.remove(session, desk.actor, known_id(win_id))
    return go(WINS, done="removed")


def _show(desk: Desk, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        found = wins.wins(session, desk.actor, desk.vault, desk.organization_id)
    return desk.show("wins.html", status, typed=typed, wins=found)
