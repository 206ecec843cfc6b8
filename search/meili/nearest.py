"""Results of a text, nearest first.

In the index words rank before distance, so this order is made here, from the ids and points of everything
near enough. How far that is follows from how many results lie in boxes around the origin, which is quick to
count.
"""

from collections.abc import Sequence
from typing import Any

from search.meili.asking import Ask, Asked, total_of
from search.meili.client import Body
from search.meili.filters import HALF_AROUND_M, WHOLE_GLOBE, any_of, box_around, in_box
from search.query import SearchResult

ENOUGH = 1_000
"""So many candidates are fetched without asking whether fewer would do."""
_STEPS = 16
_DOUBLING = (*(500.0 * 2**step for step in range(_STEPS - 1)), HALF_AROUND_M)
_PLACED = in_box(WHOLE_GLOBE)
_ALL = 1_000_000

Near = tuple[float, str]
"""Metres from the origin and id."""


def nearest(ask: Ask, asked: Asked) -> SearchResult:
    """One page of results; those without a place come last."""
    *counted, with_place = ask(
        [*asked.counting(limit=0), asked.body(also=_PLACED, limit=0)],
    )
    placed = total_of(with_place)
    documents: list[Body] = []
    if asked.start < placed:
        near = _near(ask, asked, placed)
        documents += _documents(ask, asked, [id for _, id in near[asked.start : asked.end]])
    if asked.end > placed:
        documents += _without_place(ask, asked, placed)
    return asked.result(total_of(counted[0]), documents, counted)


def _near(ask: Ask, asked: Asked, placed: int) -> list[Near]:
    """The nearest results in order: all on and before the page, and perhaps more."""
    needed = min(asked.end, placed)
    for radius_m in _radii(ask, asked, needed) if placed > ENOUGH else (HALF_AROUND_M,):
        found = _within(ask, asked, radius_m)
        if len(found) >= needed:
            break
    return found


def _radii(ask: Ask, asked: Asked, needed: int) -> Sequence[float]:
    """Radii to try in turn, the first the smallest that may hold enough, the last holding all."""
    radii = _DOUBLING
    counts = _counts(ask, asked, radii)
    first = next(at for at, count in enumerate(counts) if count >= needed)
    if counts[first] <= ENOUGH:
        return radii[first:]
    low = radii[first - 1] if first else 0.0
    between = [low + (radii[first] - low) * step / _STEPS for step in range(1, _STEPS)]
    counts = _counts(ask, asked, between)
    closer = [radius for radius, count in zip(between, counts, strict=True) if count >= needed]
    return (*closer, *radii[first:])


def _counts(ask: Ask, asked: Asked, radii_m: Sequence[float]) -> list[int]:
    """How many results lie in the boxes around the circles."""
    return [total_of(answer) for answer in ask([_box(asked, m, limit=0) for m in radii_m])]


def _within(ask: Ask, asked: Asked, radius_m: float) -> list[Near]:
    """Every result in the circle, in order."""
    fields = ["id", "lat", "lng"]
    [answer] = ask([_box(asked, radius_m, limit=_ALL, attributesToRetrieve=fields)])
    found = [(asked.distance_m(hit), hit["id"]) for hit in answer["hits"]]
    return sorted((m, id) for m, id in found if m is not None and m <= radius_m)


def _box(asked: Asked, radius_m: float, **parameters: Any) -> Body:
    assert asked.query.origin is not None
    return asked.body(also=in_box(box_around(asked.query.origin, radius_m)), **parameters)


def _documents(ask: Ask, asked: Asked, ids: Sequence[str]) -> list[Body]:
    """The documents of these ids, in this order."""
    [answer] = ask([asked.body(also=any_of("id", ids), limit=len(ids))])
    found = {hit["id"]: hit for hit in answer["hits"]}
    return [found[id] for id in ids if id in found]


def _without_place(ask: Ask, asked: Asked, placed: int) -> list[Body]:
    """The part of the page behind all that have a place."""
    skipped = max(0, asked.start - placed)
    shown = asked.end - placed - skipped
    [answer] = ask([asked.body(also=f"NOT {_PLACED}", offset=skipped, limit=shown)])
    hits: list[Body] = answer["hits"]
    return hits
