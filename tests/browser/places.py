"""Where the browser tests go: every page, in every state it has."""

from playwright.sync_api import Page

RESULTS = "/search?q=evening+clinic&near=27701&when=choose&day=tue&from=19:00&language=es"

STATES = {
    "start": "/",
    "results": RESULTS,
    "results-of-all": "/search",
    "results-page-2": "/search?category=food&near=27701&page=2",
    "results-ticked": "/search?category=food&kind=food-pantry&near=27701&cost=free&within=10",
    "empty": "/search?q=evening+clinic&near=27701&language=hi&when=sunday&cost=donation",
    "wrong": "/search?q=clinic&near=Durhem%2C+NC&within=3",
    "choosing": "/search?near=27701&when=choose",
    "about": "/about",
    "not-there": "/nothing-here",
}
"""Addresses by name. The page of a service and its paper are found by following a link."""


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
