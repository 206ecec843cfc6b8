"""Pages for staff ask the database the same number of questions, however much there is to show."""

from typing import Any

import pytest
from sqlmodel import Session

from accounts.commands import create_organization
from accounts.models import OrganizationKind
from core.actor import SYSTEM
from directory.models import DuplicatePair, ImportJob, JobStatus
from patients import caring, commands
from patients.forms import ConsentForm, ContactForm, NeedForm, PatientForm, TimeForm, parse
from patients.sealing import Vault
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser
from tests.support.network_town import Town, actor
from tests.support.statements import counted

PAGES = [
    ("clinic.coordinator", "/staff"),
    ("clinic.coordinator", "/staff/patients?all=1"),
    ("clinic.coordinator", "/staff/patients/{patient_id}"),
    ("clinic.coordinator", "/staff/patients/{patient_id}/history?reads=1"),
    ("clinic.coordinator", "/staff/needs/{need_id}"),
    ("clinic.coordinator", "/staff/account"),
    ("clinic.supervisor", "/staff/caseloads"),
    ("clinic.admin", "/staff/members"),
    ("clinic.admin", "/staff/audit"),
    ("clinic.admin", "/staff/partners"),
    ("clinic.curator", "/staff/imports"),
    ("clinic.curator", "/staff/imports/import-0"),
    ("clinic.curator", "/staff/duplicates"),
]


def keep_more(staffed: Staffed) -> None:
    """Several more patients, and more of everything on the first one's record."""
    town, vault = staffed.town, Vault(staffed.client.app.state.keyring)
    with staffed.client.app.state.database.write() as session:
        ana = actor(session, town.people["clinic.coordinator"])
        for number in range(6):
            form = parse(PatientForm, {"name": f"Person Number{number}", "languages": ["es"]})
            clinic = town.organizations["clinic"].id
            commands.create_patient(session, ana, vault, clinic, form)
            key = town.ids["patient_id"]
            caring.open_need(session, ana, vault, key, NeedForm(category="food"))
            given = {
                "partners": [town.organizations["pantry"].id],
                "data_categories": ["name"],
                "given_how": "verbal",
            }
            caring.give_consent(session, ana, vault, key, parse(ConsentForm, given))
        contacts = [ContactForm(system="phone", value=f"919-555-01{n}0") for n in range(5)]
        commands.set_contacts(session, ana, vault, key, contacts)
        times = [parse(TimeForm, {"kind": "free", "window": f"{d} 08:00-09:00"})
                 for d in ("mon", "tue", "wed")]  # fmt: skip
        commands.set_times(session, ana, vault, key, times)
        keep_more_around(session, town)


def keep_more_around(session: Session, town: Town) -> None:
    """Several more partners, imports with a long report, and pairs that look alike."""
    for number in range(6):
        create_organization(session, SYSTEM, f"Partner {number}", OrganizationKind.PARTNER)
        session.add(imported(f"import-{number + 1}"))
        session.add(DuplicatePair(kind="organization", first_id=f"a-{number}", second_id="b",
                                  score=60, reasons="name phone"))  # fmt: skip
    row = session.get_one(ImportJob, "import-0")
    row.result = result(tables=12, problems=9)


def imported(key: str) -> ImportJob:
    """An import that was applied."""
    return ImportJob(id=key, source="hill", files=["services.csv"], bytes=9, asked_by="x",
                     status=JobStatus.APPLIED, result=result(tables=1, problems=1))  # fmt: skip


def result(tables: int, problems: int) -> dict[str, Any]:
    """What came of an import."""
    return {
        "format": "hsds3-csv", "rows": 9, "changed": 3, "seconds": 0.1,
        "tables": {f"table_{number}": [1, 2, 3, 0, 0] for number in range(tables)},
        "problems": [["refused", "missing_field", number] for number in range(1, problems + 1)],
    }  # fmt: skip


@pytest.mark.parametrize(("who", "path"), PAGES)
def test_more_rows_take_no_more_statements(staffed: Staffed, who: str, path: str) -> None:
    for name, value in staffed.town.ids.items():
        path = path.replace(f"{{{name}}}", value)
    with staffed.client.app.state.database.write() as session:
        session.add(imported("import-0"))
    browser, counts = Browser(staffed, who), []
    assert browser.open(path).status_code == 200  # what is done once is done
    for more in (False, True):
        if more:
            keep_more(staffed)
        with counted() as sent:
            assert browser.open(path).status_code == 200
        asked = [text for text in sent if not text.startswith("PRAGMA")]  # of a new connection
        counts.append(len(asked))
    assert counts[0] == counts[1], counts
