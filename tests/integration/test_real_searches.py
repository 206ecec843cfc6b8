"""Searches and hours of real data, their answers worked out by other code."""

import csv
import html
import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clock import now
from directory.queries import walk
from search.embedded.engine import EmbeddedEngine
from search.query import Point, SearchQuery
from search.rebuild import reindex
from tests.integration.real import Alone, shared
from tests.support.hours_oracle import assert_all_match_oracle

ZONE = "America/New_York"
WORDS = ("diapers", "hospice", "veterans", "dialysis", "mammograms", "ged", "eviction",
         "vietnamese", "methadone", "doula")  # fmt: skip


@pytest.fixture(scope="module")
def engine(alone: Alone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedEngine]:
    opened = EmbeddedEngine(tmp_path_factory.mktemp("index") / "search")
    reindex(alone.importer.db, opened, ZONE)
    yield opened
    opened.close()


def rows(name: str) -> list[dict[str, str]]:
    csv.field_size_limit(sys.maxsize)
    path: Path = shared("data", "dc_hsds2", "2023") / name
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def words(text: str | None) -> set[str]:
    plain = unicodedata.normalize("NFKD", html.unescape(text or "").lower())
    return set(re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c))))


@pytest.fixture(scope="module")
def said() -> dict[str, set[str]]:
    """Name of each service → every word the source says about it."""
    organizations = {row["id"]: row["name"] for row in rows("organizations.csv")}
    names = {row["taxonomy_recordid"]: row["taxonomy_name"] for row in rows("taxonomy_terms.csv")}
    terms = defaultdict(list)
    for row in rows("service_attributes.csv"):
        terms[row["service_id"]].append(names.get(row["taxonomy_term_id"], ""))
    found: dict[str, set[str]] = defaultdict(set)
    for row in rows("services.csv"):
        texts = [row[f"service_{name}"] for name in ("name", "alternate_name", "description")]
        texts.append(organizations.get(row["service_organization"].split(",")[0], ""))
        name = html.unescape(row["service_name"] or "").strip()
        for text in (*texts, *terms[row["service_recordid"]]):
            found[name] |= words(text)
    return found


@pytest.mark.parametrize("word", WORDS)
def test_every_service_that_says_a_word_is_found_by_it(
    engine: EmbeddedEngine, said: dict[str, set[str]], word: str
) -> None:
    wanted = {name for name, has in said.items() if any(one.startswith(word) for one in has)}
    pages = (engine.search(SearchQuery(text=word, per_page=100, page=n, now=now())) for n in (1, 2))
    found = {hit.document["name"] for page in pages for hit in page.hits}
    assert wanted - found == set()
    # What else is found differs by a typo or two; it never outnumbers what was meant.
    assert len(found - wanted) <= max(4, len(wanted))


def test_the_nearest_services_are_those_a_straight_line_says(engine: EmbeddedEngine) -> None:
    at = Point(38.9, -77.03)
    found = engine.search(SearchQuery(origin=at, radius_m=3_000, sort="distance", now=now()))
    metres = [hit.distance_m or 0.0 for hit in found.hits]
    assert found.total > 100 and metres == sorted(metres)
    points = [
        (float(row["latitude"]), float(row["longitude"]))
        for row in rows("locations.csv")
        if row["latitude"] and row["longitude"]
    ]
    lat, lng = found.hits[0].document["lat"], found.hits[0].document["lng"]
    assert any(abs(lat - a) < 1e-6 and abs(lng - b) < 1e-6 for a, b in points)


def test_every_schedule_agrees_minute_by_minute_with_the_oracle(alone: Alone) -> None:
    with alone.importer.db.read() as session:
        found = {
            view.hours.key(): view.hours for views in walk(session) for view in views if view.hours
        }
    assert len(found) > 150
    assert_all_match_oracle([found[key] for key in sorted(found)], 2026)
