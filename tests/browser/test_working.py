"""A coordinator's own desk in a real browser: single keys, what is due, side by side, what goes home."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, NARROWEST, PATIENCE_MS, WIDE, Open, State, picture
from tests.browser.places import overflow
from tests.browser.test_access import press, violations

expect.set_options(timeout=PATIENCE_MS)


def looked_at(page: Page, name: str) -> None:
    """axe, narrow and dark; nothing runs off the side at 400 %."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size({"width": NARROW, "height": 820})
    picture(page, f"{name}-{NARROW}-dark")
    assert violations(page) == []
    page.emulate_media(color_scheme="light")
    picture(page, f"{name}-{NARROW}-light")
    page.set_viewport_size({"width": NARROWEST, "height": 820})
    assert overflow(page) <= 0
    page.set_viewport_size({"width": WIDE, "height": 820})


def on_shortlist(page: Page, number: int) -> None:
    expect(page.locator(".aside-on")).to_have_count(number)
    page.wait_for_load_state()


def test_keys_lead_from_what_is_due_to_a_shortlist_and_a_packet(
    open_page: Open, signed_in: dict[str, State]
) -> None:
    page = open_page("/staff", storage_state=signed_in["coordinator"], bypass_csp=True)
    looked_at(page, "staff-due")
    first, second = (page.locator("[data-item]").nth(at).locator("h2 a").first for at in (0, 1))
    press(page, "j")
    expect(first).to_be_focused()
    press(page, "j")
    expect(second).to_be_focused()
    press(page, "k")
    expect(first).to_be_focused()
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys of this page")).to_be_visible()
    assert violations(page) == []
    press(page, "Escape")

    page.goto("/staff/patients")
    page.get_by_role("link", name="Tomás Andamio").click()
    page.get_by_role("link", name="Evening and weekend clinics").first.click()
    need = page.url
    page.get_by_role("button", name="Find help for this need").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("services")
    press(page, "/")
    expect(page.get_by_label("What do you need?")).to_be_focused()
    page.keyboard.type("jsk")  # while typing they are letters
    expect(page.get_by_label("What do you need?")).to_have_value("jsk")
    page.get_by_role("heading", level=1).click()
    for number in (1, 2):
        press(page, "j")  # on from where the last one was put on
        press(page, "s")
        on_shortlist(page, number)
    press(page, "s")
    on_shortlist(page, 1)
    press(page, "s")
    on_shortlist(page, 2)

    page.goto(f"{need}/shortlist")
    with page.expect_navigation():
        press(page, "r")
    assert page.url == f"{need}/refer"
    page.goto(f"{need}/shortlist")
    looked_at(page, "staff-shortlist")
    page.get_by_role("button", name=re.compile("Compare up to")).click()
    looked_at(page, "staff-compare")
    assert page.locator(".compare-one").count() == 2
    page.goto(f"{need}/packets")
    looked_at(page, "staff-packets")
    page.get_by_role("button", name="Make the packet").click()
    address = page.locator(".address").inner_text()
    page.goto(address)
    looked_at(page, "packet")


def test_what_is_typed_is_kept_by_the_script_and_survives_a_reload(
    open_page: Open, signed_in: dict[str, State]
) -> None:
    page = open_page("/staff/wins", storage_state=signed_in["coordinator"])
    try:
        page.get_by_label("What went well?").fill("The ride came, and came back.")
        expect(page.get_by_text("Kept for later")).to_be_visible()
        page.reload()
        expect(page.get_by_label("What went well?")).to_have_value("")
        page.get_by_role("link", name="Go on with it").click()
        expect(page.get_by_label("What went well?")).to_have_value("The ride came, and came back.")
    finally:
        page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("You began this form")).to_have_count(0)


def test_keys_can_be_switched_off_and_nothing_needs_a_script(
    open_page: Open, signed_in: dict[str, State]
) -> None:
    page = open_page("/staff/account", storage_state=signed_in["coordinator"])
    box = page.get_by_label("Keyboard shortcuts of single keys")
    try:
        box.uncheck()
        page.get_by_role("button", name="Save", exact=True).click()
        page.goto("/staff")
        press(page, "j")
        expect(page.locator("[data-item] :focus")).to_have_count(0)
        expect(page.get_by_role("button", name="Keys of this page")).to_have_count(0)
    finally:
        page.goto("/staff/account")
        box.check()
        page.get_by_role("button", name="Save", exact=True).click()
    plain = open_page("/staff", javascript=False, storage_state=signed_in["coordinator"])
    expect(plain.get_by_role("heading", level=1)).to_have_text("To do now")
    expect(plain.get_by_role("button", name="Keys of this page")).to_have_count(0)
