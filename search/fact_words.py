"""What a service is said to be by its facts, in the words people type: "free", "seniors", "open Saturday".

People do not tick boxes first; they type "pharmacy open sunday". The words stand in fact_words.json.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import time
from functools import cache, lru_cache
from pathlib import Path

from directory.hours import Hours, Rule

EVENING = time(18, 30)
"""What closes later than this has an evening."""
_WORKDAYS = frozenset({"MO", "TU", "WE", "TH", "FR"})
_DAYS = {"SA": "saturday", "SU": "sunday"}


def fact_words(
    cost: Iterable[str],
    audiences: Iterable[str],
    delivery: Iterable[str],
    languages: Iterable[str],
    hours: Hours | None,
) -> list[str]:
    """English and Spanish words for these facts. They do not depend on the day they are made."""
    facts = {
        "cost": cost,
        "audiences": audiences,
        "delivery": delivery,
        "languages": (tag.split("-")[0] for tag in languages),
        "opens": _opens(hours) if hours else (),
    }
    return [
        word
        for kind, codes in facts.items()
        for code in codes
        for word in _words(kind).get(code, ())
    ]


@cache
def _words(kind: str) -> dict[str, tuple[str, ...]]:
    lists = json.loads((Path(__file__).parent / "fact_words.json").read_text("utf-8"))
    return {code: tuple(words) for code, words in lists[kind].items()}


@lru_cache(maxsize=10_000)
def _opens(hours: Hours) -> tuple[str, ...]:
    """Parts of the week in which the rules open it, whatever the season."""
    if hours.always_open:
        return tuple(_words("opens"))
    return tuple(sorted({part for rule in hours.rules for part in _parts(rule)}))


def _parts(rule: Rule) -> Iterator[str]:
    if rule.opens_at is None:
        return
    days = {text.strip().lstrip("+-0123456789") for text in rule.byday.split(",")} - {""}
    yield from (part for day, part in _DAYS.items() if day in days)
    closes = rule.closes_at
    if closes is not None and (closes <= rule.opens_at or closes > EVENING) and days & _WORKDAYS:
        yield "evening"
