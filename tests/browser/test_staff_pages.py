"""Every page for people who have signed in: one load in English, one in Spanish, all checks on them."""

import json

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, NARROWEST, WIDE, Open, State, picture
from tests.browser.places import overflow
from tests.browser.staff_places import named, pages_of
from tests.browser.test_access import (
    SPACING,
    clipped,
    colours,
    english,
    focus_is_seen,
    violations,
)
from tests.browser.test_staff import choose_language

ROLES = ("coordinator", "partner", "curator", "supervisor", "admin")
DOORS = ("/staff/sign-in", "/staff/forgotten", "/staff/join/none", "/es/staff/sign-in")


@pytest.mark.parametrize("role", ROLES)
def test_everybody_can_use_every_page_of(
    open_page: Open, signed_in: dict[str, State], ids: dict[str, str], role: str
) -> None:
    page = open_page("/staff/account", storage_state=signed_in[role], bypass_csp=True)
    wrong = {path: found for path in [*pages_of(role, page, ids)] if (found := faults(page, path))}
    assert not wrong, json.dumps(wrong, indent=1)


def test_everybody_can_use_the_doors(open_page: Open) -> None:
    page = open_page("about:blank", bypass_csp=True)
    assert {path: found for path in DOORS if (found := faults(page, path))} == {}


def faults(page: Page, path: str) -> list[str]:
    """What is wrong with a page in one load, as different people have it."""
    page.set_viewport_size({"width": WIDE, "height": 820})
    page.emulate_media(color_scheme="light", reduced_motion="reduce", forced_colors="none")
    page.goto(path)
    picture(page, f"staff{named(path)}-1280-light")
    found = violations(page)
    if page.get_by_role("heading", level=1).count() != 1:
        found.append("not one heading of the first level")
    for landmark in ("banner", "main", "contentinfo"):
        if page.get_by_role(landmark).count() != 1:
            found.append(f"not one {landmark}")
    if moves := page.evaluate(MOVES):
        found.append(f"moves: {moves}")
    page.emulate_media(color_scheme="dark", forced_colors="none")
    page.set_viewport_size({"width": NARROW, "height": 820})
    picture(page, f"staff{named(path)}-375-dark")
    found += colours(page)
    page.emulate_media(color_scheme="light", forced_colors="active")
    if not focus_is_seen(page):
        found.append("no focus in forced colours")
    page.emulate_media(forced_colors="none")
    page.set_viewport_size({"width": NARROWEST, "height": 820})
    if overflow(page) > 0:
        found.append("wider than 320 pixels")
    page.set_viewport_size({"width": NARROW, "height": 820})
    page.add_style_tag(content=SPACING)
    if overflow(page) > 0:
        found.append("wider than its window when text is spaced")
    return found + [f"cut off: {text}" for text in clipped(page)]


MOVES = """() => [...document.querySelectorAll('body *')].filter(e => {
    const s = getComputedStyle(e);
    return s.animationName !== 'none' || s.transitionDuration.split(', ').some(t => t !== '0s')
}).map(e => e.outerHTML.slice(0, 80)).slice(0, 3)"""


@pytest.mark.parametrize("role", ROLES)
def test_in_spanish_no_english_is_left_and_nothing_runs_off_the_side_of(
    open_page: Open, signed_in: dict[str, State], ids: dict[str, str], role: str
) -> None:
    """Without JavaScript, in a window of 320 pixels."""
    page = open_page("/staff/account", storage_state=signed_in[role], javascript=False)
    paths = [*pages_of(role, page, ids)]
    page.goto("/staff/account")
    choose_language(page, "Language of these pages", "Español", "Save")
    page.set_viewport_size({"width": NARROWEST, "height": 820})
    wrong = {}
    try:
        for path in paths:
            page.goto(path)
            picture(page, f"staff-es{named(path)}-320")
            left = english(page)
            if page.locator("html").get_attribute("lang") != "es":
                left.append("not in Spanish")
            if overflow(page) > 0:
                left.append("wider than 320 pixels")
            if left:
                wrong[path] = left
    finally:
        page.goto("/staff/account")
        choose_language(page, "Idioma de estas páginas", "English", "Guardar")
    assert not wrong, json.dumps(wrong, indent=1)
