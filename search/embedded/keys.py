"""Under which keys a document is found: pairs of kind and key, one bitmap each."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from search.fields import other_words, title_words
from search.query import COMES_TO_YOU, FACETS, FLAGS

START_LENGTHS = (1, 2)
"""Beginnings of words that have bitmaps of their own, being too many words to join at a keystroke."""

CELL_DEGREES = 0.25
CELLS_AROUND = round(360 / CELL_DEGREES)

PINNED = frozenset(FACETS)
"""Kinds whose bitmaps stay in memory; their keys keep the case they came in."""

_LISTS = tuple(name for name in FACETS if name not in FLAGS)
_FOLDED_LISTS = ("insurance", "documents", "area")

Key = tuple[str, str]


def keys_of(document: Mapping[str, Any]) -> Iterator[Key]:
    """Every (kind, key) of a document; some may come twice."""
    for kind in _LISTS:
        for value in document[kind]:
            yield kind, value
    for kind in _FOLDED_LISTS:
        for value in document[kind]:
            yield kind, fold_key(value)
    for kind in FLAGS:
        yield kind, flag(document[kind])
    yield "organization", fold_key(document["organization_id"])
    yield "visibility", fold_key(document["visibility"])
    if not COMES_TO_YOU.isdisjoint(document["delivery"]):
        yield "remote", "yes"
    yield from _known_keys(document)
    yield from _word_keys(document)


def _known_keys(document: Mapping[str, Any]) -> Iterator[Key]:
    """Keys of what may be unknown."""
    if document["has_capacity"] is not None:
        yield "has_capacity", flag(document["has_capacity"])
    for kind in ("minimum_age", "maximum_age"):
        if document[kind] is not None:
            yield kind, repr(float(document[kind]))
    if document["lat"] is not None:
        yield "cell", cell_key(*cell_of(document["lat"], document["lng"]))


def _word_keys(document: Mapping[str, Any]) -> Iterator[Key]:
    title = set(title_words(document))
    everywhere = title.union(other_words(document))
    for kind, words in (("title", title), ("word", everywhere)):
        for word in words:
            yield kind, word
        for start in {word[:length] for word in words for length in START_LENGTHS}:
            yield f"{kind}_start", start


def fold_key(value: str) -> str:
    """How a value is compared: without case."""
    return value.casefold()


def flag(value: bool) -> str:
    """Key of a yes or no."""
    return "true" if value else "false"


def cell_of(lat: float, lng: float) -> tuple[int, int]:
    """Row and column of the quarter-degree cell a point lies in; columns go around the globe."""
    return math.floor(lat / CELL_DEGREES), math.floor(lng / CELL_DEGREES) % CELLS_AROUND


def cell_key(row: int, column: int) -> str:
    """Key of a cell."""
    return f"{row}/{column % CELLS_AROUND}"
