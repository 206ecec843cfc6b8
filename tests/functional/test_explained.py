"""Why not shown, as people and programs meet it: every count is what its link adds, on each engine.

Searches are made at random, always the same ones. The engines themselves are asked many more in
tests/unit/test_search_explain.py.
"""

import random
import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, urlencode

import pytest
from litestar.testing import TestClient

from app.asgi import create_app
from core.clock import frozen
from core.settings import Settings
from tests.contract.corpus import random_documents
from tests.contract.documents import NOW
from tests.contract.engines import ENGINES, NEEDS_SERVER, Site
from tests.functional.conftest import Client
from tests.functional.pages import links_of, text_of
from web.i18n import language
from web.searching import FEW

SEARCHES = 40
SEARCH = {"en": "/search", "es": "/es/search"}
API = {
    "q": ("food", "ride dialysis", "clinic after 6"),
    "near": ("27701",),
    "radius_m": ("900", "5000", "60000"),
    "reachable_from": ("27701", "27707"),
    "open_at": ("now", "2025-03-05T19:00"),
    "open_during": ("sat 09:00-12:00", "tue,thu 18:00-19:00"),
    "free": ("weekdays 18:00-21:00",),
    "blocked": ("mon,tue 07:00-14:00",),
    "category": ("food", "transport"),
    "language": ("es", "fr"),
    "cost": ("free", "medicaid"),
    "for": ("older-adults", "caregivers"),
    "delivery": ("in_person", "visits"),
    "accessible": ("wheelchair",),
    "insurance": ("medicaid",),
    "age": ("5", "60"),
    "has_capacity": ("true", "false"),
    "max_wait_days": ("7",),
}
PAGES = {
    "q": ("food", "ride dialysis"),
    "near": ("27701", "Durham, NC"),
    "within": ("2", "10"),
    "when": ("now", "evening", "saturday", "sunday"),
    "free": ("weekdays 18:00-21:00",),
    "blocked": ("mon,tue 07:00-14:00",),
    "category": ("food", "transport"),
    "language": ("es", "fr"),
    "cost": ("free", "medicaid"),
    "for": ("older-adults", "caregivers"),
    "delivery": ("in_person", "visits"),
    "accessible": ("wheelchair",),
    "accepts_referrals": ("yes",),
    "cash_prices": ("yes",),
}


@pytest.fixture(scope="module", params=sorted(ENGINES))
def client(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """The application over each engine in turn, which holds 400 services."""
    folder = tmp_path_factory.mktemp("explained")
    server = (
        request.getfixturevalue("meilisearch_server") if request.param in NEEDS_SERVER else None
    )
    engine = Site(request.param, folder / "index", server).open()
    engine.rebuild(random_documents(seed=5, count=400))
    values = {"HANDRAIL_HOME": str(folder), "HANDRAIL_DEMO": "1", "HANDRAIL_RATE_LIMIT": "0"}
    app = create_app(Settings.from_env(values), search=engine)
    with frozen(NOW), TestClient(app) as found:
        yield found


def searches(values: dict[str, tuple[str, ...]], count: int) -> Iterator[list[tuple[str, str]]]:
    """As many searches with two to five parameters."""
    rng = random.Random(3)
    for _ in range(count):
        names = rng.sample(sorted(values), rng.randint(2, 5))
        if {"radius_m", "within"} & set(names):
            names = list(dict.fromkeys([*names, "near"]))
        yield [(name, rng.choice(values[name])) for name in names]


def test_the_api_counts_what_its_links_add(client: Client) -> None:
    told = 0
    for pairs in searches(API, SEARCHES):
        found = client.get(f"/api/v1/search/explain?{urlencode(pairs)}").json()
        assert found["total"] == _total(client, pairs)
        for rule in found["rules"]:
            assert _total(client, parse_qsl(rule["query"])) == found["total"] + rule["count"], pairs
            told += 1
    assert told > SEARCHES


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_page_counts_what_its_links_add(client: Client, code: str) -> None:
    told = 0
    for pairs in searches(PAGES, SEARCHES):
        html = client.get(f"{SEARCH[code]}?{urlencode(pairs)}").text
        shown = _shown(html)
        steps = _steps(html, code)
        assert shown <= FEW or not steps
        for label, href in steps.items():
            added = int(label.rpartition("(")[2].rstrip(")"))
            assert _shown(client.get(href).text) == shown + added, (pairs, label, href)
            told += 1
    assert told > SEARCHES // 2


def _total(client: Client, pairs: list[tuple[str, str]]) -> int:
    total: int = client.get(f"/api/v1/search?{urlencode(pairs)}").json()["total"]
    return total


def _shown(html: str) -> int:
    """How many services the heading says there are."""
    heading = re.search(r'<h1 class="count-line">(.*?)</h1>', html, re.DOTALL)
    assert heading, html
    number = re.match(r"[\d,.]+", text_of(heading[1]))
    return int(re.sub(r"\D", "", number[0])) if number else 0


def _steps(html: str, code: str) -> dict[str, str]:
    """The links of the part that says why others are not shown, in the reader's language."""
    part = re.search(
        r'<section class="stack" aria-labelledby="why-not">.*?</section>', html, re.DOTALL
    )
    if part is None:
        return {}
    assert language(code).gettext("Why others are not shown") in text_of(part[0])
    return links_of(part[0])
