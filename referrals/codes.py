"""Reason and outcome codes with the days they are valid: the usual ones, and the network's own."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, select

from core.saying import N_
from patients.models import NeedStatus
from referrals.errors import NotListed
from referrals.models import Code, CodeKind

CODES_FILE: Final = Path(__file__).with_name("codes.json")
OTHER: Final = "other"
"""The code that says nothing by itself, so that words must go with it."""
CHOOSE: Final[Mapping[str, str]] = {
    "reason": N_("Choose a reason from the list."),
    "outcome": N_("Choose from the list how it ended."),
    "evidence": N_("Choose from the list how you know."),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A code and its days, both included. `need` is how the need ends with it, if it does."""

    code: str
    valid_from: date
    valid_to: date | None = None
    need: NeedStatus | None = None

    def is_valid(self, on: date) -> bool:
        """Whether it may be used on that day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _usual() -> dict[CodeKind, dict[str, Entry]]:
    found: dict[CodeKind, dict[str, Entry]] = {kind: {} for kind in CodeKind}
    rows: list[dict[str, Any]] = json.loads(CODES_FILE.read_text(encoding="utf-8"))
    for row in rows:
        need = NeedStatus(row["need"]) if row["need"] else None
        start = date.fromisoformat(row["valid_from"])
        entry = Entry(row["code"], start, _day(row["valid_to"]), need)
        found[CodeKind(row["kind"])][entry.code] = entry
    return found


USUAL: Final[Mapping[CodeKind, Mapping[str, Entry]]] = _usual()


def codes(session: Session, kind: CodeKind, on: date) -> dict[str, Entry]:
    """The codes of a list that are valid on that day. The network's own row wins."""
    own = session.exec(select(Code).where(Code.kind == kind)).all()
    merged = dict(USUAL[kind]) | {
        row.code: Entry(
            row.code, row.valid_from, row.valid_to, NeedStatus(row.need) if row.need else None
        )
        for row in own
    }
    return {code: entry for code, entry in merged.items() if entry.is_valid(on)}


def check_code(
    session: Session, kind: CodeKind, code: str | None, on: date, *, parameter: str = "reason"
) -> Entry:
    """The entry of that code. Raises Invalid, naming the allowed ones, when it is not valid."""
    allowed = codes(session, kind, on)
    if code is None or code not in allowed:
        raise NotListed(CHOOSE[parameter], parameter, allowed)
    return allowed[code]
