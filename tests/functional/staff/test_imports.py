"""Importing a directory on pages: tried first, every refusal named, applied when somebody says so."""

from pathlib import Path

import pytest
from httpx import Response
from sqlmodel import select

from accounts.identity import actor_of
from accounts.models import User
from core import outbox
from core.audit import AuditEvent
from directory import import_jobs
from directory.models import ImportJob, JobStatus, Organization
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to, hidden

CURATOR, IMPORTS = "clinic.curator", "/staff/imports"
ORGANIZATIONS = (
    "id,name,description,email\no1,Pantry of the Hill,Food,\no2,,Nameless,\no3,House,Beds,=cmd\n"
)


def send(browser: Browser, files: list[tuple[str, str]], source: str = "hill") -> Response:
    browser.open(IMPORTS)
    parts = [("files", (name, text.encode(), "text/csv")) for name, text in files]
    answer: Response = browser.client.post(
        IMPORTS,
        data=hidden(browser.html) | {"source": source},
        files=parts,
        headers=browser.headers,
        follow_redirects=False,
    )
    return answer


def work(staffed: Staffed) -> None:
    """What the worker does with imports that wait."""
    database = staffed.client.app.state.database
    handle = import_jobs.handler(
        database,
        staffed.client.app.state.settings.home,
        lambda session, key: actor_of(session, session.get_one(User, key), via="session"),
    )
    messages = outbox.claim(database, [import_jobs.TOPIC])
    handle(messages)
    handle(messages)  # a message that comes twice is done once
    outbox.finish(database, *messages)


def job(staffed: Staffed) -> ImportJob:
    with staffed.client.app.state.database.read() as session:
        found: ImportJob = session.exec(select(ImportJob)).one()
        return found


def listed(staffed: Staffed) -> set[str]:
    with staffed.client.app.state.database.read() as session:
        return set(session.exec(select(Organization.name)))


def test_an_import_is_tried_then_applied_and_its_problems_can_be_taken_away(
    staffed: Staffed,
) -> None:
    browser = Browser(staffed, CURATOR)
    path = came_to(send(browser, [("organizations.csv", ORGANIZATIONS)]))
    waiting = browser.open(path).text
    assert "Being checked" in waiting and "Look again" in waiting and "Apply it" not in waiting
    work(staffed)
    page = browser.open(path).text
    assert "3 rows were read." in page and "2 rows would change." in page
    assert "a field the standard requires is empty" in page and "organizations.csv" in page
    assert "Pantry of the Hill" not in listed(staffed)
    report = browser.open(f"{path}/problems.csv")
    assert report.headers["content-type"].startswith("text/csv")
    assert "o2" in report.text and "missing_field" in report.text
    assert "\n=cmd" not in report.text and ",=cmd" not in report.text  # harmless in a spreadsheet
    browser.open(path)
    assert came_to(browser.send(f"{path}/apply")) == path
    assert browser.send(f"{path}/apply").status_code == 409  # once
    work(staffed)
    assert {"Pantry of the Hill", "House"} <= listed(staffed)
    assert "2 rows changed." in browser.open(path).text
    with staffed.client.app.state.database.read() as session:
        who = session.exec(
            select(AuditEvent.actor_id).where(AuditEvent.action == "directory.import.ask")
        )
        assert set(who) == {staffed.town.people[CURATOR].user.id}
    home: Path = staffed.client.app.state.settings.home
    assert not (import_jobs.folder(home, job(staffed).id) / "files").exists()


def test_what_cannot_be_read_is_said_and_changes_nothing(staffed: Staffed) -> None:
    browser = Browser(staffed, CURATOR)
    before = listed(staffed)
    path = came_to(send(browser, [("organizations.csv", "id;name\n1;2\n")]))
    work(staffed)
    assert "Could not be read: nothing was changed" in browser.open(path).text
    assert (job(staffed).status, listed(staffed)) == (JobStatus.FAILED, before)
    assert browser.send(f"{path}/apply").status_code == 409


@pytest.mark.parametrize(
    ("files", "source", "words"),
    [
        ([], "hill", "Choose up to 60 files"),
        ([("setup.exe", "x")], "hill", "Choose up to 60 files"),
        ([("a.csv", "x"), ("a.csv", "y")], "hill", "Choose up to 60 files"),
        ([("organizations.csv", ORGANIZATIONS)], "!!", "Give a name of letters and digits"),
        ([("organizations.csv", "x" * (import_jobs.BYTES_MAX + 1))], "hill", "20 megabytes"),
    ],
    ids=["none", "program", "twice", "source", "large"],
)
def test_what_cannot_be_imported_is_refused_at_once(
    staffed: Staffed, files: list[tuple[str, str]], source: str, words: str
) -> None:
    answer = send(Browser(staffed, CURATOR), files, source)
    assert answer.status_code == 400 and words in answer.text
    with staffed.client.app.state.database.read() as session:
        assert session.exec(select(ImportJob)).all() == []


def test_a_path_in_a_file_name_leads_nowhere(staffed: Staffed) -> None:
    browser = Browser(staffed, CURATOR)
    came_to(send(browser, [("../../../organizations.csv", ORGANIZATIONS)]))
    place = import_jobs.folder(staffed.client.app.state.settings.home, job(staffed).id) / "files"
    assert [path.name for path in place.iterdir()] == ["organizations.csv"]


def test_partners_import_nothing(staffed: Staffed) -> None:
    for who, status in (
        ("pantry.admin", 404),
        (("pantry.partner"), 403),
        ("clinic.coordinator", 403),
    ):
        assert Browser(staffed, who).open(IMPORTS).status_code == status, who
