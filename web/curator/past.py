"""The history of a listing: who changed which field, when, from what to what; and putting one back."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.queries import names_of
from core.access import staff
from core.actor import SYSTEM
from core.errors import Conflict, Invalid
from core.paging import DEPTH_MAX
from directory.history import PastChange, past, revert
from directory.observations import service_to_call
from directory.permissions import CURATORS
from web.curator.desk import curating
from web.curator.words import ACTIONS, RECORDS, field_words
from web.i18n import N_
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.reading import read_number
from web.staff.typed import Sent, Typed, typed_of

HISTORY = "/staff/services/{service_id:str}/history"
WHO = staff(*CURATORS)
PER_PAGE = 25
REFUSALS = (
    N_("This field has changed again since, or cannot be put back."),
    N_("What stood there cannot be read any more."),
)
"""What directory/history.py refuses with."""


@dataclass(frozen=True, slots=True)
class Line:
    """A change in words."""

    of: PastChange
    record: str
    field: str
    what: str
    when: str
    who: str


@get(HISTORY, opt=WHO, sync_to_thread=True)
def history(request: PageRequest, service_id: FromPath[str]) -> Response[str]:
    """What changed, the newest first."""
    return _show(curating(request), known_id(service_id), typed_of({}))


@post(HISTORY, opt=WHO, sync_to_thread=True, status_code=303)
def put_back(request: PageRequest, service_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Put one field back; the history keeps both."""
    desk, key = curating(request), known_id(service_id)
    try:
        with desk.database.write() as session:
            revert(session, desk.actor, key, known_id(typed.value("change")))
    except (Conflict, Invalid) as refused:
        return _show(desk, key, typed.wrong({"form": desk.say.gettext(refused.message)}), 409)
    return go(f"/staff/services/{key}/history", done="reverted")


def _show(desk: Desk, key: str, typed: Typed, status: int = 200) -> Response[str]:
    number = min(read_number(dict(here(desk.request).pairs).get("page", "")) or 1,
                 DEPTH_MAX // PER_PAGE)  # fmt: skip
    with desk.database.read() as session:
        service = service_to_call(session, desk.actor, key)
        found = past(session, desk.actor, service.id, page=number, per_page=PER_PAGE)
        people = names_of(session, {one.by for one in found.items})
    return desk.show(
        "curator/history.html",
        status,
        service=service,
        found=found,
        lines=[_line(one, people, desk) for one in found.items],
        typed=typed,
    )


def _line(one: PastChange, people: dict[str, str], desk: Desk) -> Line:
    say = desk.say
    who = say.gettext("Handrail itself") if one.by == SYSTEM.id else people.get(one.by, one.by)
    return Line(
        of=one,
        record=say.gettext(RECORDS[one.record]) if one.record in RECORDS else one.record,
        field=field_words(one.field, say),
        what=say.gettext(ACTIONS.get(one.action, one.action)),
        when=desk.moment(one.at),
        who=who,
    )
