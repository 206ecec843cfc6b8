"""Documents and queries made at random, near enough to each other that they meet."""

import random
from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

from hypothesis import strategies as st

from directory.hours import ExceptionDay, Hours, Rule, Window, free_windows
from search.query import FACETS, Box, Point, SearchQuery, Sort
from tests.contract.documents import NOW, make_document

_LINES = """
food pantry pantries pastry meals transport transportation dialysis dialisis clinic
clinica evening respite respiro cuidado caregiver pharmacy farmacia insulin housing
shelter counseling wheelchair community despensa comida banco alimentos niñez corazón
école straße Ōsaka 24h am/pm doctor's st. wic snap care car cart center centre centro hope
home ride rides viaje a the of para con señor first help uninsured adult day watch rest
immunization immunizations sanctuary sanctuaries
"""
WORDS = tuple(_LINES.split())
SHORT_TEXTS = (
    "a",
    "s",
    "co",
    "the",
    "of the",
    "",
    "   ",
    "🙂",
    "\x00\x07",
    "%",
    "' OR 1=1 --",
    "*",
    "p*",
    "-food",
)
PHRASES = (
    "food bank",
    "dialysis ride",
    "silla de ruedas",
    "someone to watch",
    "no insurance",
    "despensa",
    "urgent care",
)

CATEGORIES = ("transport", "respite", "food", "pharmacy", "evening-clinic")
LANGUAGES = ("en", "es", "fr", "zh-Hans")
COSTS = ("free", "sliding_scale", "medicaid", "fee")
AUDIENCES = ("older-adults", "caregivers", "children")
DELIVERY = ("in_person", "visits", "delivers", "telehealth", "phone")
ACCESS = ("wheelchair", "parking")
INSURANCE = ("medicaid", "medicare", "blue")
PAPERS = ("photo-id", "proof-of-income")
AREAS = ("any", "zip:27701", "zip:27707", "county:NC/Durham", "state:NC", "country:US")
ORGANIZATIONS = ("org-1", "org-2", "org-3")
TERMS = tuple(f"term-{number}" for number in range(12))

CENTRES = (
    (36.0, -78.9),
    (35.78, -78.64),
    (-17.8, 179.9),
    (-17.8, -179.9),
    (89.8, 10.0),
    (-90.0, 0.0),
)
"""Durham, Raleigh, both sides of the antimeridian, near and at the poles."""

PATTERNS = (
    Hours(always_open=True),
    Hours(by_appointment=True),
    Hours(rules=(Rule(byday="MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(17)),)),
    Hours(
        rules=(Rule(byday="TU,TH", opens_at=time(17, 30), closes_at=time(21)),), holidays="US-NC"
    ),
    Hours(rules=(Rule(byday="FR,SA", opens_at=time(20), closes_at=time(2)),)),
    Hours(rules=(Rule(freq="MONTHLY", byday="1SA", opens_at=time(10), closes_at=time(12)),)),
    Hours(
        rules=(Rule(byday="TU,WE", opens_at=time(9), closes_at=time(12)),),
        exceptions=(ExceptionDay(date(2025, 3, 4), date(2025, 3, 6)),),
    ),
    Hours(
        rules=(
            Rule(byday="TU", opens_at=time(8), closes_at=time(12)),
            Rule(byday="TU", opens_at=time(13), closes_at=time(13, 20)),
        ),
        timezone="America/Los_Angeles",
    ),
)


def _some(rng: random.Random, values: tuple[str, ...], most: int = 2) -> list[str]:
    return rng.sample(values, rng.randint(0, most))


def _text(rng: random.Random, least: int, most: int) -> str:
    return " ".join(rng.choices(WORDS, k=rng.randint(least, most)))


def _place(rng: random.Random) -> dict[str, float | None]:
    if rng.random() < 0.15:
        return {"lat": None, "lng": None}
    lat, lng = rng.choice(CENTRES)
    if rng.random() < 0.2:
        return {"lat": lat, "lng": lng}  # several at the very same place
    lat = max(-90.0, min(90.0, lat + round(rng.gauss(0, 0.1), 3)))
    return {"lat": lat, "lng": (lng + round(rng.gauss(0, 0.1), 3) + 180) % 360 - 180}


def _translated(rng: random.Random) -> dict[str, Any]:
    return {"name": None, "summary": _text(rng, 0, 4) or None, "machine": False}


def random_document(rng: random.Random, id: str) -> dict[str, Any]:
    """A document that knows some things and not others."""

    def perhaps(value: Any) -> Any:
        return value if rng.random() < 0.6 else None

    low = perhaps(rng.choice((0.5, 5, 18, 60)))
    return make_document(
        id,
        organization_id=rng.choice(ORGANIZATIONS),
        name=_text(rng, 1, 4),
        alternate_name=perhaps(_text(rng, 1, 2)),
        organization=_text(rng, 1, 3),
        program=perhaps(_text(rng, 1, 2)),
        summary=_text(rng, 0, 8),
        keywords=rng.sample(WORDS, rng.randint(0, 2)),
        context=rng.sample(WORDS, rng.randint(0, 2)),
        translations={"es": _translated(rng)} if rng.random() < 0.3 else {},
        city=perhaps(rng.choice(("Durham", "Raleigh", "Suva"))),
        categories=_some(rng, CATEGORIES),
        terms=_some(rng, TERMS, 3),
        languages=_some(rng, LANGUAGES, 3),
        cost=_some(rng, COSTS),
        audiences=_some(rng, AUDIENCES),
        delivery=_some(rng, DELIVERY) or ["in_person"],
        accessibility=_some(rng, ACCESS),
        insurance=_some(rng, INSURANCE),
        documents=_some(rng, PAPERS),
        area=_some(rng, AREAS) or ["any"],
        hours=perhaps(rng.choice(PATTERNS).key()),
        minimum_age=low,
        maximum_age=perhaps((low or 0) + rng.choice((0, 10, 50))),
        accepts_referrals=rng.random() < 0.5,
        cash_prices=sum(map(ord, id)) % 3 == 0,  # draws nothing: all else stays as it was
        has_capacity=perhaps(rng.random() < 0.5),
        wait_days=perhaps(rng.choice((0, 3, 7, 30, 400))),
        assured_date=perhaps((date(2024, 1, 1) + timedelta(rng.randint(0, 400))).isoformat()),
        visibility="public" if rng.random() < 0.85 else "network",
        hash=f"{rng.getrandbits(64):016x}",
        **_place(rng),
    )


def random_documents(seed: int, count: int) -> list[dict[str, Any]]:
    """The same documents for the same seed."""
    rng = random.Random(seed)
    return [random_document(rng, f"d{number:04d}") for number in range(count)]


# ---- queries


def _subset(values: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=2).map(tuple)


@st.composite
def _typed(draw: st.DrawFn) -> str:
    """A word as people type it: whole, cut short, misspelt, shouted."""
    word = draw(st.sampled_from(WORDS))
    change = draw(
        st.sampled_from(
            ("none", "none", "cut", "drop", "double", "swap", "wrong", "first", "upper")
        )
    )
    at = draw(st.integers(0, len(word) - 1))
    changed = {
        "none": word,
        "cut": word[: at + 1],
        "drop": word[:at] + word[at + 1 :],
        "double": word[: at + 1] + word[at:],
        "swap": word[:at] + word[at : at + 2][::-1] + word[at + 2 :],
        "wrong": word[:at] + "x" + word[at + 1 :],
        "first": "x" + word[1:],
        "upper": word.upper(),
    }
    return changed[change]


TEXTS = st.one_of(
    _typed(),
    _typed(),
    st.lists(_typed(), min_size=2, max_size=3).map(" ".join),
    st.sampled_from(PHRASES),
    st.sampled_from(SHORT_TEXTS),
)
ORIGINS = st.builds(
    lambda centre, north, east: Point(
        max(-90.0, min(90.0, centre[0] + north)), (centre[1] + east + 180) % 360 - 180
    ),
    st.sampled_from(CENTRES),
    st.sampled_from((0.0, 0.01, -0.1)),
    st.sampled_from((0.0, 0.03, -0.2)),
)
RADII = st.sampled_from((0.0, 900.0, 5_000.0, 16_000.0, 60_000.0, 400_000.0, 9_000_000.0))
BOXES = st.one_of(
    st.builds(
        lambda centre, size: Box(
            north=min(90.0, centre[0] + size),
            south=max(-90.0, centre[0] - size),
            east=(centre[1] + size + 180) % 360 - 180,
            west=(centre[1] - size + 180) % 360 - 180,
        ),
        st.sampled_from(CENTRES),
        st.sampled_from((0.0, 0.05, 0.3, 3.0)),
    ),
    st.just(Box(north=90.0, east=180.0, south=-90.0, west=-180.0)),
)
TIMES = st.integers(0, 60 * 24 * 60).map(lambda minutes: NOW + timedelta(minutes=minutes))
WINDOWS = st.lists(
    st.builds(
        lambda day, start, length: Window(day, start, start + length),
        st.integers(0, 6),
        st.sampled_from((0, 540, 780, 1020, 1260)),
        st.sampled_from((20, 60, 240)),
    ),
    min_size=1,
    max_size=2,
    unique=True,
).map(tuple)

FREE = WINDOWS.map(free_windows)

_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXTS,
    "categories": _subset((*CATEGORIES, "FOOD", "nothing-such")),
    "terms": _subset(TERMS),
    "radius_m": RADII,
    "box": BOXES,
    "reach": st.sampled_from((frozenset({"zip:27701", "county:NC/Durham"}), frozenset[str]())),
    "open_at": TIMES,
    "open_during": WINDOWS,
    "free": FREE,
    "languages": _subset((*LANGUAGES, "ES", "ZH-hans")),
    "cost": _subset(COSTS),
    "audiences": _subset(AUDIENCES),
    "delivery": _subset(DELIVERY),
    "accessibility": _subset(ACCESS),
    "insurance": _subset(INSURANCE),
    "documents_not_required": _subset(PAPERS),
    "age": st.sampled_from((0, 5, 17, 18, 60, 90)),
    "accepts_referrals": st.booleans(),
    "cash_prices": st.booleans(),
    "has_capacity": st.booleans(),
    "max_wait_days": st.sampled_from((0, 7, 30, 1000)),
    "verified_since": st.sampled_from((date(2024, 6, 1), date(2025, 1, 15))),
    "organizations": _subset(ORGANIZATIONS),
}
_SORTS: tuple[Sort, ...] = ("match", "match", "distance", "soonest")


@st.composite
def queries(draw: st.DrawFn) -> SearchQuery:
    """A query with up to four filters, so that something is usually found."""
    names = draw(st.lists(st.sampled_from(tuple(_FIELDS)), max_size=4, unique=True))
    if draw(st.booleans()):
        names = [*names, "text"]
    fields: dict[str, Any] = {name: draw(_FIELDS[name]) for name in names}
    sort: Sort = draw(st.sampled_from(_SORTS))
    if sort == "distance" or "radius_m" in fields or draw(st.booleans()):
        fields["origin"] = draw(ORIGINS)
    facets = draw(
        st.sampled_from(((), FACETS, ("categories",), ("languages", "accepts_referrals")))
    )
    visibility = draw(
        st.sampled_from((("public",), ("public",), ("public", "network"), ("network",)))
    )
    return SearchQuery(
        now=NOW,
        sort=sort,
        facets=facets,
        visibility=visibility,
        page=draw(st.sampled_from((1, 1, 2))),
        per_page=draw(st.sampled_from((5, 20, 100))),
        **fields,
    )


def edits(seed: int, count: int) -> Iterator[tuple[str, Any]]:
    """A history: ("put", documents) and ("delete", ids), over few enough ids that they collide."""
    rng = random.Random(seed)
    for _ in range(count):
        ids = [f"d{rng.randrange(60):04d}" for _ in range(rng.randint(1, 8))]
        if rng.random() < 0.7:
            yield "put", [random_document(rng, id) for id in ids]
        else:
            yield "delete", ids
