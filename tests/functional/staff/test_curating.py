"""Looking after the directory: the queue, what people report, edits, and the history of a listing."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import Session, col, select

from core.audit import AuditEvent
from core.db import Database
from directory.models import (
    CostOption,
    Metadata,
    Observation,
    Phone,
    Proposal,
    PublicReport,
    Reached,
    Schedule,
    Service,
    ServiceStatus,
)
from directory.proposals import propose
from directory.reports import report
from tests import factories as make
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.network_town import actor
from tests.support.statements import counted

VERIFY, PROBLEMS = "/staff/verify", "/staff/problems"
EDIT, HISTORY = "/staff/services/line/edit", "/staff/services/line/history"
LISTED = {
    "line": date(2026, 2, 1), "pantry": date(2025, 1, 1), "never": None, "clinic": date(2024, 6, 1),
}  # fmt: skip


@contextmanager
def writing(staffed: Staffed) -> Iterator[Session]:
    database: Database = staffed.client.app.state.database
    with database.write() as session:
        yield session


def told(session: Session, service_id: str, kind: str = "closed", text: str = "") -> None:
    report(session, service_id=service_id, unit_id=service_id, kind=kind, text=text, language="en")


@pytest.fixture
def curator(staffed: Staffed) -> Browser:
    """A curator, with a few services to look after."""
    with writing(staffed) as session:
        session.get_one(Service, "svc-pantry").status = ServiceStatus.INACTIVE
        helpers = make.organization(id="h", name="Eno Helpers")
        session.add(helpers)
        session.flush()
        for key, on in LISTED.items():
            session.add(make.service(helpers, id=key, name=f"The {key}", assured_date=on))
        session.flush()
        line = session.get_one(Service, "line")
        session.add(make.phone(line, id="tel", number="919-555-0142"))
        session.add(make.weekly(line, "MO,TU", time(9), time(17), id="sch"))
        told(session, "pantry", "wrong_hours", "Closed on Mondays")
        told(session, "pantry", "wrong_hours", "Closed on Mondays")
        told(session, "line", "wrong_phone")
    return Browser(staffed, "clinic.curator")


def order(html: str) -> list[str]:
    return re.findall(r"<h3><a[^>]*>The (\w+)", html)


def test_the_queue_has_what_is_doubted_first_then_the_unchecked_then_the_oldest(
    staffed: Staffed, curator: Browser
) -> None:
    page = curator.open(VERIFY).text
    assert order(page) == ["pantry", "line", "never", "clinic"]
    words = text_of(page)
    assert "2 people say: wrong hours" in words and "Never checked" in words
    with writing(staffed) as session:
        heard = Observation(service_id="clinic", asked_by="x", asked_on=date(2026, 3, 2),
                            reached=Reached.CLOSED, unsettled=True)  # fmt: skip
        session.add(heard)
    page = curator.open(VERIFY).text
    assert order(page) == ["pantry", "clinic", "line", "never"]
    assert "On the telephone, March 2, 2026: closed for good" in text_of(page)
    assert order(curator.open(VERIFY + "?category=food").text) == []
    assert "Nothing is listed here." in curator.html


def test_still_right_is_one_tap_that_answers_what_was_reported(
    staffed: Staffed, curator: Browser
) -> None:
    curator.open(VERIFY)
    done = came_to(curator.send(VERIFY, service="pantry", seen="2025-01-01"))
    assert done == "/staff/verify?done=assured"
    assert order(curator.open(VERIFY).text)[-1] == "pantry"
    late = curator.send(VERIFY, service="pantry", seen="2025-01-01")
    assert late.status_code == 409 and "checked this listing meanwhile" in late.text
    with writing(staffed) as session:
        (row,) = session.exec(select(PublicReport).where(PublicReport.service_id == "pantry"))
        assert (row.status, row.decision) == ("dismissed", "as_listed")
        done_by = session.exec(select(AuditEvent.action).where(AuditEvent.entity_id == "pantry"))
        assert {"directory.assure", "directory.report.decide"} <= set(done_by)


def test_a_closed_service_leaves_the_queue_and_its_history_brings_it_back(
    staffed: Staffed, curator: Browser
) -> None:
    curator.open(VERIFY)
    came_to(curator.send(VERIFY, service="line", to="defunct"))
    assert "line" not in order(curator.open(VERIFY).text)
    page = curator.open(HISTORY).text
    assert "active" in page and "defunct" in page
    with writing(staffed) as session:
        change = session.exec(select(Metadata).where(Metadata.field_name == "status")).one()
    came_to(curator.send(HISTORY, change=change.id))
    with writing(staffed) as session:
        assert session.get_one(Service, "line").status is ServiceStatus.ACTIVE
        values = session.exec(
            select(Metadata.replacement_value)
            .where(Metadata.field_name == "status")
            .order_by(col(Metadata.last_action_date))
        ).all()
        assert list(values) == ["defunct", "active"]
    again = curator.send(HISTORY, change=change.id)
    assert again.status_code == 409 and "has changed again since" in again.text
    assert curator.send(HISTORY, change="none").status_code == 404


def test_what_is_added_or_removed_is_a_line_of_the_history_and_can_be_put_back(
    staffed: Staffed, curator: Browser
) -> None:
    form = {"name": "The never", "status": "active", "phone": "919-555-0133", "cost": "free",
            "hours-never-MO": "9:00-17:00"}  # fmt: skip
    edit, past = (path.replace("line", "never") for path in (EDIT, HISTORY))
    curator.open(edit)
    came_to(curator.send(edit, **form))
    words = text_of(curator.open(past).text)
    for line in (
        "Phone: added", "After 919-555-0133", "Hours: added", "After Mon 09:00–17:00",
        "Cost: added", "After Free",
    ):  # fmt: skip
        assert line in words, words
    curator.open(edit)
    came_to(curator.send(edit, **{**form, "phone": "919-555-0134", "hours-never-MO": ""}))
    words = text_of(curator.open(past).text)
    assert "Hours: removed" in words and "Before Mon 09:00–17:00 After nothing" in words
    went = put_back(staffed, curator, past, "schedule", "delete")
    with writing(staffed) as session:
        row = session.exec(select(Schedule).where(Schedule.service_id == "never")).one()
        assert (row.byday, row.opens_at, row.closes_at) == ("MO", time(9), time(17))
    assert curator.send(past, change=went).status_code == 409  # it is there again
    put_back(staffed, curator, past, "cost_option", "create")
    with writing(staffed) as session:
        assert session.exec(select(CostOption).where(CostOption.service_id == "never")).all() == []
        done = session.exec(select(AuditEvent).where(AuditEvent.action == "directory.revert"))
        assert {row.entity_type for row in done} == {"schedule", "cost_option"}
        phone = session.exec(select(Metadata.id).where(Metadata.field_name == "phone")).one()
    refused = curator.send(past, change=phone)  # the number has changed since it was added
    assert refused.status_code == 409 and "has changed again since" in refused.text


def put_back(staffed: Staffed, curator: Browser, path: str, table: str, action: str) -> str:
    """Put back the one change of that kind; its id."""
    with writing(staffed) as session:
        change = session.exec(
            select(Metadata.id).where(
                Metadata.field_name == table, Metadata.last_action_type == action
            )
        ).one()
    curator.open(path)
    came_to(curator.send(path, change=change))
    return change


def test_more_listings_take_no_more_statements(staffed: Staffed, curator: Browser) -> None:
    counts: dict[str, list[int]] = {VERIFY: [], PROBLEMS: [], HISTORY: []}
    for path in counts:
        curator.open(path)
    for more in (False, True):
        if more:
            with writing(staffed) as session:
                helpers = make.organization(id="more")
                session.add(helpers)
                session.flush()
                for number in range(30):
                    session.add(make.service(helpers, id=f"more-{number}"))
                session.flush()
                for number in range(9):
                    told(session, f"more-{number}")
                    told(session, "line", "other", f"No. {number}")
                session.get_one(Service, "line").name = "The line"
            for name in ("A", "B", "C"):
                with writing(staffed) as session:
                    line = session.get_one(Service, "line")
                    session.add(Metadata(resource_id="line", resource_type="service",
                                         last_action_type="update", field_name="name",
                                         replacement_value=name, updated_by=line.id))  # fmt: skip
        for path, found in counts.items():
            with counted() as sent:
                assert curator.open(path).status_code == 200
            found.append(len([text for text in sent if not text.startswith("PRAGMA")]))
    assert all(second <= first for first, second in counts.values()), counts


def test_the_queue_is_read_by_index_and_never_whole(staffed: Staffed, curator: Browser) -> None:
    engine = staffed.client.app.state.database.engine
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        sent.append((statement, values))

    event.listen(engine, "before_cursor_execute", note)
    curator.open(VERIFY + "?category=food&page=2")
    event.remove(engine, "before_cursor_execute", note)
    asked = [one for one in sent if "FROM service" in one[0]]
    assert len(asked) >= 5
    with engine.connect() as connection:
        for statement, values in asked:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            assert [row[3] for row in plan if row[3].startswith("SCAN service")] == [], statement


def test_reports_are_grouped_dismissed_with_a_reason_or_corrected_by_an_edit(
    staffed: Staffed, curator: Browser
) -> None:
    page = curator.open(PROBLEMS).text
    assert text_of(page).index("The pantry") < text_of(page).index("The line")
    assert "2 people" in page and "Closed on Mondays" in page
    (first, second) = re.findall(r'name="report" value="([\w-]+)"', page)
    bare = curator.send(PROBLEMS, report=first, only="")
    assert bare.status_code == 400 and "Choose why it is dismissed." in bare.text
    came_to(curator.send(PROBLEMS, report=first, reason="unclear", only=""))
    gone = curator.send(PROBLEMS, report=first, reason="unclear", only="")
    assert gone.status_code == 409 and "decided already" in gone.text
    form = curator.open(EDIT).text
    assert f'value="{second}" checked' in form and "wrong phone number" in form
    sent = curator.send(EDIT, name="The line", status="active", phone="919-555-0199",
                        reports=second, assured="yes", **{"hours-line-MO": "9:00-17:00"})  # fmt: skip
    assert came_to(sent).startswith(PROBLEMS)
    assert "Nobody reports anything now." in curator.open(PROBLEMS).text
    with writing(staffed) as session:
        statuses = {
            row.id: (row.status, row.decision) for row in session.exec(select(PublicReport))
        }
        assert statuses == {first: ("dismissed", "unclear"), second: ("corrected", "edited")}
        assert session.get_one(Phone, "tel").number == "919-555-0199"


def test_an_edit_keeps_ids_and_history_and_refuses_what_is_stale_or_wrong(
    staffed: Staffed, curator: Browser
) -> None:
    form = curator.open(EDIT).text
    assert 'value="09:00-17:00"' in form
    base = {"name": "Ride line", "status": "active", "phone": "919-555-0142", "description": ""}
    wrong = curator.send(EDIT, **{**base, "name": " ", "hours-line-MO": "all day"})
    assert wrong.status_code == 400 and 'value="all day"' in wrong.text
    assert "Type times like 9:00-17:00" in wrong.text
    hours = {"hours-line-MO": "9 am-5 pm", "hours-line-SA": "10:00-12:00, 13:00-14:00"}
    came_to(curator.send(EDIT, **base, **hours, cost="free"))
    with writing(staffed) as session:
        assert session.get_one(Service, "line").name == "Ride line"
        rows = session.exec(select(Schedule).where(Schedule.service_id == "line")).all()
        assert {(r.byday, str(r.opens_at)[:5]) for r in rows} == {
            ("MO", "09:00"), ("SA", "10:00"), ("SA", "13:00"),
        }  # fmt: skip
    stale = curator.send(EDIT, **base, **hours, cost="free")
    assert stale.status_code == 409 and "Somebody else changed this listing" in stale.text


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("clinic.supervisor", VERIFY, 200),
        ("clinic.admin", EDIT, 200),
        ("clinic.coordinator", VERIFY, 403),
        ("clinic.supervisor", PROBLEMS, 403),
        ("pantry.admin", VERIFY, 404),
        ("pantry.supervisor", VERIFY, 404),
        ("pantry.admin", EDIT, 404),
        ("pantry.admin", HISTORY, 404),
    ],
)
def test_only_those_who_look_after_the_directory_see_it(
    staffed: Staffed, curator: Browser, who: str, path: str, status: int
) -> None:
    assert Browser(staffed, who).open(path).status_code == status


def test_a_supervisor_sees_the_queue_and_changes_nothing(
    staffed: Staffed, curator: Browser
) -> None:
    supervisor = Browser(staffed, "clinic.supervisor")
    assert "Still right" not in supervisor.open(VERIFY).text
    assert supervisor.send(VERIFY, service="line", seen="2026-02-01").status_code == 403


def test_proposals_are_accepted_declined_with_a_reason_and_asked_about_when_overtaken(
    staffed: Staffed, curator: Browser
) -> None:
    path = "/staff/proposals"
    assert "Nothing waits for you." in curator.open(path).text
    partner = staffed.town.people["pantry.partner"]
    hours = [{"days": "SA", "opens": "10:00", "closes": "12:00"}]
    with writing(staffed) as session:
        said: list[dict[str, Any]] = [
            {"phone": "919-555-0188", "hours": {"line": hours}},
            {"description": "Rides."},
        ]
        keys = [
            propose(session, actor(session, partner), "line", changes,
                    organization_id=staffed.town.organizations["pantry"].id).id
            for changes in said
        ]  # fmt: skip
        session.get_one(Phone, "tel").number = "919-555-0111"
    page = text_of(curator.open(path).text)
    assert "Before 919-555-0142 After 919-555-0188" in page
    assert "Before Mon, Tue 09:00–17:00 After Sat 10:00–12:00" in page
    asked = curator.send(path, proposal=keys[0], decision="accept")
    assert asked.status_code == 409 and "changed this since it was proposed: Phone." in asked.text
    came_to(curator.send(path, proposal=keys[0], decision="accept", anyway="yes"))
    bare = curator.send(path, proposal=keys[1], decision="decline")
    assert bare.status_code == 400 and "Say why, in a few words" in bare.text
    came_to(curator.send(path, proposal=keys[1], decision="decline", why="It is longer."))
    again = curator.send(path, proposal=keys[1], decision="decline", why="It is longer.")
    assert again.status_code == 409 and "decided already" in again.text
    with writing(staffed) as session:
        assert session.get_one(Phone, "tel").number == "919-555-0188"
        assert session.get_one(Proposal, keys[1]).decision == "It is longer."
