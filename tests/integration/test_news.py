"""What is told of changes, on both databases: new, changed, paused and closed, public only."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import event
from sqlmodel import Session

from core.actor import SYSTEM, Actor
from core.clock import frozen
from core.db import Database
from directory import news
from directory.commands import create_all, remove, save
from directory.merging import merge
from directory.models import Phone, Schedule, Service, ServiceStatus
from directory.news import News, changes, stamp
from tests import factories as make
from tests.support.county import CLINIC, LINE, MAIN_STREET, SHELTER, STAFF, fill

CURATOR = Actor("curator", "Curator", frozenset({"curator"}))
THEN = datetime(2026, 3, 1, tzinfo=UTC)
LATER = THEN + timedelta(days=1)


@pytest.fixture
def county(database: Database) -> Iterator[Session]:
    with frozen(THEN), database.write() as session:
        fill(session)
    with database.write() as session:
        yield session


def altered(session: Session, id: str, **changes_: object) -> None:
    old = session.get(Service, id)
    assert old is not None
    with frozen(LATER):
        save(session, SYSTEM, [Service.model_validate({**old.model_dump(), **changes_})])


def test_a_directory_that_was_just_filled_is_all_new_and_hides_what_is_not_public(
    county: Session,
) -> None:
    found = {one.service_id: one for one in changes(county, "en")}
    assert found.keys() == {CLINIC, LINE}
    assert SHELTER not in found and STAFF not in found
    assert {one.news for one in found.values()} == {News.NEW}
    assert {one.name for one in changes(county, "es")} == {"Clínica nocturna", "Ride line"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"description": "Rides, free."}, News.CHANGED),
        ({"status": ServiceStatus.TEMPORARILY_CLOSED}, News.PAUSED),
        ({"status": ServiceStatus.DEFUNCT}, News.CLOSED),
    ],
)
def test_the_newest_comes_first_with_what_became_of_it(
    county: Session, change: dict[str, object], told: News
) -> None:
    before = stamp(county)
    assert stamp(county) == before
    altered(county, LINE, **change)
    first = changes(county, "en")[0]
    assert (first.service_id, first.news, first.at) == (LINE, told, LATER)
    assert first.parts == {"service"}
    assert stamp(county) != before


def test_a_new_service_is_new_and_one_that_becomes_private_is_told_no_more(
    county: Session,
) -> None:
    helpers = make.organization(id="helpers")
    with frozen(LATER):
        save(county, SYSTEM, [make.service(helpers, id="fresh", name="Fresh food")])
    assert changes(county, "en")[0].news == News.NEW
    altered(county, "fresh", visibility="network")
    assert "fresh" not in {one.service_id for one in changes(county, "en")}


def test_new_hours_of_a_place_and_a_new_number_are_changes_of_its_services(
    county: Session,
) -> None:
    hours, phone = county.get(Schedule, "sch-main"), county.get(Phone, "tel-clinic")
    assert hours and phone and hours.location_id == MAIN_STREET
    with frozen(LATER):
        save(
            county, SYSTEM, [Schedule.model_validate({**hours.model_dump(), "closes_at": time(20)})]
        )
        save(
            county, SYSTEM, [Phone.model_validate({**phone.model_dump(), "number": "919-555-0109"})]
        )
    first = changes(county, "en")[0]
    assert (first.service_id, first.news) == (CLINIC, News.CHANGED)
    assert first.parts == {"schedule", "phone"}


def test_however_much_there_is_the_statements_and_the_list_stay_few(county: Session) -> None:
    helpers = make.organization(id="helpers")
    create_all(county, [make.service(helpers, id=f"s{n:03}", name=f"S {n}") for n in range(150)])
    assert len(changes(county, "en")) == news.CHANGES_MAX
    statements: list[str] = []
    connection = county.connection()
    event.listen(connection, "before_cursor_execute", lambda *args: statements.append(args[2]))
    changes(county, "en", limit=3)
    few = len(statements)
    changes(county, "en", limit=100)
    assert len(statements) - few == few <= 10


def test_what_is_removed_is_told_and_a_merged_service_only_as_the_one_that_was_kept(
    county: Session,
) -> None:
    phone = county.get(Phone, "tel-line") or make.phone(county.get_one(Service, LINE), id="gone")
    with frozen(LATER):
        save(county, SYSTEM, [phone])
        remove(county, SYSTEM, Phone, phone.id)
    first = changes(county, "en")[0]
    assert (first.service_id, first.news, first.parts) == (LINE, News.CHANGED, frozenset({"phone"}))
    with frozen(LATER + timedelta(days=1)):
        merge(county, CURATOR, "service", CLINIC, LINE)
    told = {one.service_id for one in changes(county, "en")}
    assert LINE not in told and CLINIC in told
