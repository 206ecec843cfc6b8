"""The demonstration's people: who they are, how they sign in, and that they are made once."""

import json
import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, func, select

from accounts import keys
from accounts.models import ApiKey, Membership, NetworkOrganization, OrganizationKind, User
from accounts.signing_in import sign_in
from app import demo, demo_people
from core import audit
from core.db import Database
from core.settings import Settings
from directory.models import Organization
from patients import queries
from patients.models import Assignment, AssignmentKind, Consent, Need, Patient
from patients.sealing import Vault
from seed_data import load
from seed_data.people import network
from seed_data.people.patients import cases

TABLES = (NetworkOrganization, User, Membership, ApiKey, Patient, Need, Consent, Assignment)
Made = tuple[Settings, Database]


def nothing(_words: str) -> None:
    """Says nothing."""


@pytest.fixture(scope="module")
def _settled(
    _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory, slow_hasher: None
) -> Path:
    home = tmp_path_factory.mktemp("people")
    shutil.copyfile(_sqlite_template, home / "handrail.db")
    settings = Settings.from_env({"HANDRAIL_HOME": str(home), "HANDRAIL_DEMO": "1"})
    database = Database(settings.database_url)
    load.load(database)
    demo_people.settle(settings, database, nothing)
    database.close()
    return home


@pytest.fixture
def made(_settled: Path, tmp_path: Path, open_database: Callable[[str], Database]) -> Made:
    """Settings and database of a demonstration with its people, for this test alone."""
    shutil.copytree(_settled, tmp_path / "home")
    settings = Settings.from_env({"HANDRAIL_HOME": str(tmp_path / "home"), "HANDRAIL_DEMO": "1"})
    return settings, open_database(settings.database_url)


def credentials(settings: Settings) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(
        demo_people.credentials_path(settings).read_text()
    )
    return found


def counts(database: Database) -> list[int]:
    with database.read() as session:
        return [session.exec(select(func.count()).select_from(table)).one() for table in TABLES]


def test_the_file_has_one_person_for_each_role_and_only_its_owner_reads_it(made: Made) -> None:
    settings, _ = made
    found = credentials(settings)
    assert set(found) == {"coordinator", "partner", "supervisor", "curator", "admin"}
    assert all(set(entry) == {"email", "password", "api_key"} for entry in found.values())
    for path in (demo_people.credentials_path(settings), demo_people.people_path(settings)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert demo_people.credentials_path(settings) == settings.home / "demo" / "credentials.json"


def test_everybody_in_the_file_signs_in_and_their_keys_work(made: Made) -> None:
    settings, database = made
    for role, entry in credentials(settings).items():
        welcome = sign_in(
            database, entry["email"], entry["password"], address="192.0.2.1", ask_second=False
        )
        with database.read() as session:
            holder = keys.find(session, entry["api_key"])
            assert holder is not None and holder.actor.id == welcome.user_id
            assert holder.actor.roles == {role}


def test_there_are_two_coordinating_and_four_partner_organizations_of_the_county(
    made: Made,
) -> None:
    """One of the partners has no accounts: it answers from mailed links."""
    _, database = made
    with database.read() as session:
        rows = session.exec(select(NetworkOrganization)).all()
        kinds = [row.kind for row in rows]
        assert kinds.count(OrganizationKind.COORDINATING) == 2
        assert kinds.count(OrganizationKind.PARTNER) == 4
        for row in rows:
            roles = set(
                session.exec(select(Membership.role).where(Membership.organization_id == row.id))
            )
            if row.kind is OrganizationKind.PARTNER:
                by_mail = row.name == "Sweetgum Community Pantry"
                assert roles == (set() if by_mail else {"partner", "supervisor", "admin"})
                listing = session.get_one(Organization, row.directory_organization_id)
                assert listing.name == row.name
            else:
                assert roles == {"coordinator", "supervisor", "curator", "admin"}


def test_a_dozen_patients_are_on_a_caseload_with_what_makes_their_days(made: Made) -> None:
    settings, database = made
    vault, seen = Vault(settings.keyring()), {}
    with database.write() as session:
        for key in ("loblolly", "cedar-fork"):
            actor = network.actor(session, f"coordinator@{key}.example.org")
            of = network.organization_id(key)
            page = queries.patients(session, actor, vault, of, mine=True, per_page=100)
            for found in page.items:
                seen[found.name] = queries.patient_record(session, actor, vault, found.id)
    assert len(seen) == len(cases()) == 12
    worker, dialysis = seen["Tomás Andamio"], seen["Opal Riverstone"]
    assert [time.window for time in worker.times if time.kind == "blocked"] == [
        "mon,tue,wed,thu,fri,sat 06:00-18:30"
    ]
    assert [time.window for time in dialysis.times if time.reason == "Dialysis"] == [
        "tue,thu,sat 06:00-12:00"
    ]
    needs = {need.category: need for need in seen["Walter Lanternwood"].needs}
    respite = needs["respite"]
    assert respite.subject is not None and respite.subject.relationship == "spouse"
    assert any(need.restricted for record in seen.values() for need in record.needs)
    assert sum(consent.active for record in seen.values() for consent in record.consents) >= 5
    with database.read() as session:
        cover = select(Assignment).where(col(Assignment.kind) == AssignmentKind.COVER)
        assert len(session.exec(cover).all()) == 1
        assert list(audit.verify(session)) == []


def test_the_next_start_changes_nothing(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, database = made
    before, rows = demo_people.people_path(settings).read_bytes(), counts(database)
    # Hashing a password takes long on purpose; a warm start must not.
    monkeypatch.setattr("accounts.passwords.hashed", lambda _: pytest.fail("hashed a password"))
    demo_people.settle(settings, database, nothing)
    assert demo_people.people_path(settings).read_bytes() == before
    assert counts(database) == rows


def test_a_lost_file_is_made_again_with_passwords_that_work(made: Made) -> None:
    settings, database = made
    people = counts(database)[1]
    demo_people.credentials_path(settings).unlink()
    demo_people.settle(settings, database, nothing)
    entry = credentials(settings)["admin"]
    assert sign_in(database, entry["email"], entry["password"], address="", ask_second=False)
    assert counts(database)[1] == people


def test_the_greeting_says_how_to_sign_in_and_shows_no_key(made: Made) -> None:
    settings, _ = made
    said = demo.greeting(settings)
    for entry in credentials(settings).values():
        assert entry["email"] in said and entry["password"] in said
        assert entry["api_key"] not in said


def test_names_and_addresses_are_plainly_invented() -> None:
    def texts(value: Any) -> list[str]:
        if isinstance(value, dict):
            return [text for item in value.values() for text in texts(item)]
        if isinstance(value, list):
            return [text for item in value for text in texts(item)]
        return [value] if isinstance(value, str) else []

    for case in cases():
        for contact in case.contacts:
            if contact["system"] == "phone":
                assert re.fullmatch(r"919-555-01\d\d", contact["value"])
        assert not any("@" in text for text in texts(case.form))
