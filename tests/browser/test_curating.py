"""What a service says on the telephone, kept in two taps, without JavaScript."""

from playwright.sync_api import expect

from tests.browser.conftest import NARROW, PATIENCE_MS, Open, State, picture

expect.set_options(timeout=PATIENCE_MS)


def test_an_answer_is_kept_in_two_taps_without_javascript(
    open_page: Open, signed_in: dict[str, State], ids: dict[str, str]
) -> None:
    path = f"/staff/services/{ids['several']}/call"
    page = open_page(path, NARROW, javascript=False, storage_state=signed_in["coordinator"])
    assert page.locator("[required]").count() == 0
    expect(page.locator('.calls a[href^="tel:+1"]').first).to_be_visible()
    taps = [page.get_by_label("Yes", exact=True),
            page.get_by_role("button", name="Keep, and the rest is as listed")]  # fmt: skip
    for tap in taps:
        box = tap.locator("xpath=ancestor-or-self::*[self::label or self::button]").bounding_box()
        assert box and box["height"] >= 44
        tap.click()
    assert len(taps) == 2
    expect(page.get_by_role("status")).to_have_text("Noted, with the day and your name.")
    said = page.get_by_role("region", name="Said before")
    expect(said).to_contain_text("taking new people, hours as listed, phone number as listed")
    picture(page, "curating-call-done-375")
