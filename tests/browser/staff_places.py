"""Where people who have signed in go: every page by who opens it."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import FilePayload, Locator, Page

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
CURATOR = ("", "/verify", "/problems", "/duplicates", "/proposals", "/translations", "/imports")
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
        yield from (_imported(page), _alike(page), _outdated(page))
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


TWICE = {
    "organizations.csv": "id,name,description\neno-a,Eno Bread Table,Bread\n"
    "eno-b,The Eno Bread Table,Bread and soup\neno-c,,Nameless\n",
    "phones.csv": "id,organization_id,number\neno-p,eno-a,919-555-0191\neno-q,eno-b,919-555-0191\n",
}
"""Files with an organization that is there twice, and a row that is refused."""
TRIES, PAUSE_MS = 60, 500


def _imported(page: Page) -> str:
    """A finished import, with what it refused; made when there is none yet."""
    page.goto("/staff/imports")
    known = page.locator('a[href^="/staff/imports/"]')
    if known.count():
        return known.first.get_attribute("href") or ""
    files = [FilePayload(name=name, mimeType="text/csv", buffer=text.encode())
             for name, text in TWICE.items()]  # fmt: skip
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_label("Whose data is it?").fill("twice")
    _press(page, page.get_by_role("button", name="Check the files"))
    one = urlsplit(page.url).path
    _press(page, _wait(page, one, "button", "Apply it"))
    _wait(page, one, "heading", "What was not imported")
    return one


def _alike(page: Page) -> str:
    """The two organizations of the import, side by side; found by the worker when nobody looked yet."""
    page.goto("/staff/duplicates")
    pair = page.locator('a[href^="/staff/duplicates/"]')
    if not pair.count():
        _press(page, page.get_by_role("button", name="Look through the directory"))
        _wait(page, "/staff/duplicates", "link", "Eno Bread Table")
    return pair.first.get_attribute("href") or ""


def _outdated(page: Page) -> str:
    """The page of translations with one on it: a text that is translated is changed for that."""
    listed = "/staff/translations"
    page.goto(listed)
    if not page.locator("textarea").count():
        page.goto("/staff/verify?category=food")
        at = page.locator('a[href$="/edit"]')
        for href in [one.get_attribute("href") or "" for one in at.all()][::-1]:
            page.goto(href)
            told = page.locator("textarea").first
            told.fill(f"{told.input_value()} ".lstrip() + "Ring twice.")
            _press(page, page.get_by_role("button", name="Save"))
            page.goto(listed)
            if page.locator("textarea").count():
                break
    return f"{listed}?page=1"


def _press(page: Page, button: Locator) -> None:
    """Press it, and let the page it leads to load before that is left."""
    with page.expect_navigation():
        button.click()


def _wait(page: Page, path: str, role: Any, name: str) -> Locator:
    """What the page shows once the worker is done; looked for again and again, as people do."""
    for _ in range(TRIES):
        page.goto(path)
        found = page.get_by_role(role, name=name)
        if found.count():
            return found.first
        page.wait_for_timeout(PAUSE_MS)
    raise AssertionError(f"{path} never shows {name}")


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
