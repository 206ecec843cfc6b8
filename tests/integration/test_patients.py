"""Patient records on both databases: who may, what is kept, what is never shown."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from accounts import commands as accounts
from accounts.identity import actor_of
from accounts.models import NetworkOrganization, OrganizationKind, Role
from core.actor import SYSTEM, Actor
from core.audit import AuditEvent
from core.clock import frozen, now
from core.crypto import Keyring
from core.db import Base
from core.errors import Conflict, Forbidden, Invalid, NotFound
from patients import caring, commands, lifecycle, queries
from patients.forms import (
    ConsentForm,
    ContactForm,
    NeedForm,
    PatientForm,
    RelatedPersonForm,
    TimeForm,
    parse,
)
from patients.models import (
    Assignment,
    AssignmentKind,
    LoopConfirmation,
    NeedStatus,
    Patient,
    PatientNameToken,
)
from patients.sealing import Vault

OLD = Keyring({"k1": b"1" * 32}, "k1", b"i" * 32)
BOTH = Keyring({"k2": b"2" * 32, "k1": b"1" * 32}, "k2", b"i" * 32)
VAULT = Vault(OLD)
MARIA = {
    "name": "María José Hernández",
    "preferred_name": "Pepa",
    "birth_date": "1961-04-09",
    "address": "12 Canary Lane, Durham",
    "postal_code": "27701",
    "languages": ["es"],
    "interpreter": True,
    "insurance": ["medicaid"],
    "notes": "Canarytext about her week",
}


@dataclass
class Town:
    """Two coordinating organizations and a partner, with somebody in each role that matters."""

    clinic: NetworkOrganization
    pantry: NetworkOrganization
    coordinator: Actor
    colleague: Actor
    supervisor: Actor
    stranger: Actor
    partner: Actor


def somebody(session: Session, of: NetworkOrganization, role: Role, name: str) -> Actor:
    user = accounts.create_user(
        session,
        SYSTEM,
        email=f"{name.lower()}@example.org",
        name=name,
        password=None,
        organization_id=of.id,
        role=role,
    )
    return actor_of(session, user, via="session", address="192.0.2.1")


@pytest.fixture
def town(session: Session) -> Town:
    kinds = OrganizationKind
    clinic = accounts.create_organization(session, SYSTEM, "Clinic", kinds.COORDINATING)
    other = accounts.create_organization(session, SYSTEM, "Other clinic", kinds.COORDINATING)
    pantry = accounts.create_organization(session, SYSTEM, "Pantry", kinds.PARTNER)
    return Town(
        clinic,
        pantry,
        somebody(session, clinic, Role.COORDINATOR, "Ana"),
        somebody(session, clinic, Role.COORDINATOR, "Bo"),
        somebody(session, clinic, Role.SUPERVISOR, "Cleo"),
        somebody(session, other, Role.COORDINATOR, "Dan"),
        somebody(session, pantry, Role.PARTNER, "Eva"),
    )


def admit(session: Session, town: Town, **values: Any) -> Patient:
    form = parse(PatientForm, {**MARIA, **values})
    return commands.create_patient(session, town.coordinator, VAULT, town.clinic.id, form)


def opened(session: Session, town: Town, patient: Patient) -> Any:
    return queries.patient_record(session, town.coordinator, VAULT, patient.id)


def test_a_record_comes_back_as_it_was_written(session: Session, town: Town) -> None:
    found = opened(session, town, admit(session, town, pin=[35.99, -78.9]))
    assert found.summary.name == "María José Hernández"
    assert found.summary.birth_date == date(1961, 4, 9)
    assert found.pin == (35.99, -78.9)
    assert (found.interpreter, found.insurance) == (True, ("medicaid",))
    assert found.summary.coordinator_id == town.coordinator.id


def test_nothing_identifying_stands_in_the_database_in_clear(session: Session, town: Town) -> None:
    patient = admit(session, town)
    contact = ContactForm(system="phone", value="919-555-0142")
    commands.set_contacts(session, town.coordinator, VAULT, patient.id, [contact])
    person = RelatedPersonForm(name="Canaryperson", relationship="spouse", phone="919-555-0143")
    commands.add_related_person(session, town.coordinator, VAULT, patient.id, person)
    need = NeedForm(category="respite", words="Canaryneed")
    caring.open_need(session, town.coordinator, VAULT, patient.id, need)
    everything = []
    for table in Base.metadata.sorted_tables:
        everything += [repr(row) for row in session.connection().execute(table.select())]
    stored = "\n".join(everything)
    for secret in ("Hern", "Pepa", "Canary", "555-0142", "555-0143", "5550142"):
        assert secret not in stored
    # Four digits alone stand in many a hash; the year would stand by itself or in a date.
    assert re.search(r"(?<!\w)1961(?!\w)|19610409", stored) is None


def test_strangers_partners_and_supervisors_do_not_open_records(
    session: Session, town: Town
) -> None:
    patient = admit(session, town)
    for actor in (town.stranger, town.partner):
        with pytest.raises(NotFound):
            queries.patient_record(session, actor, VAULT, patient.id)
        with pytest.raises(NotFound):
            commands.set_times(session, actor, VAULT, patient.id, [])
        with pytest.raises(NotFound):
            queries.patients(session, actor, VAULT, town.clinic.id)
    with pytest.raises(Forbidden):
        queries.patient_record(session, town.supervisor, VAULT, patient.id)


def test_every_read_and_write_is_audited_without_what_it_held(session: Session, town: Town) -> None:
    patient = admit(session, town)
    opened(session, town, patient)
    events = session.exec(select(AuditEvent).where(AuditEvent.entity_id == patient.id)).all()
    assert [event.action for event in events] == ["patient.create", "patient.read"]
    assert all(event.organization_id == town.clinic.id for event in events)
    assert "name" in events[0].fields["fields"]
    assert "Hern" not in repr([event.fields for event in events])


def test_an_update_needs_the_version_that_was_seen(session: Session, town: Town) -> None:
    patient = admit(session, town)
    form = parse(PatientForm, {**MARIA, "notes": "New"})
    commands.update_patient(session, town.colleague, VAULT, patient.id, form, version=1)
    with pytest.raises(Conflict):
        commands.update_patient(session, town.coordinator, VAULT, patient.id, form, version=1)
    last = session.exec(select(AuditEvent).order_by(col(AuditEvent.id).desc())).first()
    assert last and last.fields["fields"] == ["notes"]


@pytest.mark.parametrize("asked", ["hernandez", "HERNÁNDEZ", "ernandes", "pepa", "maria hernandez"])
def test_names_are_found_by_word_and_by_sound(session: Session, town: Town, asked: str) -> None:
    admit(session, town)
    admit(session, town, name="Zoë Quinn", preferred_name=None)
    found = queries.patients(session, town.coordinator, VAULT, town.clinic.id, text=asked)
    assert [line.name for line in found.items] == ["María José Hernández"]


@pytest.mark.parametrize("asked", ["quinn", "maria quinn", "x"])
def test_other_names_are_not_found(session: Session, town: Town, asked: str) -> None:
    admit(session, town)
    found = queries.patients(session, town.coordinator, VAULT, town.clinic.id, text=asked)
    assert found.total == 0


@pytest.mark.parametrize(
    ("name", "born", "warned"),
    [
        ("Maria Jose Hernandes", None, True),
        ("Maria Ernandez", None, True),
        ("Maria Lopez", None, False),
        ("Maria Lopez", "1961-04-09", True),
        ("Zoe Quinn", "1961-04-09", False),
    ],
)
def test_near_matches_warn_before_a_duplicate(
    session: Session, town: Town, name: str, born: str | None, warned: bool
) -> None:
    admit(session, town)
    day = date.fromisoformat(born) if born else None
    found = queries.near_matches(session, town.coordinator, VAULT, town.clinic.id, name, day)
    assert bool(found) is warned


def test_the_list_takes_a_constant_number_of_statements(session: Session, town: Town) -> None:
    from tests.integration.test_directory import statements

    counted = []
    for more in (1, 15):
        for number in range(more):
            admit(session, town, name=f"Person Number{number}")
        session.expunge_all()
        sent = statements(session)
        queries.patients(session, town.coordinator, VAULT, town.clinic.id, mine=True)
        counted.append(len(sent))
    assert counted[0] == counted[1]


def test_needs_are_opened_closed_confirmed_and_disputed(session: Session, town: Town) -> None:
    patient = admit(session, town)
    person = RelatedPersonForm(name="Luis", relationship="spouse", is_caregiver=True)
    luis = commands.add_related_person(session, town.coordinator, VAULT, patient.id, person)
    form = NeedForm(category="respite", words="One afternoon", related_person_id=luis.id)
    need = caring.open_need(session, town.coordinator, VAULT, patient.id, form)
    with pytest.raises(Conflict):
        caring.confirm_need(
            session, town.coordinator, need.id, LoopConfirmation.BY_PATIENT, version=1
        )
    caring.set_need_status(session, town.coordinator, need.id, NeedStatus.MET, version=1)
    with pytest.raises(Conflict):
        caring.set_need_status(session, town.coordinator, need.id, NeedStatus.UNMET, version=1)
    caring.confirm_need(session, town.coordinator, need.id, LoopConfirmation.DISPUTED, version=2)
    (view,) = opened(session, town, patient).needs
    assert (view.status, view.loop_confirmation, view.closed_at) == ("open", "disputed", None)
    assert view.subject and view.subject.name == "Luis"
    with pytest.raises(NotFound):
        caring.set_need_status(session, town.stranger, need.id, NeedStatus.MET, version=3)


def consent(town: Town, **values: Any) -> ConsentForm:
    given = {"partners": [town.pantry.id], "data_categories": ["name", "contact"]}
    return parse(ConsentForm, {**given, "given_how": "verbal", **values})


def test_a_consent_covers_this_partner_these_fields_and_these_days(
    session: Session, town: Town
) -> None:
    patient = admit(session, town)
    today = now().date()
    form = consent(town, valid_until=(today + timedelta(days=30)).isoformat())
    given = caring.give_consent(session, town.coordinator, VAULT, patient.id, form)

    def covered(*fields: str, partner: str = town.pantry.id, restricted: str | None = None) -> bool:
        found = caring.covering_consent(session, patient.id, partner, fields, restricted=restricted)
        return found is not None

    assert covered("name") and covered("name", "contact")
    assert not covered("name", "address")
    assert not covered("name", partner=town.clinic.id)
    assert not covered("name", restricted="violence")
    with frozen(now() + timedelta(days=31)):
        assert not covered("name")
    caring.revoke_consent(session, town.coordinator, given.id)
    assert not covered("name")


def test_a_restricted_category_needs_its_own_consent(session: Session, town: Town) -> None:
    patient = admit(session, town)
    form = consent(town, restricted="violence")
    caring.give_consent(session, town.coordinator, VAULT, patient.id, form)
    assert caring.covering_consent(session, patient.id, town.pantry.id, ["name"]) is None
    assert caring.covering_consent(
        session, patient.id, town.pantry.id, ["name"], restricted="violence"
    )


def test_only_a_proxy_of_this_patient_consents_for_them(session: Session, town: Town) -> None:
    patient, other = admit(session, town), admit(session, town, name="Zoe Quinn")
    add = commands.add_related_person
    friend = add(
        session,
        town.coordinator,
        VAULT,
        patient.id,
        RelatedPersonForm(name="Friend", relationship="friend"),
    )
    proxy = add(
        session,
        town.coordinator,
        VAULT,
        other.id,
        RelatedPersonForm(name="Proxy", relationship="son", is_proxy=True),
    )
    for person in (friend, proxy):
        form = consent(town, given_by="proxy", related_person_id=person.id)
        with pytest.raises(Invalid):
            caring.give_consent(session, town.coordinator, VAULT, patient.id, form)


def test_a_consent_names_partners_of_the_network(session: Session, town: Town) -> None:
    patient = admit(session, town)
    with pytest.raises(Invalid) as caught:
        caring.give_consent(
            session, town.coordinator, VAULT, patient.id, consent(town, partners=[town.clinic.id])
        )
    assert caught.value.parameter == "partners"


def test_caseloads_are_assigned_covered_and_handed_over(session: Session, town: Town) -> None:
    patients = [admit(session, town), admit(session, town, name="Zoe Quinn")]
    tomorrow = now() + timedelta(days=1)
    caring.assign(
        session,
        town.supervisor,
        patients[0].id,
        town.colleague.id,
        AssignmentKind.COVER,
        until=tomorrow,
    )

    def held(actor: Actor) -> int:
        return queries.patients(session, actor, VAULT, town.clinic.id, mine=True).total

    assert (held(town.coordinator), held(town.colleague)) == (2, 1)
    with frozen(tomorrow + timedelta(hours=1)):
        assert held(town.colleague) == 0
    moved = caring.hand_over(
        session, town.supervisor, town.clinic.id, town.coordinator.id, town.colleague.id
    )
    assert (moved, held(town.coordinator), held(town.colleague)) == (2, 0, 2)
    with pytest.raises(Forbidden):
        caring.hand_over(
            session, town.coordinator, town.clinic.id, town.colleague.id, town.coordinator.id
        )
    with pytest.raises(NotFound):
        caring.assign(
            session, town.supervisor, patients[0].id, town.stranger.id, AssignmentKind.PRIMARY
        )
    primary = select(Assignment).where(
        Assignment.kind == AssignmentKind.PRIMARY, col(Assignment.ended_at).is_(None)
    )
    assert len(session.exec(primary).all()) == 2


def test_merging_moves_everything_and_closes_the_duplicate(session: Session, town: Town) -> None:
    first, second = admit(session, town), admit(session, town, name="Maria Hernandez")
    need = NeedForm(category="food")
    caring.open_need(session, town.coordinator, VAULT, second.id, need)
    lifecycle.merge(session, town.coordinator, second.id, first.id)
    session.expire_all()
    assert len(opened(session, town, first).needs) == 1
    assert queries.patients(session, town.coordinator, VAULT, town.clinic.id).total == 1
    with pytest.raises(NotFound, match="merged"):
        commands.set_times(session, town.coordinator, VAULT, second.id, [])
    with pytest.raises(Invalid):
        lifecycle.merge(session, town.coordinator, first.id, first.id)


def test_erasing_forgets_the_person_and_keeps_the_numbers_and_the_audit(
    session: Session, town: Town
) -> None:
    patient = admit(session, town)
    person = RelatedPersonForm(name="Luis", relationship="spouse", is_proxy=True)
    luis = commands.add_related_person(session, town.coordinator, VAULT, patient.id, person)
    form = NeedForm(category="respite", words="Canaryneed", related_person_id=luis.id)
    caring.open_need(session, town.coordinator, VAULT, patient.id, form)
    given = consent(town, given_by="proxy", related_person_id=luis.id)
    caring.give_consent(session, town.coordinator, VAULT, patient.id, given)
    lifecycle.erase(session, town.coordinator, patient.id)
    session.expire_all()
    found = opened(session, town, patient)
    assert (found.summary.name, found.address, found.notes) == ("(erased)", None, None)
    assert [(need.category, need.words) for need in found.needs] == [("respite", None)]
    tokens = select(PatientNameToken).where(PatientNameToken.patient_id == patient.id)
    assert session.exec(tokens).all() == []
    actions = session.exec(select(AuditEvent.action)).all()
    assert "patient.erase" in actions and "patient.create" in actions
    with pytest.raises(NotFound):
        lifecycle.erase(session, town.coordinator, patient.id)


def test_an_export_holds_the_whole_record_and_is_audited(session: Session, town: Town) -> None:
    patient = admit(session, town)
    window = TimeForm(kind="blocked", window="tue 08:00-12:00", reason="dialysis")  # type: ignore[arg-type]
    commands.set_times(session, town.coordinator, VAULT, patient.id, [window])
    told = lifecycle.export(session, town.coordinator, VAULT, patient.id)
    assert told["times"][0]["reason"] == "dialysis"
    actions = session.exec(select(AuditEvent.action)).all()
    assert "patient.export" in actions


def test_a_value_copied_into_another_record_does_not_open(session: Session, town: Town) -> None:
    first, second = admit(session, town), admit(session, town, name="Zoe Quinn")
    statement = text("UPDATE patient SET name_sealed = :stolen WHERE id = :id")
    session.connection().execute(statement, {"stolen": first.name_sealed, "id": second.id})
    session.expire_all()
    with pytest.raises(Exception, match="does not open"):
        opened(session, town, second)
