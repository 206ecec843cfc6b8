"""A patient's medicine, from its name to the cheapest pharmacy: asked, drawn, called, recorded."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE, Open, picture
from tests.browser.places import overflow
from tests.browser.test_access import violations

COMPARED = "/prices?drug=metformin+500+mg+regular&quantity=60&near=27701"


def _clean(page: Page, name: str) -> None:
    picture(page, name)
    assert violations(page) == []
    assert overflow(page) <= 0


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_axe_finds_nothing_on_prices(open_page: Open, width: int, dark: bool) -> None:
    kind = f"{width}-{'dark' if dark else 'light'}"
    page = open_page(COMPARED, width, dark=dark)
    _clean(page, f"prices-{kind}")
    page.get_by_role("link", name="How the price has changed").click()
    page.wait_for_url("**/prices/history/**")
    _clean(page, f"prices-history-{kind}")
    page = open_page("/es/prices?drug=metformina+500&quantity=60", width, dark=dark)
    _clean(page, f"es-prices-question-{kind}")


def test_from_a_medicine_to_a_recorded_price_that_changes_the_ranking(
    open_page: Open, demonstration: tuple[str, Path]
) -> None:
    file = demonstration[1] / "demo" / "credentials.json"
    person = json.loads(file.read_text(encoding="utf-8"))["coordinator"]
    page = open_page("/staff/sign-in", NARROW)
    page.get_by_label("E-mail address").fill(person["email"])
    page.get_by_label("Password").fill(person["password"])
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff")
    page.goto("/")
    page.get_by_role("link", name="Compare cash prices of a medicine").click()
    page.get_by_label("Which medicine?").fill("metformin 500 mg, 60 tablets")
    page.get_by_label("Where are you?").fill("27701")
    page.get_by_role("button", name="Show prices").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("regular or extended release")
    _clean(page, "prices-question-375-light")
    page.get_by_role("link", name="regular (immediate release): 60").click()
    expect(page.locator("svg.tradeoff")).to_be_visible()
    first = page.locator("table.prices tbody tr").first
    before = first.inner_text()
    second = page.locator("table.prices tbody tr").nth(1)
    name = second.get_by_role("link").first.inner_text()
    second.get_by_role("link", name="Call to confirm").click()
    expect(page.get_by_text("What is your cash price, without insurance")).to_be_visible()
    _clean(page, "prices-call-375-light")
    page.get_by_role("link", name="Record what they said").click()
    _clean(page, "prices-record-375-light")
    page.get_by_label("What did they say?").fill("1.25")
    page.get_by_role("button", name="Keep this price").click()
    page.wait_for_url("**/prices?**")
    after = page.locator("table.prices tbody tr").first.inner_text()
    assert "$1.25" in after and name in after
    assert after != before
    page.emulate_media(media="print")
    picture(page, "prices-paper")
