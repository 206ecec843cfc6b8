"""Judging documents by what they are, never by what an engine returned.

A judgement says which documents answer a question how well: 3 is just what is needed, 2 helps, 1 is in the
right direction, 0 is no help. The first predicate a document passes decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from directory.codes import CATEGORY, term_id
from directory.hours import Hours, next_overlap, parse_windows
from search.words import tokens

AT = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)
"""The moment of all questions: a Tuesday, noon in Durham."""

Document = Mapping[str, Any]
Test = Callable[[Document], bool]


@dataclass(frozen=True)
class Is:
    """A property of documents; `&`, `|` and `~` put them together."""

    test: Test

    def __call__(self, document: Document) -> bool:
        return self.test(document)

    def __and__(self, other: "Is") -> "Is":
        return Is(lambda document: self(document) and other(document))

    def __or__(self, other: "Is") -> "Is":
        return Is(lambda document: self(document) or other(document))

    def __invert__(self) -> "Is":
        return Is(lambda document: not self(document))


@dataclass(frozen=True)
class Question:
    """What somebody typed, and what would help: predicates by grade, the best first."""

    text: str
    best: Is
    good: Is | None = None
    fair: Is | None = None
    language: str = "en"

    def grade(self, document: Document) -> int:
        """From 0 to 3."""
        for grade, test in ((3, self.best), (2, self.good), (1, self.fair)):
            if test is not None and test(document):
                return grade
        return 0


def kind(*codes: str) -> Is:
    """Of one of these kinds of service."""
    ids = {term_id(CATEGORY, code) for code in codes}
    return Is(lambda document: not ids.isdisjoint(document["terms"]))


def has(field: str, *values: str) -> Is:
    """A list of the document has one of the values."""
    return Is(lambda document: not set(values).isdisjoint(document[field]))


def says(*words: str) -> Is:
    """Its name or description has a word that begins with one of these."""

    def test(document: Document) -> bool:
        texts = [document["name"], document["summary"]]
        texts += [
            str(said[part] or "")
            for said in document["translations"].values()
            for part in ("name", "summary")
        ]
        found = tokens(" ".join(texts))
        return any(word.startswith(start) for word in found for start in words)

    return Is(test)


def open_in(*windows: str) -> Is:
    """Open for half an hour in one of these times of the week."""
    wanted = tuple(window for text in windows for window in parse_windows(text))

    @cache
    def fits(hours: str) -> bool:
        return next_overlap(Hours.from_json(hours), wanted, AT) is not None

    return Is(lambda document: document["hours"] is not None and fits(document["hours"]))


def in_city(name: str) -> Is:
    """At a place in that town."""
    return Is(lambda document: document["city"] == name)


TRANSPORT, RESPITE, FOOD, PHARMACY, CLINIC = (
    has("categories", code)
    for code in ("transport", "respite", "food", "pharmacy", "evening-clinic")
)
FREE = has("cost", "free")
CHEAP = has("cost", "free", "sliding_scale", "donation")
SPANISH = has("languages", "es")
EVENING = open_in("weekdays 18:00-21:00")
SATURDAY = open_in("sat 08:00-18:00")
SUNDAY = open_in("sun 08:00-20:00")
AT_HOME = has("delivery", "visits", "delivers")
