"""Corrections to a listing by those who run the service, on both databases."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session, col, select

from accounts import commands as accounts
from accounts import listings
from accounts.models import NetworkOrganization, OrganizationKind, Role
from core.actor import SYSTEM, Actor
from core.audit import AuditEvent
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.outbox import OutboxMessage
from directory.corrections import standing
from directory.models import (
    Metadata,
    Organization,
    Phone,
    ProposalStatus,
    RequiredDocument,
    Schedule,
    ScheduleException,
    Service,
)
from directory.proposals import CURATOR, OPEN_MAX, decide, proposals
from tests.support.county import CLINIC, CLINIC_PLACE, HELPERS, LINE, fill

CURATING = Actor("c", "Curator", roles=frozenset({CURATOR}), via="session")
EAST = "clinic-east-side"
EVENINGS = {"days": "MO,TU,WE,TH", "opens": "17:00", "closes": "21:00"}
SATURDAY = {"days": "SA", "opens": "09:00", "closes": "12:00"}


def belonging(of: NetworkOrganization, role: Role) -> Actor:
    member = frozenset({(of.id, role.value)})
    return Actor("p", "Pia", frozenset({role.value}), frozenset({of.id}), member, "session")


def joined(session: Session, listing: str | None, kind: OrganizationKind) -> NetworkOrganization:
    return accounts.create_organization(
        session, SYSTEM, "Somebody", kind, directory_organization_id=listing
    )


@pytest.fixture
def partner(session: Session) -> NetworkOrganization:
    fill(session)
    return joined(session, HELPERS, OrganizationKind.PARTNER)


@pytest.fixture
def staff(partner: NetworkOrganization) -> Iterator[Actor]:
    yield belonging(partner, Role.PARTNER)


def said(session: Session, name: str) -> Any:
    return standing(session, CLINIC).values[name]


def test_a_proposal_changes_nothing_until_a_curator_accepts_it(
    session: Session, partner: NetworkOrganization, staff: Actor
) -> None:
    changes = {
        "phone": "919-555-0199",
        "languages": ["es", "en"],
        "description": "Doctors after work.",
    }
    listings.correct(session, staff, partner.id, CLINIC, changes, note="We moved desks.")
    (found,) = proposals(session, CURATING).items
    assert {one.field for one in found.changes} == {
        "phone",
        "languages",
    }  # what is so already is not said
    assert (found.service_name, found.note) == ("Evening clinic", "We moved desks.")
    before = said(session, "phone")
    decide(session, CURATING, found.id, accept=True)
    assert before != said(session, "phone") == "919-555-0199"
    assert said(session, "languages") == ["en", "es"]
    assert session.get_one(Phone, "tel-clinic").description == "Appointments"
    with pytest.raises(Conflict):
        decide(session, CURATING, found.id, accept=False)


def test_a_proposal_that_is_declined_changes_nothing_and_says_why(
    session: Session, partner: NetworkOrganization, staff: Actor
) -> None:
    listings.correct(session, staff, partner.id, CLINIC, {"fees": "Free for everybody"})
    (found,) = proposals(session, CURATING).items
    decide(session, CURATING, found.id, accept=False, decision="Only on Mondays.")
    assert said(session, "fees") == ""
    (told,) = listings.own_proposals(session, staff, partner.id, [CLINIC])
    assert (told.status, told.decision) == (ProposalStatus.DECLINED, "Only on Mondays.")


def test_corrections_of_a_trusted_organization_hold_at_once_with_history_audit_and_index(
    session: Session, partner: NetworkOrganization, staff: Actor
) -> None:
    partner.trusted = True
    listings.correct(
        session, staff, partner.id, CLINIC, {"fees": "10 dollars"}, note="Also the sign."
    )
    assert said(session, "fees") == "10 dollars"
    history = select(Metadata).where(
        Metadata.resource_id == CLINIC, Metadata.updated_by == staff.id
    )
    assert [row.field_name for row in session.exec(history)] == ["fees_description"]
    payloads = [row.payload for row in session.exec(select(OutboxMessage))]
    assert {"entity": "service", "id": CLINIC} in payloads
    actions = set(session.exec(select(AuditEvent.action).where(AuditEvent.actor_id == staff.id)))
    assert actions == {"directory.correct", "directory.propose"}
    (words,) = proposals(session, CURATING).items  # somebody still reads the words
    assert (words.note, words.changes) == ("Also the sign.", ())


def test_hours_of_one_place_are_put_right_without_changing_those_of_others(
    session: Session, partner: NetworkOrganization, staff: Actor
) -> None:
    partner.trusted = True
    assert said(session, "hours")[CLINIC_PLACE] == [EVENINGS]  # those of the building
    for hours in ([EVENINGS, SATURDAY], [SATURDAY]):
        listings.correct(session, staff, partner.id, CLINIC, {"hours": {CLINIC_PLACE: hours}})
        found = said(session, "hours")
        assert sorted(found[CLINIC_PLACE], key=str) == sorted(hours, key=str)
        assert found[EAST] == []
    assert session.get_one(Schedule, "sch-main").byday == "MO,TU,WE,TH"  # the building's stay
    rows = session.exec(select(Schedule).where(Schedule.service_at_location_id == CLINIC_PLACE))
    assert len(rows.all()) == 1


def test_hours_that_are_more_than_a_week_are_left_to_words(
    session: Session, partner: NetworkOrganization, staff: Actor
) -> None:
    session.add(Schedule(service_at_location_id=EAST, description="First Saturdays, call ahead"))
    session.flush()
    assert EAST not in said(session, "hours")
    with pytest.raises(Invalid):
        listings.correct(session, staff, partner.id, CLINIC, {"hours": {"elsewhere": [SATURDAY]}})
    listings.correct(session, staff, partner.id, CLINIC, {}, note="Now second Saturdays")
    assert proposals(session, CURATING).total == 1


def test_documents_costs_and_a_closure(
    session: Session, partner: NetworkOrganization, staff: Actor
) -> None:
    partner.trusted = True
    day = now().date() + timedelta(days=3)
    closure = {"starts_on": f"{day}", "ends_on": f"{day}", "reason": "Painting"}
    changes = {"documents": ["photo-id", "A letter"], "cost": ["free"], "closure": closure}
    listings.correct(session, staff, partner.id, CLINIC, changes)
    assert sorted(said(session, "documents")) == ["A letter", "photo-id"]
    assert session.get_one(RequiredDocument, "doc-clinic")
    assert said(session, "cost") == ["free"]
    closed = select(ScheduleException).where(ScheduleException.service_id == CLINIC)
    (row,) = session.exec(closed)
    assert (row.starts_on, row.ends_on, row.closed, row.reason) == (day, day, True, "Painting")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("phone", "call us"), ("languages", ["English"]), ("cost", ["cheap"]),
        ("hours", {CLINIC_PLACE: [{"days": "XX", "opens": "09:00", "closes": "10:00"}]}),
        ("hours", {CLINIC_PLACE: [{"days": "MO", "opens": "09:00", "closes": "09:00"}]}),
        ("closure", {"starts_on": "2020-01-01", "ends_on": "2020-01-02"}),
        ("description", "x" * 4001), ("name", "Mine"), ("organization_id", "other"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_by_field(
    session: Session, partner: NetworkOrganization, staff: Actor, field: str, value: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        listings.correct(session, staff, partner.id, CLINIC, {field: value})
    assert list(refused.value.errors) == [field]


def test_nobody_speaks_for_a_listing_that_is_not_theirs(
    session: Session, partner: NetworkOrganization, staff: Actor
) -> None:
    session.add(Organization(id="foreign", name="Foreign"))
    session.flush()
    session.add(Service(id="foreign-service", organization_id="foreign", name="Foreign"))
    stranger = joined(session, "foreign", OrganizationKind.PARTNER)
    clinic = joined(session, None, OrganizationKind.COORDINATING)
    for who, of, service in (
        (staff, partner, "foreign-service"),
        (staff, stranger, "foreign-service"),
        (belonging(clinic, Role.ADMIN), clinic, CLINIC),
    ):
        with pytest.raises(NotFound):
            listings.correct(session, who, of.id, service, {"fees": "none"})
    with pytest.raises(Forbidden):
        listings.correct(session, belonging(partner, Role.SUPERVISOR), partner.id, CLINIC, {})
    with pytest.raises(Forbidden):
        proposals(session, staff)


def test_only_admins_of_coordinating_organizations_say_who_is_trusted(
    session: Session, partner: NetworkOrganization
) -> None:
    clinic = joined(session, None, OrganizationKind.COORDINATING)
    for who in (belonging(partner, Role.ADMIN), belonging(clinic, Role.COORDINATOR)):
        with pytest.raises(Forbidden):
            listings.set_trust(session, who, partner.id, trusted=True)
    with pytest.raises(NotFound):
        listings.set_trust(session, belonging(clinic, Role.ADMIN), clinic.id, trusted=True)
    listings.set_trust(session, belonging(clinic, Role.ADMIN), partner.id, trusted=True)
    assert partner.trusted
    trusts = select(AuditEvent).where(col(AuditEvent.action) == "organization.trust")
    assert [row.entity_id for row in session.exec(trusts)] == [partner.id]


def test_more_than_a_curator_can_read_is_not_taken(
    session: Session, partner: NetworkOrganization, staff: Actor
) -> None:
    for number in range(OPEN_MAX):
        listings.correct(session, staff, partner.id, LINE, {}, note=f"Thought {number}")
    with pytest.raises(Conflict):
        listings.correct(session, staff, partner.id, LINE, {}, note="One more")
