"""What a page may cost: 100 kB, ten requests, nothing from elsewhere, no cookie, no jump."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, Open
from tests.browser.places import RESULTS, STATES

BYTES, REQUESTS, SHIFT = 100_000, 10, 0.1


class Spent:
    """What loading took."""

    def __init__(self) -> None:
        self.bytes = 0
        self.addresses: list[str] = []


@contextmanager
def spending(page: Page) -> Iterator[Spent]:
    """Counts what is transferred inside the block, headers included."""
    spent = Spent()
    network = page.context.new_cdp_session(page)

    def sent(event: dict[str, Any]) -> None:
        address = event["request"]["url"]
        if not address.startswith("data:"):  # icons of the browser's own controls
            spent.addresses.append(address)

    network.on("Network.requestWillBeSent", sent)

    def finished(event: dict[str, Any]) -> None:
        spent.bytes += int(event["encodedDataLength"])

    network.on("Network.loadingFinished", finished)
    network.send("Network.enable")
    yield spent
    page.wait_for_load_state("networkidle")
    network.detach()


@pytest.mark.parametrize("name", STATES)
def test_a_page_stays_within_its_budget(
    open_page: Open, name: str, site: str, ids: dict[str, str]
) -> None:
    page = open_page("about:blank", NARROW)
    stays_within_budget(page, STATES[name].format(**ids), site)


def stays_within_budget(page: Page, path: str, site: str) -> None:
    """Load it in a fresh window, and see what that took."""
    with spending(page) as spent:
        page.goto(path)
    print(f"{path}: {spent.bytes} bytes in {len(spent.addresses)} requests")
    assert 0 < spent.bytes <= BYTES
    assert 0 < len(spent.addresses) <= REQUESTS
    assert {origin(address) for address in spent.addresses} == {site}
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_nothing_jumps_while_a_page_loads(open_page: Open) -> None:
    page = open_page(RESULTS, NARROW)
    shift = page.evaluate(
        """() => new Promise(done => { let sum = 0;
            new PerformanceObserver(list => list.getEntries().forEach(e => sum += e.value))
                .observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => done(sum), 300) })"""
    )
    assert shift < SHIFT


def test_where_somebody_came_from_is_told_to_nobody(open_page: Open) -> None:
    page = open_page(RESULTS)
    with page.expect_request("**/services/**") as followed:
        page.locator(".result h2 a").first.click()
    assert "referer" not in followed.value.headers


def origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
