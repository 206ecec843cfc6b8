"""Why not shown: every count is what its link adds, and every link is the search it stands for."""

import re
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.geocode import OfflineGeocoder
from search.embedded.engine import EmbeddedEngine
from search.explain import MILE_M, RULES, explain
from search.explain_text import reason
from search.finding import find, settle
from search.query import SearchQuery
from search.request import Context, SearchRequest, read_request
from tests.contract.corpus import TEXTS, random_documents
from tests.contract.documents import NOW, make_document

CONTEXT = Context(OfflineGeocoder(), "America/New_York", NOW, strict=True)
VALUES: dict[str, tuple[str, ...]] = {
    "category": ("food", "transport", "evening-clinic"),
    "term": ("term-1", "term-2", "medical-ride"),
    "near": ("27701",),
    "radius_m": ("900", "3218.688", "5000", "60000", "200000"),
    "box": ("-79.1,35.8,-78.7,36.2", "170,-18,-170,-17"),
    "reachable_from": ("27701", "27707"),
    "open_at": ("now", "2025-03-05T19:00"),
    "open_during": ("sat 09:00-12:00", "tue,thu 18:00-19:00"),
    "free": ("weekdays 18:00-21:00", "sat 20:00-23:00"),
    "blocked": ("mon,tue 07:00-14:00",),
    "language": ("es", "fr"),
    "cost": ("free", "medicaid"),
    "for": ("older-adults", "caregivers"),
    "delivery": ("in_person", "visits"),
    "accessible": ("wheelchair",),
    "insurance": ("medicaid", "medicare"),
    "without_document": ("photo-id",),
    "age": ("5", "18", "60"),
    "accepts_referrals": ("true", "false"),
    "cash_prices": ("true", "false"),
    "has_capacity": ("true", "false"),
    "max_wait_days": ("0", "7"),
    "verified_since": ("2024-06-01",),
    "organization": ("org-1", "org-2"),
    "sort": ("match", "distance", "soonest"),
    "page": ("1", "2"),
    "per_page": ("5",),
    "q": (),
}


def read(pairs: Any) -> SearchRequest:
    values: dict[str, list[str]] = {}
    for name, text in pairs:
        values.setdefault(name, []).append(text)
    return read_request(values, CONTEXT)


@st.composite
def requests(draw: st.DrawFn) -> SearchRequest:
    """A search as a client would ask it, with up to five parameters that keep services out."""
    names = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=6, unique=True))
    if {"radius_m", "sort"} & set(names) and "reachable_from" not in names:
        names = list(dict.fromkeys([*names, "near"]))
    pairs = [(name, draw(st.sampled_from(VALUES[name]))) for name in names if VALUES[name]]
    if "q" in names:
        text = draw(TEXTS)
        if any(character.isalnum() for character in text):
            pairs.append(("q", text))
    return read(pairs)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = EmbeddedEngine(tmp_path_factory.mktemp("explain") / "index")
    engine.rebuild(random_documents(seed=5, count=400))
    yield engine
    engine.close()


@settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
@given(request=requests())
def test_every_count_is_what_its_link_adds(engine, request):
    explained = explain(engine, request)
    assert explained.total == find(engine, request.query).result.total
    for one in explained.excluded:
        assert one.count > 0
        again = read(one.relaxed.pairs)
        assert again.query == one.relaxed.query
        assert find(engine, again.query).result.total == explained.total + one.count
        before = {hit.id for hit in _all(engine, request.query)}
        after = {hit.id for hit in _all(engine, again.query)}
        assert before < after
        assert len(after - before) == one.count


def _all(engine, query):
    query = settle(engine, replace(query, per_page=100))[0]
    pages = engine.search(replace(query, page=1)).total // 100 + 1
    found = (engine.search(replace(query, page=n + 1)) for n in range(pages))
    return list(chain.from_iterable(result.hits for result in found))


class Counting:
    """Counts what is asked of an engine."""

    def __init__(self, engine):
        self.engine = engine
        self.calls: list[int] = []

    def totals(self, queries):
        self.calls.append(len(queries))
        return self.engine.totals(queries)


def test_everything_is_asked_in_one_call_of_at_most_thirty_queries(engine):
    given_ = [(name, values[0]) for name, values in VALUES.items() if values]
    counting: Any = Counting(engine)
    explain(counting, read(given_))
    assert counting.calls == [28]


def test_the_nearest_distance_that_adds_something_is_offered(tmp_path):
    engine = EmbeddedEngine(tmp_path / "index")
    point = read([("near", "27701")]).query.origin
    assert point is not None
    north = [point.lat + miles * MILE_M / 111_195 for miles in (1, 8, 40)]
    engine.put(
        [make_document(f"d{n}", lat=lat, lng=point.lng) for n, lat in enumerate(north)]
        + [make_document("nowhere")]
    )
    request = read([("near", "27701"), ("radius_m", "3218.688"), ("page", "2")])
    (one,) = explain(engine, request).excluded
    assert (one.relaxed.rule, one.relaxed.miles, one.count) == ("radius_m", 10, 1)
    assert one.relaxed.pairs == (("near", "27701"), ("radius_m", "16093.44"))
    assert reason(one, request.query, str) == "Up to 8 miles too far"
    everywhere = read([("near", "27701"), ("radius_m", "160934.4")])
    (one,) = explain(engine, everywhere).excluded
    assert (one.relaxed.miles, one.count) == (None, 1)
    assert reason(one, everywhere.query, str) == "Too far away"
    engine.close()


def test_every_rule_has_words(engine):
    for name in RULES:
        value = VALUES[name][0]
        pairs = [(name, value), *([("near", "27701")] if name == "radius_m" else [])]
        for one in explain(engine, read(pairs)).excluded:
            assert re.fullmatch(r"[A-Z][^{}]+", reason(one, read(pairs).query, str))


def test_rules_without_anything_behind_them_are_not_told(engine):
    everything = SearchRequest(SearchQuery(now=NOW), None, None, ())
    assert explain(engine, everything).excluded == ()
