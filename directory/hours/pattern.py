"""The hours of a place as one value, its canonical JSON, and the short id search indexes it by."""

import hashlib
import json
from dataclasses import dataclass, fields, replace
from datetime import date, time
from functools import lru_cache
from operator import attrgetter
from typing import Any, TypeVar

from core.errors import Invalid
from directory.hours.calendars import check_calendar
from directory.hours.rules import ExceptionDay, Rule
from directory.hours.zones import zone_named

V = TypeVar("V", Rule, ExceptionDay)


@dataclass(frozen=True, slots=True)
class Hours:
    """All that is known of when a place is open.

    `holidays` names a calendar of the `holidays` package ("US", "US-NC"): the place is closed on
    those days unless an exception says otherwise. `always_open` is every hour of every regular
    day, and makes `rules` moot. `by_appointment` answers for days no rule falls on. Rules that
    differ only in their weekdays are joined and all are sorted, so equal hours have equal keys.
    Raises Invalid for an unknown zone or calendar.
    """

    timezone: str = "America/New_York"
    rules: tuple[Rule, ...] = ()
    exceptions: tuple[ExceptionDay, ...] = ()
    holidays: str = ""
    by_appointment: bool = False
    always_open: bool = False

    def __post_init__(self) -> None:
        zone_named(self.timezone)
        if self.holidays:
            check_calendar(self.holidays)
        object.__setattr__(self, "rules", () if self.always_open else _joined(self.rules))
        if len(self.exceptions) > 1:
            object.__setattr__(self, "exceptions", _sorted(set(self.exceptions)))

    def key(self) -> str:
        """Canonical JSON: what differs from the defaults, sorted, no spaces; always the zone."""
        return _key(self)

    @classmethod
    def from_json(cls, text: str) -> "Hours":
        """Reads `key()` back to an equal value. Raises Invalid for anything else."""
        try:
            value = json.loads(text)
            return cls(
                timezone=value["tz"],
                rules=tuple(_rule(tuple(rule.items())) for rule in value.get("rules", ())),
                exceptions=tuple(
                    ExceptionDay(**_typed(day)) for day in value.get("exceptions", ())
                ),
                holidays=value.get("holidays", ""),
                by_appointment=value.get("by_appointment", False),
                always_open=value.get("always_open", False),
            )
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise Invalid(f"Not an hours pattern: {error}", parameter="hours") from error


@lru_cache(maxsize=16384)
def _key(hours: Hours) -> str:
    value: dict[str, Any] = {"tz": hours.timezone}
    if hours.rules:
        value["rules"] = [_plain(rule) for rule in hours.rules]
    if hours.exceptions:
        value["exceptions"] = [_plain(day) for day in hours.exceptions]
    if hours.holidays:
        value["holidays"] = hours.holidays
    if hours.by_appointment:
        value["by_appointment"] = True
    if hours.always_open:
        value["always_open"] = True
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def pattern_id(hours: Hours | str) -> str:
    """16 hex digits naming these hours (or hours given by their key)."""
    text = hours if isinstance(hours, str) else hours.key()
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _joined(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Rules that differ only in their weekdays as one, in a fixed order."""
    if len(rules) < 2:
        return tuple(rules)
    groups: dict[Any, list[Rule]] = {}
    for rule in dict.fromkeys(rules):
        joins = rule.byday and rule.count is None
        groups.setdefault(_BESIDES_DAYS(rule) if joins else rule, []).append(rule)
    return _sorted({_one(group) for group in groups.values()})


def _one(group: list[Rule]) -> Rule:
    if len(group) == 1:
        return group[0]
    return replace(group[0], byday=",".join(rule.byday for rule in group))


def _sorted(values: set[V]) -> tuple[V, ...]:
    def order(value: V) -> tuple[str, ...]:
        return tuple(map(str, _ALL[type(value)](value)))

    return tuple(sorted(values, key=order))


_DEFAULTS = {
    kind: {field.name: field.default for field in fields(kind)} for kind in (Rule, ExceptionDay)
}
_ALL = {kind: attrgetter(*names) for kind, names in _DEFAULTS.items()}
_BESIDES_DAYS = attrgetter(*(name for name in _DEFAULTS[Rule] if name != "byday"))
_DATES = frozenset({"dtstart", "until", "valid_from", "valid_to", "starts_on", "ends_on"})
_TIMES = frozenset({"opens_at", "closes_at"})


def _plain(value: Rule | ExceptionDay) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, default in _DEFAULTS[type(value)].items():
        item = getattr(value, name)
        if item == default:
            continue
        if isinstance(item, time):
            item = item.strftime("%H:%M")
        elif isinstance(item, date):
            item = item.isoformat()
        found[name] = item
    return found


@lru_cache(maxsize=16384)
def _rule(items: tuple[tuple[str, Any], ...]) -> Rule:
    """Patterns share most of their rules, so each is read once."""
    return Rule(**_typed(dict(items)))


def _typed(value: dict[str, Any]) -> dict[str, Any]:
    for name in value.keys() & _DATES:
        value[name] = date.fromisoformat(value[name])
    for name in value.keys() & _TIMES:
        value[name] = time.fromisoformat(value[name])
    return value
