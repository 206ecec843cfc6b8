"""A supervisor looks for the ZIP code in which most need stays unmet."""

from pathlib import Path

from playwright.sync_api import expect
from sqlalchemy import insert

from core.clock import now
from core.db import Database, new_id
from patients.models import Need, NeedStatus, Patient
from seed_data.people import network
from tests.browser.journeys.conftest import AtWork

ORGANIZATION = network.organization_id("cedar-fork")
UNMET = {"27701": (14, 30), "27703": (31, 17), "27705": (12, 40)}
"""Of the needs opened there this year: how many stayed unmet, and how many were met."""


def test_the_zip_code_with_most_unmet_need_is_named_and_opened(
    at_work: AtWork, demonstration: tuple[str, Path]
) -> None:
    open_needs(demonstration[1])
    walk = at_work("supervisor@cedar-fork", "/staff", "unmet")
    page = walk.page
    walk.enter("Reports", "Reports")
    walk.station("1-reports")
    walk.enter("Unmet need on a map", "Unmet need by ZIP code and kind")
    expect(page.locator(".finding")).to_contain_text("27703, 65% (31 of 48)")
    assert page.get_by_role("rowheader").all_inner_texts()[:2] == ["All", "27703"]
    expect(page.locator(".report-map svg")).to_be_visible()
    walk.station("2-unmet")
    walk.enter("27703", "Reports")
    expect(page.get_by_label("ZIP code")).to_have_value("27703")
    expect(page.get_by_label("Side by side")).to_have_value("category")
    walk.station("3-behind-the-number")


def open_needs(home: Path) -> None:
    """Needs in three ZIP codes, all closed."""
    patients, needs = [], []
    for code, counts in UNMET.items():
        key = new_id()
        patients.append({"id": key, "organization_id": ORGANIZATION, "name_sealed": "sealed",
                         "postal_code": code, "languages": ["en"], "created_by": "test"})  # fmt: skip
        for status, count in zip((NeedStatus.UNMET, NeedStatus.MET), counts, strict=True):
            needs += [_need(key, status) for _ in range(count)]
    database = Database(f"sqlite:///{home / 'handrail.db'}")
    with database.write() as session:
        session.connection().execute(insert(Patient), patients)
        session.connection().execute(insert(Need), needs)
    database.close()


def _need(patient: str, status: NeedStatus) -> dict[str, object]:
    return {
        "id": new_id(),
        "patient_id": patient,
        "organization_id": ORGANIZATION,
        "category": "food",
        "opened_on": now().date(),
        "status": status,
        "loop_confirmation": "unconfirmed",
        "created_by": "test",
        "created_at": now(),
        "closed_at": now(),
    }
