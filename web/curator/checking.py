"""What has to be checked, in order and with the reason for each place in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Response, get, post

from core.access import staff
from core.errors import Conflict, Invalid
from directory.codes import CATEGORY, categories, codes
from directory.models import ServiceStatus
from directory.permissions import CURATORS, LOOKERS
from directory.verifying import SHOWN, ToCheck, assure, close, queue
from web import words
from web.curator.desk import curating, may_change, today
from web.curator.words import STATUS, heard, people_say, since
from web.i18n import N_, Language
from web.links import with_query
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.reading import page_number
from web.staff.typed import Sent, Typed, typed_of

VERIFY = "/staff/verify"
PER_PAGE = 20
KEPT = ("category", "status")
REFUSALS = (
    N_("Somebody else has checked this listing meanwhile."),
    N_("Choose whether it is closed for good, for now, or open."),
)
"""What directory/verifying.py refuses with."""


@dataclass(frozen=True, slots=True)
class Line:
    """A listing in the queue, in words."""

    row: ToCheck
    mark: str
    kind: str
    why: tuple[str, ...]
    since: str
    seen: str


@get(VERIFY, opt=staff(*LOOKERS), sync_to_thread=True)
def to_check(request: PageRequest) -> Response[str]:
    """One page of the queue."""
    desk = curating(request)
    return _show(desk, dict(here(request).pairs), typed_of({}))


@post(VERIFY, opt=staff(*CURATORS), sync_to_thread=True, status_code=303)
def say(request: PageRequest, typed: Sent) -> Response[Any]:
    """Say of one listing that it is right, closed, or open again."""
    desk = curating(request)
    key, status = known_id(typed.value("service")), typed.value("to")
    try:
        with desk.database.write() as session:
            if status:
                close(session, desk.actor, key, status, today(desk))
            else:
                assure(session, desk.actor, key, _day(typed.value("seen")), today(desk))
    except (Conflict, Invalid) as refused:
        return _show(desk, _kept(typed), typed.wrong(desk.errors(refused)), 409)
    return go(VERIFY, cookies=(), **_kept(typed), done="status" if status else "assured")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return date.min  # nothing was ever checked then: whoever typed this has not seen the page


def _kept(typed: Typed) -> dict[str, str]:
    return {name: typed.value(name) for name in KEPT if typed.value(name)}


def _show(desk: Desk, chosen: Mapping[str, str], typed: Typed, status: int = 200) -> Response[str]:
    category = chosen.get("category", "")
    category = category if category in categories() else ""
    shown = chosen.get("status", "")
    state = ServiceStatus(shown) if shown in set(SHOWN) else ServiceStatus.ACTIVE
    number = page_number(chosen.get("page", ""), PER_PAGE)
    with desk.database.read() as session:
        found = queue(
            session, desk.actor, category=category, status=state, page=number, per_page=PER_PAGE
        )
    kept = {"category": category, "status": "" if state is ServiceStatus.ACTIVE else state.value}
    return desk.show(
        "curator/verify.html",
        status,
        found=found,
        lines=[_line(row, today(desk), desk.say) for row in found.items],
        kept=[(name, value) for name, value in kept.items() if value],
        tabs=_tabs(kept, desk.say),
        states=_states(kept, desk.say),
        base=with_query(VERIFY, [pair for pair in kept.items() if pair[1]] or [("all", "1")]) + "&",
        changes=may_change(desk),
        typed=typed,
    )


def _tabs(kept: Mapping[str, str], say: Language) -> list[tuple[str, str, bool]]:
    """(words, address, whether it is this one) of every kind of help."""
    names = [("", say.gettext("All"))]
    names += [(code, codes(CATEGORY)[code].name(say.code)) for code in categories()]
    return [
        (name, _href({**kept, "category": code}), code == kept["category"]) for code, name in names
    ]


def _states(kept: Mapping[str, str], say: Language) -> list[tuple[str, str, bool]]:
    pairs = [("", STATUS[ServiceStatus.ACTIVE])]
    pairs.append((ServiceStatus.TEMPORARILY_CLOSED, STATUS[ServiceStatus.TEMPORARILY_CLOSED]))
    return [
        (say.gettext(name), _href({**kept, "status": str(code)}), code == kept["status"])
        for code, name in pairs
    ]


def _href(kept: Mapping[str, str]) -> str:
    return with_query(VERIFY, [pair for pair in kept.items() if pair[1]])


def _line(row: ToCheck, day: date, say: Language) -> Line:
    told = [people_say(kind, times, say) for kind, times in row.reported.items()]
    for one in row.said:
        what = heard(one, say, news_only=True)
        told.append(
            say.gettext("On the telephone, %(day)s: %(what)s", day=say.day(one.asked_on), what=what)
        )
    kinds = [code for code in row.categories if code not in categories()]
    return Line(
        row=row,
        mark=words.mark(row.categories),
        kind=", ".join(words.labels(CATEGORY, (kinds or row.categories)[:2], say)),
        why=tuple(told),
        since=since(row.assured_date, day, say),
        seen=row.assured_date.isoformat() if row.assured_date else "",
    )
