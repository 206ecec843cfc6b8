"""Everybody can use it: axe on every state, keyboard, zoom, spacing, contrast, motion."""

from collections.abc import Mapping
from typing import Any, Literal

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, NARROWEST, WIDE, Open, picture
from tests.browser.places import RESULTS, STATES, overflow

AXE_OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"color-contrast-enhanced": {"enabled": True}, "target-size": {"enabled": True}},
}
SPACING = """
* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important; }
p { margin-block-end: 2em !important; }
"""
ENGLISH = r"\b(the|and|with|your|you|for|are|is|open|closed|from|until|call|this|what|when|who)\b"
"""Words of English that Spanish does not have."""
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((WIDE, "light"), (NARROW, "dark"))
TARGET = 24  # pixels at least; 44 for what stands alone


COLOURS = {**AXE_OPTIONS, "runOnly": ["color-contrast", "color-contrast-enhanced", "target-size"]}
"""What another width and other colours can break."""


def violations(page: Page, options: Mapping[str, Any] = AXE_OPTIONS) -> list[str]:
    """What axe says against a page as it is now. Half a megabyte, so a page gets it once."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async options => (await axe.run(options)).violations", dict(options))
    return [
        f"{rule['id']}: {node['html'][:200]} – {node.get('failureSummary', '')}"
        for rule in found
        for node in rule["nodes"]
    ]


def colours(page: Page) -> list[str]:
    """What axe says against colours and sizes alone, in a third of the time."""
    return violations(page, COLOURS)


@pytest.mark.parametrize("name", STATES)
def test_everybody_can_use_a_page(open_page: Open, ids: dict[str, str], name: str) -> None:
    """One load, then as different people have it: axe, headings, 400 %, wider spacing of text."""
    page = open_page(STATES[name].format(**ids), WIDE, bypass_csp=True)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 820})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # nothing fades meanwhile
        picture(page, f"{name}-{width}-{scheme}")
        assert violations(page) == []
    assert headings(page).count(1) == 1
    for landmark in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    page.set_viewport_size({"width": NARROWEST, "height": 820})
    assert overflow(page) <= 0
    page.set_viewport_size({"width": NARROW, "height": 820})
    page.add_style_tag(content=SPACING)
    assert overflow(page) <= 0
    assert clipped(page) == []


@pytest.mark.parametrize("name", [name for name in STATES if not name.startswith("styleguide")])
def test_in_spanish_nothing_is_left_in_english_and_nothing_runs_off_the_side(
    open_page: Open, ids: dict[str, str], name: str
) -> None:
    page = open_page(f"/es{STATES[name].format(**ids)}".rstrip("/"), NARROWEST)
    picture(page, f"es-{name}-320")
    assert overflow(page) <= 0
    assert english(page) == []


def headings(page: Page) -> list[int]:
    """Levels of the headings that can be seen, in order."""
    found: list[int] = page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4')].filter(h => h.checkVisibility())"
        ".map(h => Number(h.tagName[1]))"
    )
    return found


def clipped(page: Page) -> list[str]:
    """Elements whose text is cut off."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('a, button, label, p, h1, h2, h3, dd, li')]
            .filter(e => e.offsetParent && getComputedStyle(e).overflow !== 'visible'
                && !e.matches('.unseen') && e.scrollWidth > e.clientWidth + 1)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    return found


def english(page: Page) -> list[str]:
    """English on a Spanish page that is neither a name, nor marked as English or as typed by people."""
    found: list[str] = page.evaluate(
        """source => {
            const words = new RegExp(source, "i"), left = [];
            const marked = '[lang="en"], [lang=""], [translate="no"]';
            const foreign = e => e.closest(marked + ', textarea, script, style');
            const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const { parentElement: of, data } = walker.currentNode;
                if (words.test(data) && !foreign(of)) left.push(data.trim());
            }
            for (const e of document.querySelectorAll('[aria-label], [placeholder], [title]'))
                for (const said of [e.ariaLabel, e.placeholder, e.title])
                    if (said && words.test(said) && !foreign(e)) left.push(said);
            return left;
        }""",
        ENGLISH,
    )
    return found


def test_axe_finds_nothing_in_the_folded_parts_of_a_small_screen(open_page: Open) -> None:
    page = open_page(RESULTS, NARROW)
    page.get_by_role("link", name="Narrow the list").click()
    picture(page, "filters-375-light", whole=False)
    assert violations(page) == []
    page.get_by_role("link", name="Change the search").click()
    assert violations(page) == []


def test_how_many_there_are_is_the_first_thing_said(open_page: Open) -> None:
    page = open_page(STATES["results"])
    count = page.get_by_role("heading", level=1).inner_text()
    assert page.title().startswith(count)
    assert open_page(STATES["empty"]).title().startswith("No services match all of this")


def test_every_target_is_large_enough(open_page: Open) -> None:
    for name in ("start", "results", "about"):
        page = open_page(STATES[name], NARROW)
        small = page.evaluate(
            """least => [...document.querySelectorAll('a, button, input, select, summary, label.tick')]
                .filter(e => e.checkVisibility() && !e.matches('.unseen, .skip') && !e.closest('p'))
                .map(e => [e.closest('label.tick') || e, e.getBoundingClientRect()])
                .filter(([e, box]) => box.width && !e.matches('label.tick input')
                    && (e.getBoundingClientRect().height < least))
                .map(([e, box]) => `${Math.round(box.height)} ${e.outerHTML.slice(0, 100)}`)""",
            TARGET,
        )
        assert small == []
        alone = page.locator(".button, .sign, .chip, .field input, .field select, summary")
        for box in [item.bounding_box() for item in alone.all()]:
            assert box is None or box["height"] >= 44


def test_the_whole_job_with_the_keyboard_alone(open_page: Open) -> None:
    page = open_page("/")
    press(page, "Tab")
    assert focused(page) == "Skip to the main part"
    press(page, "Enter")
    for _ in range(6):  # five signs, then the search
        press(page, "Tab")
    page.keyboard.type("evening clinic")
    press(page, "Tab")
    page.keyboard.type("27701")
    press(page, "Enter")
    page.wait_for_url("**/search?**")
    tab_to(page, "Spanish")
    press(page, "Space")
    press(page, "Enter")
    page.wait_for_url("**language=es**")
    assert overflow(page) == 0
    name = page.locator(".result h2 a").first.inner_text()
    tab_to(page, name)
    press(page, "Enter")
    page.wait_for_url("**/services/**")
    tab_to(page, "Page to print")
    press(page, "Enter")
    page.wait_for_url("**/print?**")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def press(page: Page, key: str) -> None:
    """Press a key; whatever has the focus afterwards must show it."""
    page.keyboard.press(key)
    if key == "Tab":
        assert outlined(page), focused(page)


def focus_is_seen(page: Page) -> bool:
    """Whether the keyboard's next stop shows that it has the focus."""
    page.keyboard.press("Tab")
    return outlined(page)


def outlined(page: Page) -> bool:
    """Whether what has the focus shows it."""
    return bool(
        page.evaluate(
            """() => { const e = document.activeElement, s = getComputedStyle(e);
            return e === document.body || (s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2) }"""
        )
    )


def focused(page: Page) -> str:
    """The words of what has the focus."""
    return str(
        page.evaluate(
            """() => { const e = document.activeElement;
                return ((e.labels && e.labels[0]) || e).innerText.split('\\n')[0].trim() }"""
        )
    )


def tab_to(page: Page, words: str, limit: int = 150) -> None:
    """Tab until what these words name has the focus."""
    for _ in range(limit):
        press(page, "Tab")
        if focused(page) == words:
            return
    raise AssertionError(f"the keyboard never reached {words!r}")


def test_motion_stops_when_somebody_asks_for_less(open_page: Open) -> None:
    still = open_page("/", reduced_motion="reduce")
    moving = open_page("/", reduced_motion="no-preference")
    duration = "getComputedStyle(document.querySelector('.sign')).transitionDuration"
    assert still.evaluate(duration) == "0s"
    assert moving.evaluate(f"parseFloat({duration})") <= 0.15


def test_forced_colours_keep_edges_and_the_week(open_page: Open) -> None:
    page = open_page(STATES["results"], forced_colors="active")
    picture(page, "results-forced-colours")
    edge = page.evaluate("getComputedStyle(document.querySelector('.chip')).borderTopWidth")
    assert edge == "2px"
    fill = "getComputedStyle(document.querySelector('.ribbon .open')).fill"
    ground = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(fill) != page.evaluate(ground)
