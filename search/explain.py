"""Why a service is not shown: what each rule of a search alone keeps out.

Each rule is left out in turn, the others stay, and so do the words (those that `search.finding` keeps). A
count is exactly how many more results its link shows. All rules are asked of the engine in one call.
"""

from collections.abc import Iterable, Iterator
from dataclasses import MISSING, dataclass, fields, replace
from typing import Any

from search.engine import SearchEngine
from search.finding import settle
from search.parameters import BY_NAME, RADIUS_MAX_M
from search.query import SearchQuery
from search.request import SearchRequest

MILE_M = 1609.344
STANDARD_MILES = (2, 5, 10, 25, 50, 100)
"""Distances that people are offered."""

RULES = (
    "open_at",
    "open_during",
    "free",
    "radius_m",
    "reachable_from",
    "box",
    "category",
    "term",
    "language",
    "cost",
    "for",
    "delivery",
    "accessible",
    "insurance",
    "without_document",
    "age",
    "accepts_referrals",
    "cash_prices",
    "has_capacity",
    "max_wait_days",
    "verified_since",
    "organization",
)
"""Parameters that keep services out, in the order they are told when they keep out equally many."""
_PLACES = ("radius_m", "reachable_from")
_DEFAULTS = {one.name: one.default for one in fields(SearchQuery) if one.default is not MISSING}

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Relaxed:
    """The search without one rule: `query`, and `pairs` that `read_request` reads as just that.

    `miles` is how far may now be gone, where the rule is the distance; None for any distance.
    """

    rule: str
    query: SearchQuery
    pairs: Pairs
    miles: int | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """`count` services, at least one, that only this rule keeps out; the relaxed search has them."""

    relaxed: Relaxed
    count: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """How many results there are, and what each rule alone keeps out, the most first."""

    total: int
    excluded: tuple[Excluded, ...]


def explain(engine: SearchEngine, request: SearchRequest) -> Explanation:
    """Ask for every search that is one rule wider. Raises Unavailable."""
    steps = list(relaxations(request))
    text = settle(engine, request.query)[0].text
    queries = [request.query, *(step.query for step in steps)]
    total, *totals = engine.totals([replace(query, text=text, facets=()) for query in queries])
    found: dict[str, Excluded] = {}
    for step, wider in zip(steps, totals, strict=True):
        if wider > total:  # the first distance that adds something is the one to go
            found.setdefault(step.rule, Excluded(step, wider - total))
    order = sorted(found.values(), key=lambda one: (-one.count, RULES.index(one.relaxed.rule)))
    return Explanation(total, tuple(order))


def relaxations(request: SearchRequest) -> Iterator[Relaxed]:
    """Every search one rule wider; distances in steps, the nearest first."""
    for rule in RULES:
        if rule not in _PLACES and _asked(request.query, _field(rule)):
            dropped = {"free", "blocked"} if rule == "free" else {rule}
            yield _relaxed(request, rule, dropped, **{_field(rule): _DEFAULTS[_field(rule)]})
    yield from _farther(request)
    if request.query.reach is not None:
        yield _anywhere(request)


def _field(rule: str) -> str:
    return BY_NAME[rule].target


def _asked(query: SearchQuery, name: str) -> bool:
    return bool(getattr(query, name) != _DEFAULTS[name])


def _farther(request: SearchRequest) -> Iterator[Relaxed]:
    """Each standard distance above the one asked for, then any."""
    radius_m = request.query.radius_m
    if radius_m is None:
        return
    for miles in STANDARD_MILES:
        metres = miles * MILE_M
        if radius_m < metres <= RADIUS_MAX_M:
            step = _relaxed(
                request, "radius_m", {"radius_m"}, [("radius_m", repr(metres))], radius_m=metres
            )
            yield replace(step, miles=miles)
    if request.query.reach is None:
        yield _relaxed(request, "radius_m", {"radius_m"}, radius_m=None)


def _anywhere(request: SearchRequest) -> Relaxed:
    """Without asking whom a service reaches: nearness, its other half, goes too."""
    kept: list[tuple[str, str]] = []
    if request.origin == request.reachable_from and not _names(request) & {"near", "lat"}:
        kept = [("near", text) for name, text in request.pairs if name == "reachable_from"]
    dropped = {"reachable_from", "radius_m"}
    return _relaxed(request, "reachable_from", dropped, kept, reach=None, radius_m=None)


def _names(request: SearchRequest) -> set[str]:
    return {name for name, _ in request.pairs}


def _relaxed(
    request: SearchRequest,
    rule: str,
    dropped: Iterable[str],
    added: Iterable[tuple[str, str]] = (),
    **changes: Any,
) -> Relaxed:
    """On the first page again."""
    gone = {*dropped, "page"}
    pairs = tuple(pair for pair in request.pairs if pair[0] not in gone)
    return Relaxed(rule, replace(request.query, page=1, **changes), (*pairs, *added))
