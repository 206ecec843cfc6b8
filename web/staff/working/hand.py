"""The need at hand: services found now can be set aside for it, on cards and on their own pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from core.errors import HandrailError
from directory.queries import units_at
from patients import shortlist
from patients.models import Shortlisted
from web.rendering import render_part
from web.staff.desk import Desk


@dataclass(frozen=True, slots=True)
class AtHand:
    """The need that is being looked for, and the units on its shortlist; `need_id` blank for none."""

    need_id: str = ""
    back: str = ""
    csrf: str = ""
    code: str = ""
    units: frozenset[str] = field(default_factory=frozenset)

    def button(self, unit: str) -> str:
        """What sets the unit aside, or takes it off again (HTML); blank without a need."""
        if not self.need_id:
            return ""
        return render_part(
            "staff/parts/shortlist.html", self.code, hand=self, unit=unit, on=unit in self.units
        )


def at_hand(session: Session, desk: Desk, context: Mapping[str, Any], back: str) -> AtHand:
    """The need of this session, if it is still one of the reader's."""
    need_id = str(context.get("need_id") or "")
    if not need_id:
        return AtHand()
    try:
        held = shortlist.shortlist(session, desk.actor, need_id)
    except HandrailError:
        return AtHand()
    units = frozenset(units_of(session, held).values())
    return AtHand(need_id, back, desk.visitor.csrf, desk.say.code, units)


def units_of(session: Session, held: list[Shortlisted]) -> dict[str, str]:
    """The unit of each line that is still listed, by the line's id."""
    found = units_at(session, [(line.service_id, line.location_id) for line in held])
    pairs = {line.id: found.get((line.service_id, line.location_id)) for line in held}
    return {key: unit for key, unit in pairs.items() if unit is not None}
