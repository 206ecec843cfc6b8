"""What a listing says, as fields of a form and back: for curators, and for those who run the service."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from directory.codes import COST, codes
from directory.corrections import Standing
from directory.hours.rules import WEEKDAYS
from web.i18n import Language
from web.staff.typed import Typed
from web.times import day_name
from web.typed_hours import hours_of_form, hours_typed


@dataclass(frozen=True, slots=True)
class WeekForm:
    """The fields for the hours of one place: (field, day)."""

    name: str
    fields: tuple[tuple[str, str], ...]


def listing_fields(found: Standing) -> dict[str, Any]:
    """What stands there, by field."""
    values = found.values
    known = {name: values[name] for name in ("description", "phone", "fees", "cost")}
    hours: dict[str, Any] = {}
    for unit, openings in values["hours"].items():
        hours |= hours_typed(unit, openings)
    return {**known, **hours}


def read_listing(typed: Typed) -> dict[str, Any]:
    """What was typed, as a correction says it."""
    return {
        "description": typed.value("description"),
        "phone": typed.value("phone"),
        "fees": typed.value("fees"),
        "cost": sorted(typed.all("cost")),
    }


def read_hours(typed: Typed, found: Standing) -> dict[str, Any]:
    """The hours that were typed, for places whose hours can be. Raises Invalid by field."""
    weekly = [place.unit for place in found.places if place.is_weekly]
    return {"hours": {unit: hours_of_form(typed, unit) for unit in weekly}} if weekly else {}


def week_forms(found: Standing, say: Language) -> Iterator[WeekForm]:
    """Seven fields for each place whose hours are the same every week."""
    weekly = [place for place in found.places if place.is_weekly]
    for place in weekly:
        fields: Sequence[tuple[str, str]] = [
            (f"hours-{place.unit}-{day}", day_name(number, say))
            for number, day in enumerate(WEEKDAYS)
        ]
        yield WeekForm(place.name if len(weekly) > 1 else "", tuple(fields))


def costs(say: Language) -> list[tuple[str, str]]:
    """The ways of paying there are."""
    return [(code, found.name(say.code)) for code, found in codes(COST).items()]
