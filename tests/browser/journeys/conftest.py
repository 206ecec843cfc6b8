"""Somebody at work in the demonstration, and patients to work for."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser

from seed_data.people import network
from tests.browser.conftest import Open, State
from tests.browser.journeys.walking import Walk

Admit = Callable[..., tuple[str, str]]
AtWork = Callable[..., Walk]


@pytest.fixture
def at_work(open_page: Open, sign_in: Callable[[str], State]) -> AtWork:
    """Somebody ("role@organization") on a page: `at_work("coordinator@loblolly", "/staff", "a")`."""

    def come(who: str, path: str, journey: str, **options: Any) -> Walk:
        state = sign_in(f"{who}.example.org")
        return Walk(open_page(path, storage_state=state, **options), journey)

    return come


@pytest.fixture
def admit(site: str, browser: Browser, people: dict[str, dict[str, str]]) -> Admit:
    """A patient of the coordinator with one open need; returns the ids of both."""
    key = people["coordinator"]["api_key"]
    context = browser.new_context(
        base_url=site, extra_http_headers={"authorization": f"Bearer {key}"}
    )

    def ask(path: str, **body: Any) -> str:
        answer = context.request.post(f"/api/v1/{path}", data=body)
        assert answer.ok, answer.text()
        return str(answer.json()["id"])

    def admit_one(name: str, category: str, words: str, **form: Any) -> tuple[str, str]:
        own = network.organization_id("loblolly")
        patient = ask("patients", name=name, organization_id=own, postal_code="27701", **form)
        return patient, ask(f"patients/{patient}/needs", category=category, words=words)

    return admit_one
