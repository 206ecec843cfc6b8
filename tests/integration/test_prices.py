"""Prices recorded, corrected, compared and remembered."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, event, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.audit import AuditEvent
from core.clock import frozen
from core.db import Database
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.outbox import OutboxMessage
from directory.models import Location
from directory.prices import queries
from directory.prices.catalog import Shelf, product_of
from directory.prices.commands import UnlikelyPrice
from directory.prices.current import priced
from directory.prices.finder import Status, find
from directory.prices.kinds import ProgramKind
from directory.prices.models import Drug, PriceObservation, PriceProgram
from directory.prices.offers import Patient
from directory.prices.recent import tell_expired
from directory.prices.sellers import sellers
from directory.prices.statements import EXPIRED_MAX
from directory.queries import service_views
from search.documents import document
from tests.support.pharmacies import (
    COORDINATOR,
    CURATOR,
    METFORMIN,
    METFORMIN_ER,
    PARTNER,
    SYRUP,
    TODAY,
    TRAMADOL,
    close_counter,
    open_town,
    price,
)

ZIP = (35.994, -78.8986)


@dataclass(frozen=True)
class Here:
    lat: float = ZIP[0]
    lng: float = ZIP[1]


ASKED = queries.Asked(product_of(METFORMIN), Decimal(60), Patient("NC"), TODAY, Here(), 40_000)


@pytest.fixture
def town(sqlite_database: Database) -> Iterator[Session]:
    engine = sqlite_database.engine.execution_options(write=True)
    with Session(engine, expire_on_commit=False) as opened:
        open_town(opened)
        yield opened


@pytest.fixture
def either(session: Session) -> Session:
    """The town on each database, for what databases may do differently."""
    open_town(session)
    return session


def ranked(session: Session, asked: queries.Asked = ASKED) -> list[tuple[str, Decimal]]:
    found = queries.comparison(session, asked).comparison.ranked
    return [(one.offer.seller, one.total) for one in found]


def reasons(session: Session, asked: queries.Asked = ASKED) -> dict[str, str]:
    found = queries.comparison(session, asked).comparison.left_out
    return {one.offer.seller: one.reason.value for one in found}


def test_a_recorded_price_ranks_at_once(town: Session):
    price(town, 9)
    price(town, 4, location_id="far")
    assert ranked(town) == [("far", Decimal(4)), ("near", Decimal(9))]


def test_the_latest_price_of_a_pharmacy_holds_and_the_others_are_history(either: Session):
    price(either, 9, age=20)
    price(either, 7, age=3)
    price(either, 5, age=10)  # told later, observed earlier
    assert ranked(either) == [("near", Decimal(7))]
    past = queries.history(either, METFORMIN.id, Decimal(60), TODAY - timedelta(365))
    assert [one.price for one in past] == [7, 5, 9]


def test_a_correction_supersedes_and_nothing_is_lost(either: Session):
    wrong = price(either, 90 // 10, age=2)
    right = price(either, 12, age=2, corrects=wrong.id)
    assert ranked(either) == [("near", Decimal(12))]
    assert (wrong.superseded_by, wrong.is_current) == (right.id, False)
    past = queries.history(either, METFORMIN.id, Decimal(60), TODAY - timedelta(365))
    assert {one.price: one.corrected for one in past} == {9: True, 12: False}
    with pytest.raises(Conflict):
        price(either, 13, corrects=wrong.id)


def test_a_correction_of_the_pharmacy_gives_back_what_it_had(town: Session):
    price(town, 8, age=10)
    wrong = price(town, 5, age=2)
    price(town, 5, age=2, location_id="far", corrects=wrong.id)
    assert ranked(town) == [("far", Decimal(5)), ("near", Decimal(8))]


def test_the_price_of_a_chain_holds_in_each_of_its_pharmacies(either: Session):
    price(either, 6, organization_id="corner")
    assert ranked(either) == [("near", Decimal(6)), ("mid", Decimal(6))]


def test_mail_stands_beside_pharmacies(town: Session):
    price(town, 6)
    price(town, 3, program_id="post", shipping=5)
    found = queries.comparison(town, ASKED).comparison
    assert [(one.offer.seller, one.offer.days, one.front) for one in found.ranked] == [
        ("near", None, True),
        ("post", 5, True),
    ]


def test_what_lies_beyond_the_radius_is_counted(town: Session):
    price(town, 6)
    price(town, 1, location_id="raleigh")
    found = queries.comparison(town, replace(ASKED, radius_m=10_000))
    assert [one.offer.seller for one in found.comparison.ranked] == ["near"]
    assert found.farther == 1


def test_pharmacies_beyond_the_radius_count_once_and_secret_ones_never(either: Session):
    price(either, 6)
    price(either, 1, location_id="raleigh", age=2)
    price(either, 1, location_id="raleigh", program_id="club")
    price(either, 1, location_id="raleigh", quantity=90)
    price(either, 1, organization_id="solo")
    price(either, 3, program_id="post")
    near = replace(ASKED, radius_m=10_000)
    assert queries.comparison(either, near).farther == 1
    secret = {"confidential": True, "latitude": None, "longitude": None}
    either.exec(update(Location).where(col(Location.id) == "raleigh").values(**secret))
    assert queries.comparison(either, near).farther == 0
    assert "raleigh" not in dict(ranked(either, replace(ASKED, radius_m=None)))


def test_of_expired_prices_the_newest_are_listed_and_every_live_one_ranks(either: Session):
    programs = [f"old-{number}" for number in range(EXPIRED_MAX + 3)]
    for program in programs:
        either.add(PriceProgram(id=program, name=program, kind=ProgramKind.DISCOUNT_CARD))
    either.flush()
    for number, program in enumerate(programs):
        price(either, 8, program_id=program, age=61 + number)
    price(either, 9)
    price(either, 4, location_id="mid")
    found = queries.comparison(either, ASKED).comparison
    assert [one.offer.seller for one in found.ranked] == ["mid", "near"]
    assert [one.offer.program.id for one in found.left_out] == programs[:EXPIRED_MAX]


def test_prices_elsewhere_are_told_from_an_index_and_never_read(town: Session):
    asked: list[tuple[str, tuple[object, ...]]] = []

    def note(*arguments: Any) -> None:
        asked.append((arguments[2], arguments[3]))

    engine = town.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    queries.comparison(town, ASKED)
    event.remove(engine, "before_cursor_execute", note)
    (found,) = (one for one in asked if "row_number" in one[0])
    plan = town.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {found[0]}", found[1])
    steps = sorted(row[3] for row in plan if "price_observation" in row[3])
    index = "SEARCH price_observation USING INDEX uq_price_observation_current (drug_id=?{})"
    assert steps == [index.format(" AND place_key=?"), index.format("")]


def test_everything_else_is_left_out_for_its_reason(either: Session):
    price(either, 1, age=61)
    price(either, 2, location_id="mid", program_id="sc")
    price(either, 2, location_id="far", program_id="scale")
    price(either, 900, location_id="raleigh", confirmed=True)
    assert ranked(either) == []
    assert reasons(either) == {
        "near": "expired",
        "mid": "state",
        "far": "requirement",
        "raleigh": "check",
    }


def test_a_pharmacy_that_closed_does_not_rank(town: Session):
    price(town, 3)
    close_counter(town, "near")
    assert ranked(town) == []
    assert reasons(town) == {"near": "closed"}


def test_extended_release_is_another_drug(town: Session):
    price(town, 3, drug_id=METFORMIN_ER.id)
    assert ranked(town) == []


BAD: list[tuple[dict[str, object], str]] = [
    ({"quantity": 0}, "quantity"),
    ({"quantity": 10**9}, "quantity"),
    ({"quantity": "1.5"}, "quantity"),
    ({"quantity": "many"}, "quantity"),
    ({"amount": "-1"}, "price"),
    ({"amount": "1.001"}, "price"),
    ({"amount": "NaN"}, "price"),
    ({"amount": 10**8}, "price"),
    ({"drug_id": "nothing"}, "drug_id"),
    ({"program_id": "nothing"}, "program_id"),
    ({"unit": "ML"}, "unit"),
    ({"observed_on": TODAY + timedelta(1)}, "observed_on"),
    ({"observed_on": "1999-12-31"}, "observed_on"),
    ({"valid_to": TODAY - timedelta(30)}, "valid_to"),
    ({"location_id": "near", "organization_id": "corner"}, "location_id"),
    ({"location_id": "near", "program_id": "post"}, "location_id"),
    ({"corrects": "nothing"}, "corrects"),
    ({"cheap": True}, "cheap"),
    ({"source": "rumour"}, "source"),
]


def test_bad_input_is_named(town: Session):
    for values, parameter in BAD:
        with pytest.raises(Invalid) as refused:
            price(town, **({"amount": 5} | values))  # type: ignore[arg-type]
        assert parameter in refused.value.errors, values


def test_a_place_that_is_not_there_is_not_found(town: Session):
    with pytest.raises(NotFound):
        price(town, 5, location_id="nowhere")


def test_a_liquid_may_be_a_part_of_a_millilitre_and_tablets_may_not(town: Session):
    assert price(town, 5, drug_id=SYRUP.id, quantity="2.5").quantity == Decimal("2.5")
    with pytest.raises(Invalid):
        price(town, 5, quantity="2.5")


def test_an_absurd_price_is_asked_about_then_kept_and_never_ranks(town: Session):
    for amount in ("0.59", "24.01", "5000"):
        with pytest.raises(UnlikelyPrice):
            price(town, amount)
        price(town, amount, confirmed=True)
        assert ranked(town) == []
        assert reasons(town) == {"near": "check"}


def test_only_coordinators_and_partners_record(town: Session):
    with pytest.raises(Forbidden):
        price(town, 5, actor=CURATOR)
    assert price(town, 5, actor=PARTNER).source == "partner"
    assert price(town, 5, actor=COORDINATOR).source == "phone"


def test_recording_is_audited_and_told_to_the_index(town: Session):
    row = price(town, 5)
    noted = town.exec(select(AuditEvent).where(AuditEvent.entity_id == row.id)).one()
    assert noted.action == "price.record"
    told = town.exec(select(OutboxMessage)).all()
    assert [one.payload for one in told] == [{"entity": "location", "id": "near"}]


def test_a_pharmacy_whose_price_expires_is_indexed_again(either: Session):
    price(either, 5)
    price(either, 5, organization_id="solo", source="published")
    price(either, 5, location_id="far", valid_to=TODAY + timedelta(3))
    places, chains = ["near", "far", "mid"], ["corner", "solo"]
    assert priced(either, places, chains, TODAY) == {"near", "far", "solo"}
    assert priced(either, places, chains, TODAY + timedelta(60)) == {"solo"}
    either.exec(delete(OutboxMessage))
    assert tell_expired(either, TODAY) == 0
    assert tell_expired(either, TODAY + timedelta(60)) == 1  # "far" is long gone by then
    told = either.exec(select(OutboxMessage)).all()
    assert [one.payload for one in told] == [{"entity": "location", "id": "near"}]


def test_listings_of_pharmacies_say_whether_a_price_is_still_good(town: Session):
    def said() -> dict[str, bool]:
        units = ["u-near", "u-mid", "u-far"]
        with frozen(datetime.combine(TODAY, time(17), UTC)):
            views = service_views(town, units)
        return {view.id: document(view)["cash_prices"] for view in views}  # type: ignore[index]

    price(town, 5)
    price(town, 5, age=61, location_id="mid")
    assert said() == {"u-near": True, "u-mid": False, "u-far": False}
    price(town, 5, organization_id="solo")
    assert said() == {"u-near": True, "u-mid": False, "u-far": True}


def test_the_database_keeps_what_must_hold(either: Session):
    row = price(either, 5)
    other = price(either, 5, location_id="far")
    for change in (
        {"price": Decimal(-1)},
        {"quantity": Decimal(0)},
        {"superseded_by": row.id},
        {"superseded_by": other.id},
        {"location_id": None},
        {"place_key": "elsewhere"},
        {"valid_to": row.observed_on - timedelta(1)},
    ):
        with pytest.raises(IntegrityError), either.begin_nested():
            either.exec(
                update(PriceObservation).where(col(PriceObservation.id) == row.id).values(**change)
            )
    with pytest.raises(IntegrityError), either.begin_nested():
        values = row.model_dump() | {"id": "twin"}
        either.add(PriceObservation(**values))
        either.flush()


def test_a_comparison_takes_a_constant_number_of_statements(town: Session):
    def statements() -> int:
        sent: list[str] = []
        engine = town.get_bind()

        def note(*arguments: object) -> None:
            sent.append(str(arguments[2]))

        event.listen(engine, "before_cursor_execute", note)
        found = queries.comparison(town, ASKED)
        places = {one.offer.seller for one in found.comparison.ranked}
        assert len(sellers(town, places, TODAY, timezone="America/New_York")) == len(places)
        event.remove(engine, "before_cursor_execute", note)
        return len(sent)

    price(town, 9)
    price(town, 7, organization_id="corner", program_id="scale")
    first = statements()
    for place in ("mid", "far", "raleigh"):
        price(town, 8, location_id=place)
    assert statements() == first


def test_a_pharmacy_is_shown_with_its_evenings_and_telephone(town: Session):
    found = sellers(town, ["near", "mid"], TODAY, timezone="America/New_York")
    assert {key: one.evening for key, one in found.items()} == {"near": False, "mid": True}
    assert found["near"].phone == "919-555-0101"
    assert found["near"].address == "1 Main Street, Durham, NC 27701"
    assert found["near"].listing == "u-near"


def test_the_catalog_is_read_again_when_a_drug_comes(town: Session):
    shelf = Shelf()
    assert find(shelf.catalog(town), "metformina er 500 60").status is Status.FOUND
    assert find(shelf.catalog(town), "ibuprofen 800").status is Status.UNKNOWN
    values = TRAMADOL.model_dump() | {"id": "x", "ingredient": "ibuprofen", "product": "x"}
    town.add(Drug(**values))
    town.flush()
    assert find(shelf.catalog(town), "ibuprofen").status is Status.FOUND
