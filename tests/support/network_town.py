"""Two clinics and a pantry with somebody in every role, and what belongs to the first clinic."""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session

from accounts import commands as accounts
from accounts import keys, sessions
from accounts.browser import CSRF_HEADER, cookie_name, csrf_token
from accounts.identity import actor_of
from accounts.models import NetworkOrganization, OrganizationKind, Role, User
from accounts.tokens import digest
from core.access import EVERY_ROLE
from core.actor import SYSTEM, Actor
from core.clock import now
from core.settings import Settings
from directory.models import Organization, Service
from patients import caring, commands, packets
from patients.forms import ConsentForm, NeedForm, PatientForm, RelatedPersonForm, parse
from patients.sealing import Vault
from referrals.commands import draft
from referrals.drafting import Target

SERVICE = "svc-pantry"
PASSWORD = "river lantern orchid"
KINDS = {
    "clinic": OrganizationKind.COORDINATING,
    "other": OrganizationKind.COORDINATING,
    "pantry": OrganizationKind.PARTNER,
}


@dataclass
class Person:
    """Somebody with one role in one organization, with a cookie that is signed in."""

    user: User
    role: str
    organization: str
    headers: dict[str, str]


@dataclass
class Town:
    """`people` by "organization.role"; `ids` are records of the first clinic, by parameter name."""

    people: dict[str, Person] = field(default_factory=dict)
    organizations: dict[str, NetworkOrganization] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


def settle(session: Session, settings: Settings) -> Town:
    """Fill the database; everything is real but the passwords, which are all the same."""
    town = Town()
    for name, kind in KINDS.items():
        of = accounts.create_organization(session, SYSTEM, f"The {name}", kind)
        town.organizations[name] = of
        for role in EVERY_ROLE:
            if Role(role) in accounts.ROLES[kind]:
                town.people[f"{name}.{role}"] = _person(session, settings, name, of, role)
    _list(session, town.organizations["pantry"])
    _records(session, settings, town)
    return town


def actor(session: Session, person: Person) -> Actor:
    """The person as the actor of a command."""
    return actor_of(session, person.user, via="session")


def signed_in(session: Session, settings: Settings, user: User) -> dict[str, str]:
    """Headers of a browser in which the user has signed in."""
    token = sessions.start(session, user, second_factor_done=True)
    return {
        "cookie": f"{cookie_name(https=settings.https)}={token}",
        CSRF_HEADER: csrf_token(settings.secret_key, digest(token)),
    }


def _person(
    session: Session, settings: Settings, name: str, of: NetworkOrganization, role: str
) -> Person:
    user = accounts.create_user(
        session,
        SYSTEM,
        email=f"{role}@{name}.example.org",
        name=f"{role} of {name}".title(),
        password=PASSWORD if role == "coordinator" else None,
        organization_id=of.id,
        role=Role(role),
    )
    return Person(user, role, name, signed_in(session, settings, user))


def _list(session: Session, pantry: NetworkOrganization) -> None:
    """The pantry in the directory, with a service that takes referrals."""
    listed = Organization(id="org-pantry", name=pantry.name)
    session.add(listed)
    session.flush()
    service = Service(id=SERVICE, organization_id=listed.id, name="Boxes", accepts_referrals=True)
    pantry.directory_organization_id = listed.id
    session.add_all([service, pantry])
    session.flush()


def _records(session: Session, settings: Settings, town: Town) -> None:
    vault = Vault(settings.keyring())
    clinic, pantry = town.organizations["clinic"], town.organizations["pantry"]
    coordinator = actor(session, town.people["clinic.coordinator"])
    form = parse(PatientForm, {"name": "Canary Patient", "birth_date": "1961-04-09"})
    patient = commands.create_patient(session, coordinator, vault, clinic.id, form)
    person = RelatedPersonForm(name="Canary Spouse", relationship="spouse", is_proxy=True)
    related = commands.add_related_person(session, coordinator, vault, patient.id, person)
    need = caring.open_need(session, coordinator, vault, patient.id, NeedForm(category="food"))
    given = {"partners": [pantry.id], "data_categories": ["name"], "given_how": "verbal"}
    consent = caring.give_consent(
        session, coordinator, vault, patient.id, parse(ConsentForm, given)
    )
    referral = draft(session, coordinator, need_id=need.id, target=Target(SERVICE), fields=["name"])
    packet = packets.make(
        session, coordinator, need.id, [(SERVICE, None)], language="en", secret=settings.secret_key
    )
    key, _ = keys.create(
        session,
        coordinator,
        organization_id=clinic.id,
        name="Night job",
        scopes=["patients:read"],
        expires_on=now().date() + timedelta(days=7),
    )
    town.ids = {
        "organization_id": clinic.id,
        "user_id": town.people["clinic.supervisor"].user.id,
        "patient_id": patient.id,
        "person_id": related.id,
        "need_id": need.id,
        "consent_id": consent.id,
        "key_id": key.id,
        "referral_id": referral.id,
        "packet_id": packet.id,
        "service_id": "svc-nobodys",
        "section": "notes",
    }
