"""What people do with what they found: keep it, share it, say that it is wrong, leave fast."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import NARROW, Open, picture
from tests.browser.places import RESULTS
from tests.browser.test_access import focused, press, tab_to, violations

WEATHER = "https://www.weather.gov/"


def test_a_list_is_kept_in_the_browser_shared_and_printed(open_page: Open) -> None:
    page = open_page(RESULTS, NARROW, permissions=["clipboard-read", "clipboard-write"])
    saves = page.locator(".result .save")
    names = page.locator(".result h2").all_inner_texts()[:2]
    for at in (0, 1):
        saves.nth(at).press("Space")
        expect(saves.nth(at)).to_have_attribute("aria-pressed", "true")
        expect(saves.nth(at)).to_contain_text("Saved")
    picture(page, "saved-pressed-375")
    page.reload()
    expect(saves.nth(1)).to_have_attribute("aria-pressed", "true")
    page.get_by_role("link", name="Saved (2)").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 saved services")
    assert page.locator(".result h2").all_inner_texts() == names
    page.get_by_text("Share this list").click()
    page.get_by_role("button", name="Copy the address").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    assert violations(page) == []
    shared = page.evaluate("navigator.clipboard.readText()")
    assert shared == page.get_by_label("Address to copy or send").input_value()
    assert re.search(r"/saved\?id=[^&]+&id=[^&]+$", shared)
    page.get_by_role("link", name="Pages to print").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(names)
    expect(page.locator("svg.qr")).to_be_visible()
    page.goto("/saved")  # without ids, the browser fills in its own
    page.wait_for_url("**/saved?id=*&id=*")
    page.get_by_role("link", name=f"Take off the list: {names[0]}").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 saved service")
    expect(page.get_by_role("link", name="Saved (1)")).to_be_visible()
    page.get_by_role("button", name="Forget my list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nothing saved yet")
    assert page.evaluate("localStorage.getItem('handrail.saved')") == "[]"


def test_somebody_elses_list_is_kept_only_on_purpose(open_page: Open, ids: dict[str, str]) -> None:
    page = open_page(f"/saved?id={ids['one']}&id={ids['two']}", NARROW)
    assert page.evaluate("localStorage.length") == 0
    page.get_by_role("button", name="Keep this list in this browser").click()
    expect(page.get_by_role("link", name="Saved (2)")).to_be_visible()


def test_without_javascript_a_list_grows_in_the_address(open_page: Open) -> None:
    page = open_page(RESULTS, NARROW, javascript=False)
    names = page.locator(".result h2").all_inner_texts()[:2]
    page.locator(".result .save").first.click()
    page.get_by_role("link", name="Add more").click()
    page.get_by_role("link", name="Change the search").click()
    page.get_by_label("What do you need?").fill(names[1])
    page.get_by_role("button", name="Find help").click()
    page.get_by_role("link", name=names[1], exact=True).first.click()
    page.locator(".save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 saved services")
    assert page.locator(".result h2").all_inner_texts() == names


def test_something_wrong_is_told_by_keyboard_without_a_name(
    open_page: Open, ids: dict[str, str]
) -> None:
    page = open_page(f"/services/{ids['two']}", NARROW)
    tab_to(page, "Something is wrong here")
    press(page, "Enter")
    page.wait_for_url("**/report")
    tab_to(page, "Send")
    press(page, "Enter")
    expect(page.get_by_role("alert")).to_contain_text("Choose what is wrong.")
    assert page.title().startswith("Not sent yet")
    picture(page, "report-wrong-375")
    assert violations(page) == []
    tab_to(page, "It has closed for good")
    for _ in range(2):
        press(page, "ArrowDown")
    tab_to(page, "What is right? (if you know)")
    page.keyboard.type("Closed on Mondays now.")
    tab_to(page, "Send")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you")
    assert page.context.cookies() == []


def test_a_sensitive_page_is_left_at_once_and_not_found_again(
    open_page: Open, ids: dict[str, str]
) -> None:
    page = open_page("/", NARROW)
    page.goto(f"/services/{ids['sensitive']}")
    assert page.title() == "Information for you – Handrail"
    press(page, "Tab")
    press(page, "Tab")
    assert focused(page) == "Leave this page now"
    press(page, "Tab")
    assert focused(page) != "Leave this page now"
    told = elsewhere(page)
    page.keyboard.press("Escape")
    page.wait_for_timeout(1600)
    page.keyboard.press("Escape")  # too late to be meant
    assert told == []
    page.keyboard.press("Escape")
    page.wait_for_url(WEATHER)
    assert told == [None]
    page.go_back()
    assert "/services/" not in page.url


def test_without_javascript_the_way_out_is_a_link(open_page: Open, ids: dict[str, str]) -> None:
    page = open_page(f"/services/{ids['sensitive']}", NARROW, javascript=False)
    expect(page.get_by_text("Esc twice")).to_have_count(0)
    told = elsewhere(page)
    page.get_by_role("link", name="Leave this page now").click()
    page.wait_for_url(WEATHER)
    assert told == [None]


def elsewhere(page: Page) -> list[str | None]:
    """Stands in for the site that is shown instead; what it is told of where somebody was."""
    told: list[str | None] = []

    def answer(route: Route) -> None:
        told.append(route.request.headers.get("referer"))
        route.fulfill(body="<title>Weather</title>", content_type="text/html")

    page.route(f"{WEATHER}**", answer)
    return told
