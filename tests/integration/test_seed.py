"""The demonstration county in a database, and copies of it."""

import shutil

import pytest
from sqlmodel import col, func, select

from app.tables import metadata
from core.audit import AuditEvent
from core.db import Database
from core.outbox import OutboxMessage
from directory import queries
from directory.commands import Counts
from directory.models import (
    Address,
    Location,
    Organization,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from directory.places.gazetteer import gazetteer
from directory.prices.models import Benchmark, Drug, DrugAlias, PriceObservation, PriceProgram
from seed_data import load as loading
from seed_data.load import load
from seed_data.scale import copies, templates


@pytest.fixture(scope="module")
def _county(tmp_path_factory):
    path = tmp_path_factory.mktemp("county") / "handrail.db"
    database = Database(f"sqlite:///{path}")
    metadata.create_all(database.engine)
    load(database)
    database.close()
    return path


PRICES = (Drug, DrugAlias, PriceProgram, Benchmark, PriceObservation)
"""Tables of prices; they are made once, and not looked at again."""


@pytest.fixture
def county(_county, tmp_path, open_database):
    """A SQLite database with the county in it."""
    path = tmp_path / "county.db"
    shutil.copyfile(_county, path)
    return open_database(f"sqlite:///{path}")


@pytest.fixture
def copies_only(monkeypatch):
    """Loading skips the county, which takes longer than a thousand copies of its parts."""
    monkeypatch.setattr(loading, "_load_county", lambda database: Counts())


def count(database, table):
    with database.read() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def test_the_county_loads_once(database):
    first = load(database)
    prices = sum(count(database, one) for one in PRICES)
    assert first.created - prices > 9_000
    assert (first.updated, first.unchanged) == (0, 0)
    assert count(database, Service) >= 400
    assert count(database, AuditEvent) == 1
    assert count(database, OutboxMessage) == 0
    again = load(database)
    assert (again.created, again.updated) == (0, 0)
    assert again.unchanged == first.created - prices


def test_what_somebody_changed_is_put_back_and_told_to_the_index(county):
    load(county)
    with county.write() as session:
        service = session.exec(select(Service).where(Service.name == "Night loop")).one()
        service.name = "Night circle"
    counts = load(county)
    assert (counts.created, counts.updated) == (0, 1)
    with county.read() as session:
        assert session.get(Service, service.id).name == "Night loop"
        assert session.exec(select(func.count()).select_from(OutboxMessage)).one() == 1


def test_views_of_the_county_are_whole(county):
    with county.read() as session:
        views = [view for batch in queries.walk(session) for view in batch]
    assert len(views) >= 580
    by_name = {view.name: view for view in views}
    night = by_name["Night loop"]
    assert night.hours is not None
    assert set(night.codes("handrail/category")) == {"transport", "errand-ride"}
    assert night.value("handrail/ride-feature", "fare") is None
    assert (
        by_name["Lark Access door-to-door vans"].value("handrail/ride-feature", "notice-hours")
        == "24"
    )
    assert by_name["Storm line"].hours is None
    name = by_name["Night sitter in Spanish"].text("name", "es")
    assert name is not None
    assert name.text == "Cuidado de noche"
    shelter = by_name["Safe shelter with care for the person you look after"]
    assert shelter.location is not None
    assert (shelter.location.confidential, shelter.location.addresses) == (True, ())
    assert shelter.visibility == "restricted"


def test_copies_reach_the_size_asked_for(database):
    load(database, 2_000)
    with database.read() as session:
        units = queries.count_units(session)
    assert 2_000 <= units < 2_050
    assert count(database, Service) > 1_000


def test_loading_copies_again_changes_nothing(county, copies_only):
    first = load(county, 2_000)
    again = load(county, 2_000)
    assert first.created > 20_000
    assert (again.created, again.updated, again.unchanged) == (0, 0, first.created)


def test_a_larger_size_keeps_the_copies_there_are(county, copies_only):
    load(county, 1_000)
    load(county, 3_000)
    with county.read() as session:
        assert 3_000 <= queries.count_units(session) < 3_050


def test_an_interrupted_load_is_finished_by_the_next(county, copies_only, monkeypatch):
    def stop(done, wanted):
        if done > 2_500:
            raise KeyboardInterrupt

    monkeypatch.setattr(loading, "TRANSACTION_UNITS", 700)
    with pytest.raises(KeyboardInterrupt):
        load(county, 4_000, stop)
    with county.read() as session:
        assert 2_000 < queries.count_units(session) < 4_000
    load(county, 4_000)
    with county.read() as session:
        assert 4_000 <= queries.count_units(session) < 4_050


def test_progress_is_told_from_the_county_to_the_end(county, copies_only):
    told = []
    load(county, 3_000, lambda done, wanted: told.append((done, wanted)))
    assert told[0][0] < 700
    assert told[-1] == (3_000, 3_000)
    assert len(told) >= 3
    assert told == sorted(told)


def test_copies_lie_all_over_the_country_in_their_own_zips(county, copies_only):
    load(county, 3_000)
    with county.read() as session:
        placed = session.exec(
            select(Location, Address).join(Address, col(Address.location_id) == col(Location.id))
        ).all()
        calendars = set(session.exec(select(ScheduleException.holiday_calendar)))
        areas = set(session.exec(select(ServiceArea.code)))
    assert len({address.state_province for _, address in placed}) > 40
    assert len({address.postal_code for _, address in placed}) > 600
    for location, address in placed:
        row = gazetteer().zips[address.postal_code]
        assert abs(location.latitude - row.lat) < 0.05
        assert (address.city, address.state_province) == (row.city, row.state)
        assert location.timezone in (row.timezone, "America/New_York")
    assert {"US-NC", "US-TX"} <= calendars
    assert len(areas) > 300


def test_a_copy_keeps_the_shape_and_points_only_at_itself():
    values, units = next(copies(1))
    template = templates()[0]
    assert units == template.units
    assert {t: len(rows) for t, rows in values.items()} == {
        t: len(rows) for t, rows in template.values.items()
    }
    ids = {row["id"] for rows in values.values() for row in rows}
    originals = {row["id"] for rows in template.values.values() for row in rows}
    assert not ids & originals
    assert all(row["organization_id"] in ids for row in values[Service])
    assert all(row["location_id"] in ids for row in values[ServiceAtLocation])
    assert values[Organization][0]["name"].startswith(template.values[Organization][0]["name"])
    assert next(copies(1)) == (values, units)
