"""The prototype engine, imported as it is, and its documents and queries in our terms.

BENCH_PROTOTYPE_DIR says where it lies. What has no equal: its `next_available` is a stored date, ours is
worked out from the hours at each search; its facets keep their own filter, ours leave it out.
"""

import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from directory.hours import Hours, Rule
from search.query import Box, Point, SearchQuery

FOLDER = Path(os.environ.get("BENCH_PROTOTYPE_DIR", "../shared/prototypes/embedded_engine"))
MONDAY = datetime(2025, 3, 3, tzinfo=UTC)
DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
SLOT = timedelta(minutes=30)
SLOTS_A_DAY = 48
FACETS = {
    "categories": "categories",
    "languages": "languages",
    "eligibility": "audiences",
    "cost": "cost",
    "accepting": "accepts_referrals",
}
SORTS = {"distance": "distance", "relevance": "match", "next": "soonest"}


def module(name: str) -> ModuleType:
    """A module of the prototype."""
    if str(FOLDER) not in sys.path:
        sys.path.insert(0, str(FOLDER))
    return import_module(name)


def our_document(
    theirs: dict[str, Any], hours: dict[tuple[int, ...], str | None]
) -> dict[str, Any]:
    """Their document as one of ours; `hours` remembers translated schedules."""
    place = theirs.get("_geo") or {"lat": None, "lng": None}
    slots = tuple(theirs["open_slots"])
    if slots not in hours:
        hours[slots] = our_hours(slots)
    absent = dict.fromkeys(
        ("alternate_name", "program", "location_id", "postal_code", "county", "state", "address")
    )
    unknown = dict.fromkeys(
        ("minimum_age", "maximum_age", "has_capacity", "wait_asked_on", "assured_date", "url")
    )
    lists: dict[str, list[str]] = {
        name: []
        for name in (
            "keywords",
            "context",
            "terms",
            "accessibility",
            "insurance",
            "documents",
            "phones",
        )
    }
    return {
        "id": theirs["id"],
        "service_id": theirs["id"],
        "organization_id": theirs["org"].replace(" ", "-"),
        "name": theirs["name"],
        "organization": theirs["org"],
        "summary": theirs["description"],
        "city": theirs["city"],
        "categories": theirs["categories"],
        "languages": theirs["languages"],
        "audiences": theirs["eligibility"],
        "cost": [theirs["cost"]],
        "accepts_referrals": theirs["accepting"],
        "wait_days": theirs["wait_days"],
        "delivery": ["in_person"],
        "area": ["any"],
        "visibility": "public",
        "hash": "",
        "hours": hours[slots],
        "translations": {},
        **place,
        **absent,
        **unknown,
        **lists,
    }


def our_hours(slots: tuple[int, ...]) -> str | None:
    """Half hours of the week as hours; none at all are unknown."""
    if not slots:
        return None
    if len(slots) == 7 * SLOTS_A_DAY:
        return Hours(timezone="UTC", always_open=True).key()
    rules = []
    for day, name in enumerate(DAYS):
        open_now = [slot % SLOTS_A_DAY for slot in slots if slot // SLOTS_A_DAY == day]
        if open_now:
            opens, closes = MONDAY + open_now[0] * SLOT, MONDAY + (open_now[-1] + 1) * SLOT
            assert len(open_now) == (closes - opens) / SLOT, "one span a day"
            rules.append(Rule(byday=name, opens_at=opens.time(), closes_at=_clock(closes)))
    return Hours(timezone="UTC", rules=tuple(rules)).key()


def _clock(at: datetime) -> time:
    return at.time()


def our_query(theirs: dict[str, Any]) -> SearchQuery:
    """Their query as one of ours."""
    filters = theirs["filters"]
    fields: dict[str, Any] = {
        ours: tuple(filters[name])
        for name, ours in FACETS.items()
        if name in filters and name != "accepting"
    }
    if "slot" in filters:
        fields["open_at"] = MONDAY + filters["slot"] * SLOT
    if theirs["radius"]:
        fields["radius_m"] = theirs["radius"][2]
    if theirs["bbox"]:
        fields["box"] = Box(*map(float, theirs["bbox"]))
    if theirs["origin"]:
        fields["origin"] = Point(*map(float, theirs["origin"]))
    sort: Any = SORTS[theirs["sort"]]
    return SearchQuery(
        now=MONDAY,
        text=theirs["q"] or "",
        accepts_referrals=filters.get("accepting"),
        max_wait_days=filters.get("wait_max"),
        sort=sort,
        page=theirs["offset"] // theirs["limit"] + 1,
        per_page=theirs["limit"],
        facets=tuple(FACETS[name] for name in theirs["facets"]),
        **fields,
    )


def our_documents(columns: Any) -> Iterator[dict[str, Any]]:
    """Every document of their generator."""
    hours: dict[tuple[int, ...], str | None] = {}
    for theirs in module("gen").docs(columns):
        yield our_document(theirs, hours)
