"""The history of a listing: who changed which field, when, from what to what; and putting one back."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.queries import names_of
from core.access import staff
from core.actor import SYSTEM
from core.errors import Conflict, Invalid
from directory.history import PastChange, past, revert
from directory.observations import service_to_call
from directory.permissions import CURATORS
from directory.snapshots import HANGING, said_in
from web.curator.desk import curating
from web.curator.values import row_words
from web.curator.words import ACTIONS, RECORDS, field_words
from web.i18n import N_, Language
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.reading import page_number
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
    """A change in words. `before` and `after` are what stood there, where the change has both."""

    of: PastChange
    title: str
    record: str
    before: str
    after: str
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
    number = page_number(dict(here(desk.request).pairs).get("page", ""), PER_PAGE)
    with desk.database.read() as session:
        service = service_to_call(session, desk.actor, key)
        found = past(session, desk.actor, service.id, page=number, per_page=PER_PAGE)
        people = names_of(session, {one.by for one in found.items})
    return desk.show(
        "curator/history.html",
        status,
        service=service,
        found=found,
        hanging=HANGING,
        lines=[_line(one, people, desk) for one in found.items],
        typed=typed,
    )


def _line(one: PastChange, people: dict[str, str], desk: Desk) -> Line:
    say, field = desk.say, one.field
    what = say.gettext(ACTIONS.get(one.action, one.action))
    if field in HANGING:
        title = f"{_record(field, say)}: {_lower(what)}"
    else:
        title = field_words(field, say) if one.action == "update" else what
    return Line(
        of=one,
        title=title,
        record=_record(one.record, say),
        before=_value(field, one.before, say),
        after=_value(field, one.after, say),
        when=desk.moment(one.at),
        who=say.gettext("Handrail itself") if one.by == SYSTEM.id else people.get(one.by, one.by),
    )


def _record(table: str, say: Language) -> str:
    return say.gettext(RECORDS[table]) if table in RECORDS else table.replace("_", " ")


def _value(field: str, text: str, say: Language) -> str:
    said = said_in(text) if field in HANGING else {}
    return row_words(field, said, say) if said else text


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
