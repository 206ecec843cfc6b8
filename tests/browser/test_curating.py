"""Curators, those who call, and supervisors in a real browser: two taps, a keyboard alone, axe."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from accounts import commands as accounts
from accounts.models import OrganizationKind, Role
from core.actor import SYSTEM
from core.db import Database
from tests.browser.conftest import NARROW, NARROWEST, PATIENCE_MS, WIDE, Open, picture
from tests.browser.places import overflow
from tests.browser.test_access import LOOKS, press, violations
from tests.browser.test_staff import State, choose_language, go, tab_to, type_into
from tests.support.many_referrals import Network, generate

expect.set_options(timeout=PATIENCE_MS)
PASSWORD = "copper willow anthem"
PAGES = ("/staff/verify", "/staff/problems", "/staff/duplicates", "/staff/proposals",
         "/staff/services/{id}/call", "/staff/services/{id}/edit",
         "/staff/services/{id}/history")  # fmt: skip
UNTIL = datetime(2026, 11, 20, tzinfo=UTC)
REPORTS = ("/staff/reports?year=2026&by=zip", "/staff/reports/unmet?year=2026")


def sign_in(browser: Browser, site: str, email: str, password: str) -> State:
    """What a browser carries in which that person has signed in."""
    context = browser.new_context(base_url=site)
    entry = {"email": email, "password": password}
    assert context.request.post("/api/v1/session", data=entry).status == 201
    state = dict(context.storage_state())
    context.close()
    return state


@pytest.fixture(scope="module")
def states(site: str, browser: Browser, demonstration: tuple[str, Path]) -> dict[str, State]:
    """A curator and a coordinator of the demonstration."""
    people = json.loads((demonstration[1] / "demo" / "credentials.json").read_text())
    return {
        role: sign_in(browser, site, people[role]["email"], people[role]["password"])
        for role in ("curator", "coordinator")
    }


@pytest.fixture(scope="module")
def supervisor(site: str, browser: Browser, demonstration: tuple[str, Path]) -> Iterator[State]:
    """A supervisor of an organization of its own, with a year of referrals."""
    database = Database(f"sqlite:///{demonstration[1] / 'handrail.db'}")
    with database.write() as session:
        made = [
            accounts.create_organization(session, SYSTEM, name, kind)
            for name, kind in (
                ("Report clinic", OrganizationKind.COORDINATING),
                ("Far clinic", OrganizationKind.COORDINATING),
                ("Report pantry", OrganizationKind.PARTNER),
            )
        ]
        accounts.create_user(session, SYSTEM, email="reports@example.org", name="Rhea Ledger",
                             password=PASSWORD, organization_id=made[0].id, role=Role.SUPERVISOR)  # fmt: skip
        of = Network(made[0], made[1], [made[2]], SYSTEM, SYSTEM)
        generate(of, 1_200, seed=1, until=UNTIL).write(session)
    database.close()
    yield sign_in(browser, site, "reports@example.org", PASSWORD)


def test_an_answer_is_kept_in_two_taps_without_javascript(
    open_page: Open, states: dict[str, State], ids: dict[str, str]
) -> None:
    path = f"/staff/services/{ids['several']}/call"
    page = open_page(path, NARROW, javascript=False, storage_state=states["coordinator"])
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


def test_every_page_of_a_curator_suits_everybody(
    open_page: Open, states: dict[str, State], ids: dict[str, str]
) -> None:
    page = open_page("/staff/duplicates", WIDE, storage_state=states["curator"])
    page.get_by_role("button", name="Look through the directory again").click()
    found = look_at(page, [path.format(id=ids["several"]) for path in PAGES], "curating")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


def look_at(page: Page, paths: list[str], kind: str) -> dict[str, list[str]]:
    """One load of each page, as different people have it; what axe finds, by page."""
    found: dict[str, list[str]] = {}
    for path in paths:
        page.set_viewport_size({"width": WIDE, "height": 820})
        page.goto(path)
        assert page.get_by_role("heading", level=1).count() == 1, path
        name = re.sub(r"[/?=&]+|[\w]{8}-[\w-]{27}", "-", path.removeprefix("/staff"))
        for width, scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": 820})
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            picture(page, f"{kind}{name}-{width}-{scheme}")
            found[f"{path} {scheme}"] = violations(page)
        page.set_viewport_size({"width": NARROWEST, "height": 820})
        assert overflow(page) <= 0, path
    return found


def test_a_supervisor_finds_the_zip_with_most_unmet_need_by_keyboard(
    open_page: Open, supervisor: State
) -> None:
    page = open_page("/staff", storage_state=supervisor)
    tab_to(page, "Reports")
    press(page, "Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile(r"^Reports, \d{4}$"))
    type_into(page, "Year", str(UNTIL.year))
    go(page, "Show", f"Reports, {UNTIL.year}")
    go(page, "Unmet need on a map", f"Unmet need by ZIP code and kind, {UNTIL.year}")
    finding = page.locator(".finding").inner_text()
    top = re.search(r"\b\d{5}\b", finding)
    assert top is not None, finding
    shares = [
        int(text) for text in re.findall(r"\n\d{5}\s+(\d+)%", page.locator("table").inner_text())
    ]
    assert len(shares) > 2 and shares == sorted(shares, reverse=True)
    assert f"{shares[0]}%" in finding
    go(page, top[0], f"Reports, {UNTIL.year}")
    expect(page.get_by_label("ZIP code")).to_have_value(top[0])
    expect(page.get_by_label("Side by side")).to_have_value("category")
    picture(page, "supervisor-drilled")


def test_reports_suit_everybody_in_both_languages(open_page: Open, supervisor: State) -> None:
    page = open_page("/staff", WIDE, storage_state=supervisor)
    found = look_at(page, list(REPORTS), "supervisor-en")
    page.goto("/staff/account")
    choose_language(page, "Language of these pages", "Español", "Save")
    found |= look_at(page, list(REPORTS[1:2]), "supervisor-es")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator(".finding")).to_contain_text("Lo menos atendido:")
    assert {path: wrong for path, wrong in found.items() if wrong} == {}
