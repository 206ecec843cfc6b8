"""Reports, what is behind them, the journal and printed timelines: over the API and as pages."""

import csv
from io import StringIO

import pytest
from sqlalchemy import event

from accounts.models import Membership, Role
from core.clock import now
from core.db import Database
from patients.sealing import Vault
from referrals.models import Referral
from referrals.reports.figures import Share
from referrals.reports.models import Win
from referrals.reports.questions import question
from referrals.reports.report import Line, Report
from referrals.reports.sheets import sheet
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.many_referrals import Network, generate

NUMBERS = "/api/v1/reports/numbers"


@pytest.fixture(scope="module")
def busy(shared_staffed: Staffed) -> Staffed:
    """The town after 300 referrals; its admin is a coordinator, too."""
    staffed = shared_staffed
    town = staffed.town
    clinic, other = town.organizations["clinic"], town.organizations["other"]
    of = Network(clinic, other, [town.organizations["pantry"]], None, None)  # type: ignore[arg-type]
    made = generate(of, 300, seed=1, until=now())
    for patient in made.patients:
        patient["name_sealed"] = Vault(staffed.settings.keyring()).keyring.seal(
            "Canary Patient", f"patient.name:{patient['id']}"
        )
    database: Database = staffed.client.app.state.database
    with database.write() as session:
        made.write(session)
        admin = town.people["clinic.admin"].user.id
        session.add(Membership(user_id=admin, organization_id=clinic.id, role=Role.COORDINATOR))
    town.ids["need_id"] = max(made.referrals, key=lambda row: row["version"])["need_id"]
    return staffed


def get(staffed: Staffed, path: str, who: str = "clinic.supervisor"):
    return staffed.client.get(path, headers=staffed.town.people[who].headers)


def test_numbers_say_what_is_counted_and_what_is_withheld(busy: Staffed) -> None:
    shown = get(busy, f"{NUMBERS}?year=2026&by=language").json()
    figure = shown["whole"]["figures"]["success"]
    assert figure["share"] == figure["counted"] / figure["of"]
    assert figure["low"] < figure["share"] < figure["high"]
    figures = [one for line in shown["lines"] for one in line["figures"].values()]
    assert {"withheld": True} in figures
    assert "Canary" not in str(shown)


def test_who_may_see_referrals_finds_a_link_to_them(busy: Staffed) -> None:
    assert "behind" not in get(busy, NUMBERS).json()["whole"]["figures"]["success"]
    figure = get(busy, NUMBERS, "clinic.admin").json()["whole"]["figures"]["success"]
    found = get(busy, figure["behind"], "clinic.admin").json()
    assert found["total"] == figure["of"]
    part = get(busy, figure["behind"] + "&part=met", "clinic.admin").json()
    assert part["total"] == figure["counted"]
    assert get(busy, figure["behind"]).status_code == 403


def test_every_part_of_every_metric_lists_as_many_as_it_counts(busy: Staffed) -> None:
    figures = get(busy, NUMBERS, "clinic.admin").json()["whole"]["figures"]
    compared = 0
    for figure in figures.values():
        for part, count in figure.get("parts", {}).items():
            found = get(busy, f"{figure['behind']}&part={part}", "clinic.admin").json()
            assert found["total"] == count
            compared += 1
    assert compared > 20


@pytest.mark.parametrize(
    "asked",
    ["by=name", "quarter=5", "zip=27701&language=es&by=category", "by=zip&zip=27701",
     "zip=%00", "year=1"],
)  # fmt: skip
def test_what_cannot_be_asked_is_told(busy: Staffed, asked: str) -> None:
    assert get(busy, f"{NUMBERS}?{asked}").status_code == 400
    page = get(busy, f"/staff/reports?{asked}")
    assert page.status_code == (200 if asked == "year=1" else 400)


def test_a_sheet_has_the_same_numbers(busy: Staffed) -> None:
    figure = get(busy, NUMBERS).json()["whole"]["figures"]["success"]
    answer = get(busy, f"{NUMBERS}?format=csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = {row["metric"]: row for row in csv.DictReader(StringIO(answer.text))}
    assert rows["success"]["counted"] == str(figure["counted"])
    assert get(busy, "/staff/reports/sheet").text == answer.text


def test_no_cell_of_a_sheet_is_a_formula() -> None:
    line = Line("=1+1", {"success": Share(1, 2)})
    text = sheet(Report(question(2026, {}), now(), line, (), {}))
    assert list(csv.reader(StringIO(text)))[1][0] == "'=1+1"


def test_a_report_takes_a_constant_number_of_statements(busy: Staffed) -> None:
    get(busy, NUMBERS)
    seen: list[str] = []
    engine = busy.client.app.state.database.engine
    event.listen(engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    get(busy, f"{NUMBERS}?by=zip&category=food")
    assert len([one for one in seen if one.startswith("SELECT")]) <= 14


@pytest.mark.parametrize("path", ["/staff/reports?by=zip", "/staff/reports/unmet"])
def test_pages_of_numbers_hold_no_person(busy: Staffed, path: str) -> None:
    page = get(busy, path)
    assert page.status_code == 200
    assert "<svg" in page.text
    assert "withheld" in page.text
    assert "Canary" not in page.text


def test_a_metric_without_a_number_says_so_once(staffed: Staffed) -> None:
    page = get(staffed, "/staff/reports?by=zip")
    assert "Nothing to count yet." in page.text
    assert "report-pair" not in page.text


def test_a_page_leads_to_what_is_behind_only_whoever_may_see_it(busy: Staffed) -> None:
    assert "/staff/reports/behind" not in get(busy, "/staff/reports").text
    assert "/staff/reports/behind" in get(busy, "/staff/reports", "clinic.admin").text
    found = get(busy, "/staff/reports/behind?metric=closure&part=closed", "clinic.admin")
    assert "/staff/needs/" in found.text


def test_a_need_and_a_patient_on_paper_tell_every_attempt(busy: Staffed) -> None:
    need = busy.town.ids["need_id"]
    database: Database = busy.client.app.state.database
    with database.read() as session:
        rows = (
            session.connection()
            .execute(
                Referral.__table__.select().where(Referral.__table__.c.need_id == need)  # type: ignore[attr-defined]
            )
            .all()
        )
    who = (
        "clinic.coordinator"
        if rows[0].organization_id == busy.town.ids["organization_id"]
        else ("other.coordinator")
    )
    sheet_of_need = get(busy, f"/staff/needs/{need}/print", who).text
    assert sheet_of_need.count('class="loop-line"') == len(rows)
    assert "Canary Patient" in sheet_of_need
    of_patient = get(busy, f"/staff/patients/{rows[0].patient_id}/print", who).text
    assert of_patient.count('class="loop-line"') >= len(rows)


def test_a_win_is_sealed_and_its_authors_alone(staffed: Staffed) -> None:
    browser = Browser(staffed)
    browser.open("/staff/wins")
    assert browser.send("/staff/wins", text="").status_code == 400
    assert came_to(browser.send("/staff/wins", text="Respite at last")) == "/staff/wins?done=added"
    assert "Respite at last" in browser.open("/staff/wins").text
    with staffed.client.app.state.database.read() as session:
        row = session.exec(Win.__table__.select()).one()  # type: ignore[attr-defined]
    assert "Respite" not in row.text_sealed
    own = staffed.town.people["clinic.coordinator"].headers
    other = staffed.town.people["other.coordinator"].headers
    clinic = staffed.town.ids["organization_id"]
    assert staffed.client.get("/api/v1/wins", headers=other).json()["results"] == []
    assert (
        staffed.client.get(f"/api/v1/wins?organization_id={clinic}", headers=other).status_code
        == 404
    )
    assert staffed.client.delete(f"/api/v1/wins/{row.id}", headers=other).status_code == 404
    assert staffed.client.delete(f"/api/v1/wins/{row.id}", headers=own).status_code == 204
