"""A partner's workplace in a real browser: an answer by three keys, axe on each page."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROWEST, PATIENCE_MS, Open, picture
from tests.browser.places import overflow
from tests.browser.test_access import LOOKS, headings, press, violations

expect.set_options(timeout=PATIENCE_MS)
AT_MOST = 3


def sign_in(page: Page, demonstration: tuple[str, Path], role: str) -> None:
    people = json.loads((demonstration[1] / "demo" / "credentials.json").read_text())
    page.fill("#email", people[role]["email"])
    page.fill("#password", people[role]["password"])
    page.keyboard.press("Enter")


def test_a_partner_accepts_in_three_interactions_from_where_signing_in_leads(
    open_page: Open, demonstration: tuple[str, Path]
) -> None:
    page = open_page("/staff", javascript=False)
    sign_in(page, demonstration, "partner")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inbox")
    service = page.locator(".inbox h2").first.inner_text().split(":")[0].strip()
    taps: list[str] = []

    def tap(key: str) -> None:
        taps.append(key)
        press(page, key)

    tap("Enter")  # what is due first has the focus: open it
    expect(page.get_by_text("What was shared with you")).to_be_visible()
    expect(page.locator(".asked strong").first).to_have_text(service)
    tap("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Accept"
    tap("Enter")
    expect(page.get_by_role("status")).to_have_text("Accepted. Please make contact soon.")
    assert len(taps) <= AT_MOST


PAGES = {
    "partner": (
        "/staff/inbox", "{one}", "{one}/act/decline", "/staff/listings", "{listing}",
        "{listing}/correct",
    ),
    "curator": ("/staff/imports",),
}  # fmt: skip


@pytest.mark.parametrize("role", PAGES)
def test_everybody_can_use_these_pages(
    open_page: Open, demonstration: tuple[str, Path], role: str
) -> None:
    page = open_page("/staff", bypass_csp=True)
    sign_in(page, demonstration, role)
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    found = {}
    if role == "partner":
        opening = page.locator(".inbox h2 form").first.get_attribute("action") or ""
        found["one"] = opening.removesuffix("/open")
        page.goto("/staff/listings")
        found["listing"] = page.locator(".own-more a").first.get_attribute("href") or ""
    for at, path in enumerate(PAGES[role]):
        page.goto(path.format(**found))
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 820})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            picture(page, f"{role}-{at}-{width}-{scheme}")
            assert violations(page) == [], path
        assert headings(page).count(1) == 1, path
        page.set_viewport_size({"width": NARROWEST, "height": 820})
        assert overflow(page) <= 0, path
