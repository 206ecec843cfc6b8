"""Hours of a week as seven lines to type: "9:00-12:00, 13:00-17:00" for each day."""

from collections.abc import Iterable, Mapping
from datetime import time

from core.errors import Invalid
from directory.hours.parse import parse_clock
from directory.hours.rules import WEEKDAYS
from web.i18n import N_
from web.staff.typed import Typed

Opening = dict[str, str]


def hours_typed(unit: str, openings: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """The fields of a place, filled in."""
    found: dict[str, list[str]] = {day: [] for day in WEEKDAYS}
    for opening in openings:
        for day in opening["days"].split(","):
            found[day].append(f"{opening['opens']}-{opening['closes']}")
    return {f"hours-{unit}-{day}": ", ".join(sorted(spans)) for day, spans in found.items()}


def hours_of_form(typed: Typed, unit: str) -> list[Opening]:
    """What was typed for a place: one entry for all days with the same span. Raises Invalid."""
    days: dict[tuple[str, str], list[str]] = {}
    errors = {}
    for day in WEEKDAYS:
        name = f"hours-{unit}-{day}"
        try:
            for span in _spans(typed.value(name)):
                days.setdefault(span, []).append(day)
        except ValueError:
            errors[name] = N_("Type times like 9:00-17:00, or 9 am-5 pm.")
    if errors:
        raise Invalid(next(iter(errors.values())), errors=errors)
    ordered = sorted(days.items(), key=lambda item: (item[0], item[1]))
    return [{"days": ",".join(on), "opens": a, "closes": b} for (a, b), on in ordered]


def _spans(text: str) -> Iterable[tuple[str, str]]:
    """Raises ValueError for what is no span of times."""
    for part in filter(None, (one.strip() for one in text.replace(";", ",").split(","))):
        opens, _, closes = part.replace("–", "-").partition("-")
        yield _clock(opens), _clock(closes)


def _clock(text: str) -> str:
    """A time of day as 17:00. "9:00" is nine in the morning here: the field says so."""
    found = parse_clock(text)
    if found is None:
        found = time.fromisoformat(text.strip().zfill(5))
    return f"{found:%H:%M}"
