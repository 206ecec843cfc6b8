"""Where people who have signed in go: every page by who opens it."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page

COORDINATOR = (
    "", "/patients", "/patients?all=1", "/patients/new", "/find", "/find?q=clinic&near=Nowhere+NC",
    "/referrals", "/referrals?state=closed", "/refer", "/wins", "/caseloads", "/members",
    "/account", "/account/keys", "/account/second-factor", "/organizations",
)  # fmt: skip
RECORD = (
    "", "/edit/identity", "/edit/place", "/edit/language", "/edit/means", "/edit/notes",
    "/contacts", "/times", "/people/new", "/needs/new", "/consents/new", "/caseload",
    "/history?reads=1", "/merge", "/erase", "/print",
)  # fmt: skip
NEED = ("", "/edit", "/shortlist", "/compare", "/packets", "/refer", "/route", "/print")
PARTNER = ("", "/inbox", "/inbox?show=closed", "/listings")
CURATOR = ("", "/verify", "/problems", "/duplicates", "/proposals", "/imports")
SERVICE = ("/call", "/edit", "/history")
SUPERVISOR = ("/reports", "/reports/unmet")
ADMIN = (
    "", "/members", "/members/invite", "/audit", "/audit?since=soon", "/caseloads",
    "/bounces", "/webhooks", "/partners",
)  # fmt: skip


def pages_of(role: str, page: Page, ids: dict[str, str]) -> Iterator[str]:
    """Every page that person opens, the first record of each kind among them."""
    here = [f"/staff{path}" for path in globals()[role.upper()]]
    yield from here
    if role == "coordinator":
        yield from _records(page)
    if role == "partner":
        page.goto("/staff/inbox?show=service")
        one = _first(page, 'a[href^="/staff/inbox/"]')
        yield from (one, *_below(page, one, "/act/"))
        page.goto("/staff/listings")
        yield _first(page, 'a[href^="/staff/listings/"]')
    if role == "curator":
        yield from (f"/staff/services/{ids['one']}{path}" for path in SERVICE)
    if role == "admin":
        page.goto("/staff/members")
        yield _first(page, 'a[href^="/staff/members/"]:not([href$="invite"])')


def _records(page: Page) -> Iterator[str]:
    page.goto("/staff/patients?all=1")
    record = page.get_by_role("link", name="Tomás Andamio").get_attribute("href") or ""
    yield from (f"{record}{path}" for path in RECORD)
    page.goto(record)
    need = _first(page, 'a[href^="/staff/needs/"]')
    yield _first(page, 'a[href^="/staff/consents/"]')
    yield from (f"{need}{path}" for path in NEED)
    page.goto("/staff/referrals")
    one = _first(page, 'a[href^="/staff/referrals/"]')
    yield from (one, *_below(page, one, "/act/"))


def _below(page: Page, one: str, part: str) -> list[str]:
    """What is linked below a page."""
    page.goto(one)
    found = page.locator(f'a[href^="{one}{part}"]').all()
    return [found.get_attribute("href") or "" for found in found][:3]


def _first(page: Page, selector: str) -> str:
    return page.locator(selector).first.get_attribute("href") or ""


def named(path: str) -> str:
    """A path as the name of a picture."""
    short = re.sub(r"[\w]{8}-[\w-]{27}", "id", path.removeprefix("/staff"))
    return re.sub(r"[/?=&+]+", "-", short)
