"""Calling a service: the script, and what its answers do to the listing."""

from datetime import date, timedelta

import pytest
from sqlmodel import Session, col, select

from core.audit import AuditEvent
from core.clock import now
from core.outbox import OutboxMessage
from directory.models import Observation, Service, ServiceCapacity
from tests import factories as make
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to

CALL = "/staff/services/line/call"


@pytest.fixture
def today(staffed: Staffed) -> date:
    """The day it is for the pages, with a service in the directory to call."""
    with staffed.client.app.state.database.write() as session:
        helpers = make.organization(id="h", name="Eno Helpers")
        session.add(helpers)
        session.flush()
        line = make.service(helpers, id="line", name="Ride line", assured_date=date(2024, 5, 3))
        session.add(line)
        session.flush()
        session.add(make.phone(line, "919-555-0142", description="Dispatch"))
    import zoneinfo

    return now().astimezone(zoneinfo.ZoneInfo(staffed.settings.time_zone)).date()


def read(staffed: Staffed) -> Session:
    session: Session = staffed.client.app.state.database.read()
    return session


def test_the_script_has_the_number_the_questions_and_no_required_field(
    staffed: Staffed, today: date
) -> None:
    page = Browser(staffed).open(CALL).text
    assert 'href="tel:+19195550142"' in page and "Dispatch" in page
    assert "“Are you taking new people now?”" in page and "Checked May 3, 2024" in page
    assert " required" not in page
    spanish = Browser(staffed).open(CALL + "?in=es").text
    assert 'lang="es">“¿' in spanish


def test_an_answer_is_kept_and_the_listing_follows_with_audit_and_index(
    staffed: Staffed, today: date
) -> None:
    browser = Browser(staffed)
    browser.open(CALL)
    assert came_to(browser.send(CALL, taking="yes", wait_days="14", hours="same")).endswith(
        "=noted"
    )
    with staffed.client.app.state.database.read() as session:
        line = session.get_one(Service, "line")
        assert (line.assured_date, line.wait_days, line.wait_asked_on) == (today, 14, today)
        (room,) = session.exec(select(ServiceCapacity)).all()
        assert room.available == 1
        (kept,) = session.exec(select(Observation)).all()
        who = staffed.town.people["clinic.coordinator"].user.id
        assert (kept.asked_by, kept.asked_on, kept.unsettled) == (who, today, False)
        done = set(session.exec(select(AuditEvent.action).where(AuditEvent.entity_id == "line")))
        assert {"directory.observe", "directory.assure"} <= done
        told = session.exec(select(OutboxMessage.payload)).all()
        assert {"entity": "service", "id": "line"} in told
    page = text_of(browser.open(CALL).text)
    assert "taking new people, wait of 14 days, hours as listed" in page


def test_what_differs_does_not_assure_the_listing(staffed: Staffed, today: date) -> None:
    browser = Browser(staffed)
    browser.open(CALL)
    came_to(browser.send(CALL, hours="different", rest="same", taking="no"))
    with staffed.client.app.state.database.read() as session:
        assert session.get_one(Service, "line").assured_date == date(2024, 5, 3)
        (kept,) = session.exec(select(Observation)).all()
        assert (kept.hours, kept.phone, kept.cost) == ("different", "same", "same")
        assert kept.unsettled
        assert session.exec(select(ServiceCapacity.available)).all() == [0]


@pytest.mark.parametrize("reached", ["no_answer", "closed"])
def test_one_tap_says_that_nobody_answered_or_that_it_is_closed(
    staffed: Staffed, today: date, reached: str
) -> None:
    browser = Browser(staffed)
    browser.open(CALL)
    came_to(browser.send(CALL, reached=reached))
    with staffed.client.app.state.database.read() as session:
        assert session.get_one(Service, "line").assured_date == date(2024, 5, 3)
        (kept,) = session.exec(select(Observation)).all()
        assert (kept.reached, kept.unsettled) == (reached, reached == "closed")


def test_an_older_call_takes_nothing_back(staffed: Staffed, today: date) -> None:
    browser = Browser(staffed)
    browser.open(CALL)
    came_to(browser.send(CALL, wait_days="7", rest="same"))
    earlier = (today - timedelta(days=3)).isoformat()
    came_to(browser.send(CALL, wait_days="90", taking="no", asked_on=earlier))
    with staffed.client.app.state.database.read() as session:
        line = session.get_one(Service, "line")
        assert (line.assured_date, line.wait_days) == (today, 7)
        assert session.exec(select(ServiceCapacity)).all() == []
        assert len(session.exec(select(Observation).order_by(col(Observation.asked_on))).all()) == 2


def test_nothing_and_the_future_are_refused_in_words(staffed: Staffed, today: date) -> None:
    browser = Browser(staffed)
    browser.open(CALL)
    nothing = browser.send(CALL)
    assert nothing.status_code == 400 and "Choose at least one answer." in nothing.text
    late = (today + timedelta(days=2)).isoformat()
    future = browser.send(CALL, taking="yes", asked_on=late)
    assert future.status_code == 400 and "The day of the call is not here yet." in future.text
    assert 'value="yes" checked' in future.text


def test_partners_do_not_see_it_and_hidden_services_are_for_curators(
    staffed: Staffed, today: date
) -> None:
    with staffed.client.app.state.database.write() as session:
        session.get_one(Service, "line").visibility = "restricted"
    assert Browser(staffed, "pantry.partner").open(CALL).status_code == 403
    assert Browser(staffed, "pantry.admin").open(CALL).status_code == 404
    assert Browser(staffed).open(CALL).status_code == 404
    assert Browser(staffed, "clinic.curator").open(CALL).status_code == 200
