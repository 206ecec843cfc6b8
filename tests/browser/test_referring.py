"""Sending a referral by keyboard alone, in at most six interactions; axe on every page on the way."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from directory.codes import CATEGORY, codes
from seed_data.people import network
from tests.browser.conftest import NARROW, NARROWEST, PATIENCE_MS, WIDE, Open, State, picture
from tests.browser.test_access import colours, press, violations
from tests.browser.test_staff import scrolls, tab_to

expect.set_options(timeout=PATIENCE_MS)
AT_MOST = 6
PARTNER = "Bellwether Night Clinic"
NEED = codes(CATEGORY)["evening-clinic"].name()


class Keyboard:
    """Somebody without a mouse. Each activation counts: Enter on a link or button, or a toggle."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.interactions = 0

    def enter(self, words: str, heading: str) -> None:
        tab_to(self.page, words, limit=250)
        press(self.page, "Enter")
        self.interactions += 1
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))

    def toggle(self, words: str) -> None:
        tab_to(self.page, words)
        press(self.page, "Space")
        self.interactions += 1


@pytest.fixture
def patient(open_page: Open, people: dict[str, dict[str, str]]) -> str:
    """Somebody who works by day, with a need for an evening clinic and no consent yet."""
    page = open_page("/about")
    headers = {"authorization": f"Bearer {people['coordinator']['api_key']}"}

    def ask(path: str, **body: Any) -> str:
        method = page.request.put if path.endswith("/times") else page.request.post
        answer = method(f"/api/v1/{path}", headers=headers, data=body)
        assert answer.ok, answer.text()
        return str(answer.json().get("id", ""))

    own = network.organization_id("loblolly")
    key = ask("patients", name="Florian Teasel", postal_code="27701", organization_id=own)
    ask(f"patients/{key}/needs", category="evening-clinic", words="Blood pressure")
    blocked = {"kind": "blocked", "window": "weekdays 06:00-18:00", "reason": "On the site"}
    ask(f"patients/{key}/times", times=[blocked])
    return key


def test_a_known_patient_is_referred_in_at_most_six_interactions(
    open_page: Open, signed_in: dict[str, State], patient: str
) -> None:
    page = open_page("/staff/patients?all=1", javascript=False,
                     storage_state=signed_in["coordinator"])  # fmt: skip
    keys = Keyboard(page)
    keys.enter("Florian Teasel", "Florian Teasel")
    keys.enter(NEED, NEED)
    keys.enter("Find help for this need", "near 27701")  # find
    words = page.locator(".result", has_text=PARTNER).first.locator("a.refer").inner_text()
    keys.enter(" ".join(words.split()), "^Refer: ")  # check: all there is to weigh, on one page
    asked = page.locator(".askees li").first
    expect(asked).to_contain_text(PARTNER)
    expect(asked.get_by_role("checkbox").first).to_be_checked()
    expect(page.locator(".seen li").first).to_contain_text("Florian Teasel")
    picture(page, "refer-keyboard")
    keys.toggle("In words, spoken")
    keys.enter("Send", ".")  # send
    expect(page.get_by_role("status")).to_have_text("Sent.")
    expect(page.locator(".loop")).to_be_visible()
    assert keys.interactions <= AT_MOST, keys.interactions
    assert "Florian" not in page.url
    picture(page, "refer-keyboard-sent")


def test_axe_finds_nothing_on_the_pages_of_referrals(
    open_page: Open, signed_in: dict[str, State], patient: str
) -> None:
    page = open_page(
        f"/staff/patients/{patient}",
        storage_state=signed_in["coordinator"],
        reduced_motion="reduce",  # nothing fades while it is looked at
    )
    found: dict[str, list[str]] = {}

    def look(name: str) -> None:
        assert page.get_by_role("heading", level=1).count() == 1, name
        picture(page, f"{name}-{WIDE}-light")
        found[name] = violations(page)
        page.set_viewport_size({"width": NARROW, "height": 820})
        page.emulate_media(color_scheme="dark")
        picture(page, f"{name}-{NARROW}-dark")
        found[name] += colours(page)
        page.set_viewport_size({"width": NARROWEST, "height": 820})
        if scrolls(page):
            found[name].append("wider than its window")
        page.set_viewport_size({"width": WIDE, "height": 820})
        page.emulate_media(color_scheme="light")

    page.locator('a[href^="/staff/needs/"]').first.click()
    page.wait_for_load_state()  # or leaving it at once counts as a request that failed
    need = page.url
    page.goto(f"{need}/refer")
    look("refer-nothing")
    page.get_by_role("button", name="Find help for this need").click()
    page.locator(".result", has_text=PARTNER).first.locator("a.refer").click()
    look("refer")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_be_focused()
    look("refer-wrong")
    page.get_by_role("radio", name="In words, spoken").check()
    page.get_by_role("button", name="Send", exact=True).click()
    look("referral")
    one = page.url.split("?")[0]
    page.get_by_role("button", name="Make a link").click()
    look("status-link")
    page.goto(f"{one}/act/cancel")
    page.get_by_role("button", name="Withdraw it").click()
    look("withdraw-wrong")
    page.get_by_label("Why?").select_option("superseded")
    page.get_by_role("button", name="Withdraw it").click()
    look("withdrawn")
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
