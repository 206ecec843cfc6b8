"""The living page of the design system: every piece is on it, and only in the demonstration."""

import re
from collections.abc import Callable

from tests.functional.conftest import Client
from tests.functional.pages import site
from tests.support.secrets import SECRETS
from web.rendering import TEMPLATES

__all__ = ["site"]
SEEN_ELSEWHERE = {
    "structured",
    "sheet",
    "print_bar",
    "sections",
    "by_machine",
    "wrong",
    "described",
    "by_nobody_yet",
    "found_list",
    "hours_part",
}
"""What cannot be seen, is a page of its own, stands inside another piece, or only puts some together."""


def test_every_piece_is_on_it(site: Client) -> None:
    assert site.get("/styleguide").status_code == 200
    shown = (TEMPLATES / "styleguide.html").read_text()
    parts = "".join(path.read_text() for path in sorted((TEMPLATES / "parts").glob("*.html")))
    pieces = set(re.findall(r"macro (\w+)\(", parts)) - SEEN_ELSEWHERE
    assert {name for name in pieces if not re.search(rf"\b{name}\(", shown)} == set()
    assert len(pieces) > 15


def test_it_can_be_turned_around(site: Client) -> None:
    assert '<html lang="en" dir="rtl">' in site.get("/styleguide?dir=rtl").text
    assert '<html lang="es" dir="ltr">' in site.get("/es/styleguide").text


def test_outside_the_demonstration_it_is_not_there(
    start: Callable[..., Client], county_url: str
) -> None:
    keys = {name.lower(): value for name, value in SECRETS.items()}
    assert start(county_url, demo=False, **keys).get("/styleguide").status_code == 404
