"""Reminding several partners at once: what would go out, then what went."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from sqlmodel import Session

from core.db import new_id
from notices.readers import unreached
from patients.queries import names_of
from referrals.errors import KeyReused
from referrals.queries import own_lines
from referrals.reminding import MOST, Kept, Reminders, Why, look, remind_all
from referrals.views import ReferralLine
from web.pages import here
from web.providers import PageRequest
from web.staff.addresses import REMIND, SENT, reminding
from web.staff.desk import Desk, desk_of, go, known_id
from web.staff.patients import COORDINATOR
from web.staff.referring.standing import ReferralRow, clock, facts_of
from web.staff.typed import Sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Row(ReferralRow):
    """One referral of the page; `why` it is not reminded of, `without` is the page less this one."""

    why: str
    without: str


@get(REMIND, opt=COORDINATOR, sync_to_thread=True)
def ask(request: PageRequest) -> Response[Any]:
    """What would go out, and what would not and why; nothing is sent yet."""
    desk = desk_of(request)
    ids = _ids([value for name, value in here(request).pairs if name == "referral"])
    return _ask(desk, ids) if ids else go(SENT, done="unticked")


@post(REMIND, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def remind(request: PageRequest, typed: Sent) -> Response[Any]:
    """Reminds of each that can be, and says of which; the same form again sends nothing more."""
    desk = desk_of(request)
    ids = _ids(typed.all("referral"))
    if not ids:
        return go(SENT, done="unticked")
    try:
        with desk.database.write() as session:
            away = unreached(session, ids)
            key = typed.value("key") or None
            found = remind_all(session, desk.actor, ids, key=key, unreached=away)
            return _show(session, desk, ids, found, done_with=True)
    except KeyReused:
        words = desk.say.gettext("What this page had before was sent already. Look, and send anew.")
        return _ask(desk, ids, words, 409)


def _ask(desk: Desk, ids: Sequence[str], refused: str = "", status: int = 200) -> Response[str]:
    with desk.database.write() as session:  # names are read: the audit says so
        found = look(session, desk.actor, ids, unreached(session, ids))
        return _show(session, desk, ids, found, refused=refused, status=status)


def _show(
    session: Session,
    desk: Desk,
    ids: Sequence[str],
    found: Reminders,
    *,
    done_with: bool = False,
    refused: str = "",
    status: int = 200,
) -> Response[str]:
    lines = own_lines(session, desk.actor, ids)
    of = {line.patient_id for line in lines.values() if line.patient_id}
    names = names_of(session, desk.actor, desk.vault, desk.organization_id, of)
    kept = {one.id: one for one in found.kept}
    rows = [_row(desk, lines[key], names, kept.get(key), ids) for key in ids if key in lines]
    return desk.show(
        "referring/remind.html",
        status,
        going=[row for row in rows if row.line.id not in kept],
        staying=[row for row in rows if row.line.id in kept],
        done_with=done_with,
        refused=refused,
        key=new_id(),
    )


def _row(
    desk: Desk, line: ReferralLine, names: dict[str, str], kept: Kept | None, ids: Sequence[str]
) -> Row:
    return Row(
        **facts_of(line, names, desk),
        why=_why(desk, kept) if kept else "",
        without=reminding([one for one in ids if one != line.id]),
    )


def _why(desk: Desk, kept: Kept) -> str:
    if kept.reason is Why.RESTS and kept.reminded_at:
        return desk.say.gettext("They were reminded %(when)s.", when=clock(kept.reminded_at, desk))
    return desk.say.gettext(kept.words)


def _ids(asked: Sequence[str]) -> list[str]:
    """Each once, in the order asked, and not more than can be reminded of at once."""
    return [known_id(key) for key in dict.fromkeys(asked) if key][:MOST]
