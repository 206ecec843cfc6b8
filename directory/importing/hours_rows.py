"""Schedule rows from days and times in words. What is not understood keeps its words, no more."""

import re
from dataclasses import dataclass, replace
from typing import Any

from core.errors import Invalid
from directory.hours import Rule
from directory.hours.parse import parse_clock, parse_columns, parse_hours_text, parse_weekdays
from directory.importing.problems import Tally
from directory.importing.staging import Record

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")
NUMBERED_DAYS = dict(zip("1234567", ("MO", "TU", "WE", "TH", "FR", "SA", "SU"), strict=True))
CODED_DAYS = re.compile(r"[A-Z]{2}(?:[, ]+[A-Z]{2})*")
APPOINTMENT = re.compile(r"by appointment(?: only)?\.?", re.IGNORECASE)
EVENING_FROM = 17 * 60 + 30  # minutes; open then or later on a weekday is an evening
TIMES = ("opens_at", "closes_at")
DAYS = ("byday", "bymonthday", "byweekno", "byyearday")


@dataclass(frozen=True, slots=True)
class Words:
    """The three columns in which older dumps say hours."""

    days: str
    opens: str
    closes: str

    def __bool__(self) -> bool:
        return bool(self.days or self.opens or self.closes)

    def __str__(self) -> str:
        times = " – ".join(filter(None, (self.opens, self.closes)))
        return " ".join(filter(None, (self.days, times)))


def words_of(values: dict[str, Any]) -> Words:
    """Days and times, whichever columns they are in; those columns are emptied.

    2.0 has dates in `dtstart` and `until`; dialects have times there, and days in `weekday`.
    """

    def take(*names: str) -> str:
        found = [(values.get(name) or "").strip() for name in names]
        values.update(dict.fromkeys(names))
        return next(filter(None, found), "")

    dated = {name: values.pop(name, None) for name in ("dtstart", "until")}
    for name, text in dated.items():
        if ISO_DATE.match((text or "").strip()):
            values[name], dated[name] = text, None
    values.update(_dtstart=dated["dtstart"], _until=dated["until"])
    days = take("weekday", "byday")
    return Words(
        NUMBERED_DAYS.get(days, days), take("opens_at", "_dtstart"), take("closes_at", "_until")
    )


def rules_of(words: Words) -> tuple[Rule, ...] | None:
    """The rules those words are; None when they are not understood."""
    if CODED_DAYS.fullmatch(words.days) and parse_weekdays(words.days) is None:
        return _coded(words)
    return parse_columns(words.days, words.opens, words.closes)


def _coded(words: Words) -> tuple[Rule, ...] | None:
    """Days as the standard writes them (MO,TU) with times of any kind."""
    opens, closes = parse_clock(words.opens), parse_clock(words.closes)
    if opens is None or closes is None:
        return None
    try:
        days = ",".join(re.findall("[A-Z]{2}", words.days))
        return (Rule(byday=days, opens_at=opens, closes_at=closes),)
    except Invalid:
        return None


def blank_form(words: Words) -> bool:
    """A weekday of a form that nobody filled in: its name, and no times."""
    return not words.opens and not words.closes and parse_weekdays(words.days) is not None


def columns_of(rule: Rule) -> dict[str, Any]:
    """A rule as columns of a schedule row."""
    return {
        "freq": rule.freq,
        "interval": None if rule.interval == 1 else str(rule.interval),
        "byday": rule.byday or None,
        "opens_at": rule.opens_at.isoformat() if rule.opens_at else None,
        "closes_at": rule.closes_at.isoformat() if rule.closes_at else None,
    }


def spread(record: Record, columns: list[dict[str, Any]]) -> list[Record]:
    """The record once for each rule's columns; the first keeps its id."""
    return [
        replace(
            record,
            id=record.id if number == 1 else f"{record.id}#{number}",
            data={**record.data, **rule},
        )
        for number, rule in enumerate(columns, 1)
    ]


def read_description(record: Record, tally: Tally) -> list[Record]:
    """A schedule that says its hours in its description alone, once for each rule in there."""
    data = record.data
    said = any(data.get(name) for name in (*TIMES, *DAYS, "freq"))
    rules = None if said else parse_hours_text(data.get("description") or "")
    if not rules:
        return [record]
    tally.repaired("hours_in_words")
    return spread(record, [columns_of(rule) for rule in rules])


def is_evening(data: dict[str, Any]) -> bool:
    """Open after half past five on some weekday, or on a weekend."""
    if not data.get("opens_at") or not data.get("closes_at"):
        return False
    byday = data.get("byday") or ""
    if "SA" in byday or "SU" in byday:
        return True
    opens, closes = (_minutes(data[name]) for name in TIMES)
    return bool(byday) and (closes > EVENING_FROM or closes <= opens)


def _minutes(text: str) -> int:
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)
