"""Where the browser tests go: every page, in every state it has."""

import json
from collections import Counter
from urllib.request import urlopen

from playwright.sync_api import Page

RESULTS = "/search?q=evening+clinic&near=27701&when=choose&day=tue&from=19:00&language=es"
EMPTY = "/search?q=evening+clinic&near=27701&language=hi&when=sunday&cost=donation"

STATES = {
    "start": "/",
    "results": RESULTS,
    "results-of-all": "/search",
    "results-page-2": "/search?category=food&near=27701&page=2",
    "results-beyond-the-end": "/search?page=400",
    "results-ticked": "/search?category=food&kind=food-pantry&near=27701&cost=free&within=10",
    "results-sensitive": "/search?kind=counseling&near=27701",
    "empty": EMPTY,
    "wrong": "/search?q=clinic&near=Durhem%2C+NC&within=3",
    "choosing": "/search?near=27701&when=choose",
    "service": "/services/{one}?near=27701",
    "service-sensitive": "/services/{sensitive}",
    "service-at-several-places": "/services/{several}",
    "paper": "/services/{one}/print",
    "report": "/services/{one}/report",
    "thanks": "/services/{one}/thanks",
    "saved": "/saved?id={one}&id={two}&id={sensitive}&id=gone",
    "saved-nothing": "/saved",
    "packet": "/saved/print?id={one}&id={two}",
    "about": "/about",
    "embed": "/embed",
    "styleguide": "/styleguide",
    "styleguide-rtl": "/styleguide?dir=rtl",
    "not-there": "/nothing-here",
}
"""Addresses by name; `ids` fills in the services."""


def service_ids(site: str) -> dict[str, str]:
    """Two services, a sensitive one, and one that is offered at several places."""
    found = _search(site, "per_page=100")
    of = Counter(hit["service_id"] for hit in found)
    return {
        "one": _search(site, "q=evening+clinic&near=27701")[0]["id"],
        "two": _search(site, "category=food&near=27701")[0]["id"],
        "sensitive": _search(site, "for=survivors-of-violence")[0]["id"],
        "several": of.most_common(1)[0][0],
    }


def _search(site: str, query: str) -> list[dict[str, str]]:
    with urlopen(f"{site}/api/v1/search?{query}") as answer:
        return list(json.load(answer)["results"])


def to_first_service(page: Page) -> str:
    """From a list to the page of its first service; its path."""
    page.locator(".result h2 a").first.click()
    page.wait_for_url("**/services/**")
    return page.url


def overflow(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(
        page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    )
