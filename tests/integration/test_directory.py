"""Directory commands and queries, on both databases."""

from datetime import date, time
from decimal import Decimal

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core.actor import SYSTEM
from core.audit import AuditEvent
from core.errors import NotFound
from core.outbox import OutboxMessage
from directory import commands, queries
from directory.models import (
    AreaExtent,
    Attribute,
    CostOption,
    Language,
    Location,
    Metadata,
    Organization,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    Taxonomy,
    TaxonomyTerm,
    TermCrosswalk,
    Translation,
    Visibility,
)
from directory.models.base import DirectoryRow
from tests import factories as make


def clinic() -> list[DirectoryRow]:
    """An organization with one service at one place, and everything a card shows."""
    org = make.organization(id="org")
    place = make.location(id="loc")
    offered = make.service(org, id="svc")
    return [
        org,
        place,
        offered,
        make.at(offered, place, id="sal"),
        make.address(place, id="adr"),
        make.phone(offered, "919-555-0101", id="tel1"),
        make.phone(place, "919-555-0102", id="tel2"),
        make.weekly(offered, "TU,TH", time(17), time(21), id="sch"),
        Language(id="lang", service_id="svc", code="es"),
        CostOption(id="cost", service_id="svc", option="sliding_scale", amount=Decimal("20.00")),
        ServiceArea(id="area", service_id="svc", extent_kind=AreaExtent.POSTAL_CODE, code="27701"),
    ]


def outbox_ids(session: Session) -> set[tuple[str, str]]:
    messages = session.exec(select(OutboxMessage)).all()
    return {(m.payload["entity"], m.payload["id"]) for m in messages}


def statements(session: Session) -> list[str]:
    """Collects what the session sends from now on."""
    sent: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *args: sent.append(args[2]))
    return sent


def test_a_saved_service_is_read_back_whole(session: Session) -> None:
    counts = commands.save(session, SYSTEM, clinic())
    (view,) = queries.service_views(session, ["sal"])
    assert counts == commands.Counts(created=11)
    assert (view.id, view.service_id, view.organization.name) == ("sal", "svc", "Eno River Helpers")
    assert view.location and view.location.address
    assert view.location.address.line == "1 Main Street, Durham, NC 27701"
    assert [phone.number for phone in view.phones] == ["919-555-0101", "919-555-0102"]
    assert view.hours and view.hours.rules[0].opens_at == time(17)
    assert view.costs[0].amount == Decimal("20.00")
    assert view.areas[0].code == "27701"
    assert view.languages == ("es",)


def test_what_has_no_order_of_its_own_comes_in_one_that_reads_well(session: Session) -> None:
    commands.save(
        session,
        SYSTEM,
        [
            *clinic(),
            *(Language(id=id, service_id="svc", code=id) for id in ("ar", "en", "es-MX", "zh")),
            CostOption(id="a", service_id="svc", option="medicaid"),
            CostOption(id="z", service_id="svc", option="free"),
            CostOption(id="b", service_id="svc", amount=Decimal("5.00")),
        ],
    )
    (view,) = queries.service_views(session, ["sal"])
    assert view.languages == ("en", "es", "es-MX", "ar", "zh")
    assert [c.option for c in view.costs] == ["free", "sliding_scale", "medicaid", None]


def test_saving_the_same_again_changes_nothing_and_leaves_no_trace(session: Session) -> None:
    commands.save(session, SYSTEM, clinic())
    before = len(session.exec(select(OutboxMessage)).all())
    audited = len(session.exec(select(AuditEvent)).all())
    session.expire_all()
    assert commands.save(session, SYSTEM, clinic()) == commands.Counts(unchanged=11)
    assert len(session.exec(select(OutboxMessage)).all()) == before
    assert len(session.exec(select(AuditEvent)).all()) == audited


def test_an_update_keeps_the_old_value_and_tells_the_index_and_the_audit(session: Session) -> None:
    rows = clinic()
    commands.save(session, SYSTEM, rows)
    renamed = make.service(rows[0], id="svc", name="Night clinic")  # type: ignore[arg-type]
    assert commands.save(session, SYSTEM, [renamed]) == commands.Counts(updated=1)
    history = session.exec(select(Metadata).where(Metadata.last_action_type == "update")).one()
    assert (history.field_name, history.previous_value, history.replacement_value) == (
        "name",
        "Evening clinic",
        "Night clinic",
    )
    assert ("service", "svc") in outbox_ids(session)
    last = session.exec(select(AuditEvent).order_by(col(AuditEvent.sequence).desc())).first()
    assert last and (last.entity_type, last.entity_id) == ("service", "svc")


def test_a_child_that_moves_tells_both_parents(session: Session) -> None:
    org = make.organization(id="org")
    first, second = make.service(org, id="one"), make.service(org, id="two")
    number = make.phone(first, id="tel")
    commands.save(session, SYSTEM, [org, first, second, number])
    session.exec(select(OutboxMessage)).all()
    for message in session.exec(select(OutboxMessage)):
        session.delete(message)
    session.flush()
    commands.save(session, SYSTEM, [make.phone(second, id="tel")])
    assert outbox_ids(session) == {("service", "one"), ("service", "two")}


def test_a_row_twice_in_one_save_ends_with_its_last_value(session: Session) -> None:
    first, last = make.organization(id="org", name="A"), make.organization(id="org", name="B")
    assert commands.save(session, SYSTEM, [first, last]) == commands.Counts(created=1, updated=1)
    stored = session.get(Organization, "org")
    assert stored and stored.name == "B"


@pytest.mark.parametrize(
    ("entity", "key"),
    [
        ("organization", "org"),
        ("location", "loc"),
        ("service", "svc"),
        ("service_at_location", "sal"),
    ],
)
def test_every_record_knows_the_units_it_is_part_of(
    session: Session, entity: str, key: str
) -> None:
    commands.save(session, SYSTEM, clinic())
    assert "sal" in queries.units_of(session, entity, key)


def test_removing_a_service_names_its_units_and_takes_its_children(session: Session) -> None:
    commands.save(session, SYSTEM, clinic())
    commands.remove(session, SYSTEM, Service, "svc")
    assert ("unit", "sal") in outbox_ids(session)
    session.expire_all()
    assert session.get(ServiceAtLocation, "sal") is None
    assert session.get(Language, "lang") is None
    assert queries.service_views(session, ["sal", "svc"]) == []
    with pytest.raises(NotFound):
        commands.remove(session, SYSTEM, Service, "svc")


def test_a_service_without_a_place_is_a_unit_until_it_gets_one(session: Session) -> None:
    org = make.organization()
    ride = make.service(org, id="ride", name="Rides")
    commands.save(session, SYSTEM, [org, ride])
    (view,) = queries.service_views(session, ["ride"])
    assert view.location is None
    place = make.location()
    commands.save(session, SYSTEM, [place, make.at(ride, place, id="garage")])
    assert queries.service_views(session, ["ride"]) == []
    assert queries.units_of(session, "service_at_location", "garage") == ["garage", "ride"]


def test_walking_meets_every_unit_once_in_order(session: Session) -> None:
    org = make.organization()
    rows: list[DirectoryRow] = [org]
    for number in range(7):
        offered = make.service(org, id=f"s{number}")
        rows.append(offered)
        if number % 2:
            place = make.location()
            rows += [place, make.at(offered, place, id=f"p{number}")]
    commands.save(session, SYSTEM, rows)
    met = [view.id for batch in queries.walk(session, batch=2) for view in batch]
    assert met == ["p1", "p3", "p5", "s0", "s2", "s4", "s6"]
    assert queries.count_units(session) == 7


def test_the_number_of_statements_does_not_grow_with_the_rows(session: Session) -> None:
    org = make.organization()
    rows: list[DirectoryRow] = [org]
    for number in range(40):
        offered, place = make.service(org), make.location()
        rows += [offered, place, make.at(offered, place, id=f"u{number}"), make.phone(offered)]
        rows.append(make.weekly(place, "MO", time(9), time(17)))
    commands.save(session, SYSTEM, rows)
    counted = []
    for size in (1, 40):
        session.expunge_all()
        sent = statements(session)
        queries.service_views(session, [f"u{number}" for number in range(size)])
        counted.append(len(sent))
    assert counted[0] == counted[1] <= 25


def test_a_confidential_place_is_nowhere_to_be_found(session: Session) -> None:
    org = make.organization(id="org")
    shelter = make.location(id="loc", confidential=True, latitude=None, longitude=None)
    offered = make.service(org, id="svc", name="Shelter")
    hidden = make.address(shelter, address_1="9 Secret Lane")
    commands.save(session, SYSTEM, [org, shelter, offered, make.at(offered, shelter), hidden])
    (view,) = queries.service_detail(session, "svc")
    assert view.location is None
    assert "Secret" not in repr(view)
    assert queries.organization_detail(session, "org").services == ()
    with pytest.raises(NotFound):
        queries.location_detail(session, "loc")


def test_a_confidential_place_cannot_be_given_a_pin(session: Session) -> None:
    session.add(Location(confidential=True, latitude=36.0, longitude=-78.9))
    with pytest.raises(IntegrityError, match="confidential_has_no_pin"):
        session.flush()


@pytest.mark.parametrize("visibility", [Visibility.NETWORK, Visibility.RESTRICTED])
def test_what_is_not_public_is_not_found(session: Session, visibility: Visibility) -> None:
    org = make.organization()
    commands.save(session, SYSTEM, [org, make.service(org, id="svc", visibility=visibility)])
    with pytest.raises(NotFound):
        queries.service_detail(session, "svc")


def test_a_wait_needs_the_date_it_was_asked(session: Session) -> None:
    org = make.organization()
    session.add(org)
    session.add(make.service(org, wait_days=30))
    with pytest.raises(IntegrityError, match="wait_has_the_date_it_was_asked"):
        session.flush()


def test_location_and_organization_list_their_services(session: Session) -> None:
    commands.save(session, SYSTEM, clinic())
    assert [v.id for v in queries.location_detail(session, "loc").services] == ["sal"]
    detail = queries.organization_detail(session, "org")
    assert [v.id for v in detail.services] == ["sal"]
    assert detail.organization.name == "Eno River Helpers"


def test_hours_of_the_service_win_over_those_of_the_building(session: Session) -> None:
    rows = clinic()
    building = make.weekly(rows[1], "MO,TU,WE,TH,FR", time(8), time(22))
    closed = ScheduleException(
        id="ex", location_id="loc", starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 1)
    )
    calendar = ScheduleException(id="hol", service_id="svc", holiday_calendar="US-NC")
    commands.save(session, SYSTEM, [*rows, building, closed, calendar])
    (view,) = queries.service_views(session, ["sal"])
    assert view.hours
    assert [rule.byday for rule in view.hours.rules] == ["TU,TH"]
    assert view.hours.exceptions[0].starts_on == date(2026, 12, 1)
    assert view.hours.holidays == "US-NC"


def test_words_alone_leave_the_hours_unknown(session: Session) -> None:
    rows = [row for row in clinic() if row.__tablename__ != "schedule"]
    words = make.weekly(rows[2], "", time(9), time(17), freq=None, description="Call first")
    commands.save(session, SYSTEM, [*rows, words])
    (view,) = queries.service_views(session, ["sal"])
    assert view.hours is None
    assert view.schedule_notes == ("Call first",)


def test_terms_come_with_names_in_both_languages_and_their_crosswalk(session: Session) -> None:
    rows = [
        Taxonomy(id="tax", name="handrail/category"),
        TaxonomyTerm(id="term", taxonomy_id="tax", code="food", name="Food"),
        Translation(
            id="tr",
            resource_type="taxonomy_term",
            resource_id="term",
            field_name="name",
            language="es",
            text="Comida",
        ),
        TermCrosswalk(
            id="x", taxonomy_term_id="term", scheme="open-eligibility", identifier="1102"
        ),
        Attribute(id="a", link_entity="service", link_id="svc", taxonomy_term_id="term"),
    ]
    commands.save(session, SYSTEM, [*clinic(), *rows])
    (term,) = queries.terms(session, "handrail/category")
    assert (term.name("es"), term.name("fr")) == ("Comida", "Food")
    assert term.crosswalk == (("open-eligibility", "1102"),)
    (view,) = queries.service_views(session, ["sal"])
    assert view.codes("handrail/category") == ("food",)
    assert queries.units_of(session, "taxonomy_term", "term") == ["sal", "svc"]
