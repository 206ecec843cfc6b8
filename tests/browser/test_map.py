"""The map: only when asked for, from here alone, every pin with a name; the list needs none of it."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open, picture
from tests.browser.places import RESULTS, to_first_service
from tests.browser.test_access import violations


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_map_shows_what_the_list_shows(open_page: Open, site: str, dark: bool) -> None:
    page = open_page(RESULTS, dark=dark)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    listed = page.locator(".result[data-lat] h2 a").all_inner_texts()
    page.get_by_role("button", name="Show map").click()
    region = page.get_by_role("region", name="Map")
    expect(region.locator(".leaflet-tooltip.town").first).to_be_visible()
    names = region.locator(".pin").evaluate_all("pins => pins.map(pin => pin.title)")
    assert sorted(", ".join(names).split(", ")) == sorted(", ".join(listed).split(", "))
    assert {urlsplit(address).netloc for address in loaded} == {urlsplit(site).netloc}
    assert any("leaflet" in address for address in loaded)
    page.wait_for_load_state("networkidle")
    picture(page, f"map-{'dark' if dark else 'light'}", whole=False)
    assert violations(page) == []


def test_a_pin_leads_to_its_service(open_page: Open) -> None:
    page = open_page("/search?category=pharmacy&near=27701&within=2")
    page.get_by_role("button", name="Show map").click()
    page.locator(".pin").last.focus()
    page.keyboard.press("Enter")
    link = page.locator(".leaflet-popup-content a").first
    name = link.inner_text()
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def test_a_service_has_a_map_of_its_own(open_page: Open) -> None:
    page = open_page(RESULTS)
    to_first_service(page)
    page.get_by_role("button", name="Show map").click()
    expect(page.locator(".pin")).to_have_count(1)


def test_without_javascript_there_is_a_list_and_no_dead_button(open_page: Open) -> None:
    page = open_page(RESULTS, javascript=False)
    expect(page.get_by_role("button", name="Show map")).to_have_count(0)
    expect(page.locator(".result").first).to_be_visible()


def test_paper_prints_at_a_press_where_that_works(open_page: Open) -> None:
    page = open_page(RESULTS)
    to_first_service(page)
    page.get_by_role("link", name="Page to print").click()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="Print").click()
    expect(page).to_have_title(re.compile("printed"))
