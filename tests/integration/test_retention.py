"""What is erased when, category by category, and that nothing else is."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from accounts import links, sessions, throttle
from accounts.models import LinkPurpose, LoginSession, User
from app import retention
from app.work import Upkeep
from core import audit
from core.audit import AuditEvent
from core.clock import frozen, now
from core.db import Database
from core.settings import RETENTION, Settings, SettingsError
from patients import caring, commands, lifecycle
from patients.forms import NeedForm, PatientForm
from patients.models import NeedStatus, Patient
from patients.sealing import Vault
from tests.support.engines import CannedEngine
from tests.support.network_town import Town, actor, settle

DEMO = Settings.from_env({"HANDRAIL_DEMO": "1"})
VAULT = Vault(DEMO.keyring())
START = datetime.fromisoformat("2026-01-10T12:00:00+00:00")
LATER = START + timedelta(days=RETENTION["patients"] + 1)


@pytest.fixture
def town(database: Database) -> Town:
    """The town as it was settled long ago."""
    with frozen(START), database.write() as session:
        return settle(session, DEMO)


def erased(database: Database, *, dry_run: bool = False) -> dict[str, int]:
    return {
        outcome.category: outcome.count
        for outcome in retention.run(database, RETENTION, dry_run=dry_run)
    }


def admit(database: Database, town: Town, name: str) -> str:
    with database.write() as session:
        ana = actor(session, town.people["clinic.coordinator"])
        of = town.organizations["clinic"].id
        form = PatientForm(name=name)
        return commands.create_patient(session, ana, VAULT, of, form).id


def is_erased(database: Database, patient_id: str) -> bool:
    with database.read() as session:
        return session.get_one(Patient, patient_id).erased_at is not None


def test_a_dormant_patient_is_erased_by_the_system_and_the_trail_says_so(
    database: Database, town: Town
) -> None:
    with frozen(START):
        dormant = admit(database, town, "Zoe Dormant")
    with frozen(LATER - timedelta(days=30)):
        recent = admit(database, town, "Zoe Recent")
    with frozen(LATER):
        assert erased(database, dry_run=True)["patients"] == 1
        assert not is_erased(database, dormant)
        assert erased(database)["patients"] == 1
        assert erased(database)["patients"] == 0
    assert is_erased(database, dormant)
    assert not is_erased(database, recent)
    assert not is_erased(database, town.ids["patient_id"])  # has an open need
    with database.read() as session:
        (row,) = session.exec(select(AuditEvent).where(AuditEvent.action == "patient.erase"))
        assert (row.actor_id, row.entity_id) == ("system", dormant)
        assert row.organization_id == town.organizations["clinic"].id
        assert list(audit.verify(session)) == []


def test_a_need_that_ended_lately_keeps_the_record(database: Database, town: Town) -> None:
    with frozen(START):
        patient = admit(database, town, "Zoe Helped")
    with frozen(LATER - timedelta(days=9)), database.write() as session:
        ana = actor(session, town.people["clinic.coordinator"])
        need = caring.open_need(session, ana, VAULT, patient, NeedForm(category="food"))
        caring.set_need_status(session, ana, need.id, NeedStatus.MET, version=1)
        session.get_one(Patient, patient).updated_at = START
    with frozen(LATER):
        assert erased(database)["patients"] == 0


def test_a_merged_duplicate_is_kept_for_a_year(database: Database, town: Town) -> None:
    with frozen(START):
        twin = admit(database, town, "Canary Patientt")
        with database.write() as session:
            ana = actor(session, town.people["clinic.coordinator"])
            lifecycle.merge(session, ana, twin, town.ids["patient_id"])
    with frozen(START + timedelta(days=364)):
        assert erased(database)["duplicates"] == 0
    with frozen(START + timedelta(days=366)):
        assert erased(database)["duplicates"] == 1
    assert is_erased(database, twin)


def test_credentials_that_are_over_are_forgotten_and_counted(
    database: Database, town: Town
) -> None:
    with frozen(START), database.write() as session:
        links.issue(session, LinkPurpose.PASSWORD_RESET, "a@example.org", created_by="x")
        throttle.take(session, "sign_in", "a@example.org", throttle.PASSWORD_RESET)
    with frozen(START + timedelta(days=1)):
        assert erased(database)["sessions"] == 0
    fresh = START + timedelta(days=95)
    with frozen(fresh), database.write() as session:
        user = session.get_one(User, town.people["clinic.admin"].user.id)
        sessions.start(session, user, second_factor_done=True)
    with frozen(fresh):
        done = erased(database)
    assert done["sessions"] == len(town.people)
    assert done["links"] == 1
    assert done["throttles"] == 1
    with database.read() as session:
        assert len(session.exec(select(LoginSession)).all()) == 1
        rows = session.exec(select(AuditEvent).where(col(AuditEvent.action) == "retention.erase"))
        assert {row.entity_type: row.fields["count"] for row in rows}["links"] == 1


def test_a_key_goes_a_while_after_it_expired(database: Database, town: Town) -> None:
    with frozen(START + timedelta(days=7 + RETENTION["keys"])):
        assert erased(database)["keys"] == 0
    with frozen(START + timedelta(days=9 + RETENTION["keys"])):
        assert erased(database)["keys"] == 1


def test_zero_days_keep_it_for_ever(database: Database, town: Town) -> None:
    with frozen(LATER + timedelta(days=10_000)):
        for outcome in retention.run(database, dict.fromkeys(RETENTION, 0), dry_run=False):
            assert outcome.count == 0


def test_the_worker_does_it_once_a_day(sqlite_database: Database, settings: Settings) -> None:
    upkeep = Upkeep(sqlite_database, CannedEngine(), settings)
    with sqlite_database.write() as session, frozen(now() - timedelta(days=9)):
        throttle.take(session, "sign_in", "a", throttle.PASSWORD_RESET)
    upkeep()
    assert erased(sqlite_database, dry_run=True)["throttles"] == 0
    with sqlite_database.write() as session, frozen(now() - timedelta(days=9)):
        throttle.take(session, "sign_in", "a", throttle.PASSWORD_RESET)
    upkeep()
    assert erased(sqlite_database, dry_run=True)["throttles"] == 1
    with frozen(now() + timedelta(days=1, minutes=1)):
        upkeep()
    assert erased(sqlite_database, dry_run=True)["throttles"] == 0


@pytest.mark.parametrize(
    "text", ['{"patient": 5}', '{"patients": -1}', '{"patients": true}', '{"patients": "5"}', "[]"]
)
def test_a_wrong_period_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(SettingsError, match="HANDRAIL_RETENTION must be"):
        Settings.from_env({"HANDRAIL_RETENTION": text})


def test_a_named_period_leaves_the_others(settings: Settings) -> None:
    chosen = Settings.from_env({"HANDRAIL_RETENTION": '{"patients": 10}'})
    assert chosen.retention == {**RETENTION, "patients": 10}
