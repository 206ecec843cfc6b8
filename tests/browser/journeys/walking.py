"""Somebody without a mouse on a journey: what they press, and what each station looks like."""

import re
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.browser import conftest
from tests.browser.conftest import NARROW, NARROWEST, PATIENCE_MS, WIDE, picture
from tests.browser.places import overflow
from tests.browser.test_access import press, violations
from tests.browser.test_staff import choose_language, tab_to

expect.set_options(timeout=PATIENCE_MS)
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = (
    (WIDE, "light"),
    (WIDE, "dark"),
    (NARROW, "light"),
    (NARROW, "dark"),
)
ACCOUNT = "/staff/account"


class Walk:
    """`interactions` counts Enter on a link or button, and each box that is ticked."""

    def __init__(self, page: Page, name: str) -> None:
        self.page = page
        self.name = name
        self.interactions = 0

    def enter(self, words: str, heading: str) -> None:
        """Reach a link or button and press it; `heading` begins the page it leads to."""
        tab_to(self.page, words, limit=300)
        self.press_enter(heading)

    def press_enter(self, heading: str) -> None:
        """Press what has the focus."""
        press(self.page, "Enter")
        self.interactions += 1
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(heading))

    def toggle(self, words: str) -> None:
        tab_to(self.page, words)
        press(self.page, "Space")
        self.interactions += 1

    def fill(self, label: str, text: str) -> None:
        tab_to(self.page, label)
        self.page.keyboard.type(text)

    def station(self, name: str) -> None:
        """Axe finds nothing here, nothing runs off the side, and pictures show it."""
        page = self.page
        assert violations(page) == [], name
        page.set_viewport_size({"width": NARROWEST, "height": 820})
        assert overflow(page) <= 0, name
        page.set_viewport_size({"width": WIDE, "height": 820})
        if conftest.SCREENSHOTS:
            _pictures(page, f"{self.name}-{name}-en")
            self._in_spanish(f"{self.name}-{name}-es")

    def _in_spanish(self, name: str) -> None:
        """The same address for somebody who reads Spanish, in a window beside this one."""
        path = self.page.url.split("/", 3)[3]
        if path.startswith("staff/packets"):
            return  # paper is in the patient's language
        beside = self.page.context.new_page()
        if path.startswith("staff"):
            beside.goto(ACCOUNT)
            choose_language(beside, "Language of these pages", "Español", "Save")
            beside.goto(f"/{path}")
            _pictures(beside, name)
            beside.goto(ACCOUNT)
            choose_language(beside, "Idioma de estas páginas", "English", "Guardar")
        else:
            beside.goto(f"/es/{path}")
            _pictures(beside, name)
        beside.close()


def said_by(element: Locator) -> str:
    """The words of a link or button, those for screen readers included."""
    return " ".join(element.inner_text().split())


def _pictures(page: Page, name: str) -> None:
    """At two widths, light and dark."""
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 820})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        picture(page, f"journey-{name}-{width}-{scheme}")
    page.set_viewport_size({"width": WIDE, "height": 820})
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
