"""The `handrail` command, as somebody at a terminal meets it."""

from base64 import b64encode
from io import StringIO
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select

from accounts import second_factor
from accounts.commands import create_organization, create_user, reset_password
from accounts.models import OrganizationKind, Role, User
from app import checks, cli, migrating
from core.actor import SYSTEM
from core.audit import AuditEvent, record
from core.clock import frozen, now
from core.db import Database
from core.outbox import publish
from core.settings import Settings, get_settings
from directory import commands
from directory.models import Organization, Service
from tests.support.secrets import SECRETS

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    get_settings.cache_clear()
    folder = tmp_path / "home"
    monkeypatch.setenv("HANDRAIL_HOME", str(folder))
    return folder


def verdicts(settings: Settings) -> dict[str, str]:
    return {finding.name: finding.verdict for finding in checks.findings(settings)}


def test_help_names_every_command(capsys: Output) -> None:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert all(f"  {command}" in shown for command in cli.COMMANDS)


def test_a_wrong_setting_is_one_line_that_names_it(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("HANDRAIL_PORT", "none")
    assert cli.main(["migrate"]) == cli.USAGE
    assert capsys.readouterr().err == (
        "handrail: HANDRAIL_PORT must be a whole number from 1 to 65535, not 'none'\n"
    )


def test_migrate_says_where_it_went(home: Path, capsys: Output) -> None:
    assert cli.main(["migrate"]) == 0
    assert capsys.readouterr().out == f"none → {migrating.newest()}\n"
    assert cli.main(["migrate"]) == 0
    assert capsys.readouterr().out == f"The database is at {migrating.newest()}.\n"
    assert (home / "handrail.db").exists()
    assert cli.main(["migrate", "--down", "--to", "base"]) == 0
    assert capsys.readouterr().out == f"{migrating.newest()} → none\n"


def test_a_database_that_is_away_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", f"postgresql://t@/handrail?host={tmp_path}")
    assert cli.main(["migrate"]) == cli.FAILED
    assert capsys.readouterr().err.startswith("handrail: the database does not answer: ")


def test_a_home_that_cannot_be_written_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, capsys: Output, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("HANDRAIL_HOME", str(tmp_path / "file" / "home"))
    assert cli.main(["migrate"]) == cli.USAGE
    assert "HANDRAIL_HOME must be a place Handrail may write to" in capsys.readouterr().err


def test_organizations_and_people_are_added_and_listed(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert cli.main(["migrate"]) == 0
    capsys.readouterr()
    assert cli.main(["user", "organization", "Eno Clinic", "--kind", "coordinating"]) == 0
    organization = capsys.readouterr().out.split()[0]
    monkeypatch.setattr("sys.stdin", StringIO("river lantern orchid\n"))
    person = ["--name", "Ana", "--organization", organization, "--role", "coordinator"]
    create = ["user", "create", "Ana@example.org", *person, "--password-from-stdin"]
    assert cli.main(create) == 0
    assert cli.main(["user", "list"]) == 0
    assert "ana@example.org  coordinator of Eno Clinic" in capsys.readouterr().out
    assert cli.main(["user", "sign-out", "ana@example.org"]) == 0
    assert cli.main(["user", "sign-out", "nobody@example.org"]) == cli.FAILED
    monkeypatch.setattr("sys.stdin", StringIO("short\n"))
    assert cli.main(["user", "create", "b@example.org", *person, "--password-from-stdin"]) == 1
    assert "Use 12 to 256 characters" in capsys.readouterr().err


def test_a_changed_a_removed_and_an_inserted_audit_row_are_named(capsys: Output) -> None:
    assert cli.main(["migrate"]) == 0
    for name in ("One", "Two", "Three", "Four"):
        assert cli.main(["user", "organization", name, "--kind", "partner"]) == 0
    database = Database(get_settings().database_url)
    with database.read() as session:
        chains = session.exec(select(AuditEvent.organization_id)).all()
    assert cli.main(["audit", "verify"]) == 0
    changes = (
        "UPDATE audit_event SET action = 'x' WHERE organization_id = :chain",
        "DELETE FROM audit_event WHERE organization_id = :chain",
        (
            "INSERT INTO audit_event SELECT NULL, organization_id, sequence + 1, at, actor_id, action,"
            " entity_type, entity_id, fields, address, hash, hash FROM audit_event"
            " WHERE organization_id = :chain"
        ),
    )
    with database.write() as session:
        for trigger in ("update", "delete", "replace"):
            session.connection().execute(text(f"DROP TRIGGER audit_event_no_{trigger}"))
        for change, chain in zip(changes, chains, strict=False):
            session.connection().execute(text(change), {"chain": chain})
    database.close()
    capsys.readouterr()
    assert cli.main(["audit", "verify"]) == 1
    shown = capsys.readouterr().out
    assert f"chain {chains[0]}, row 1: the event was changed" in shown
    assert f"chain {chains[1]}, row 1: the event is missing" in shown
    assert f"chain {chains[2]}, row 2" in shown
    assert chains[3] not in shown


def test_somebody_locked_out_gets_a_link_and_loses_the_lost_second_factor(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("HANDRAIL_DEMO", "1")
    assert cli.main(["migrate"]) == 0
    database = Database(get_settings().database_url)
    with database.write() as session:
        clinic = create_organization(session, SYSTEM, "Clinic", OrganizationKind.COORDINATING)
        user = create_user(
            session,
            SYSTEM,
            email="ana@example.org",
            name="Ana",
            password=None,
            organization_id=clinic.id,
            role=Role.COORDINATOR,
        )
        second_factor.begin(session, get_settings().keyring(), user)
        user.totp_confirmed_at = now()
    capsys.readouterr()
    assert cli.main(["user", "reset", "Ana@example.org", "--second-factor"]) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith("http://127.0.0.1:8000/staff/reset/")
    with database.write() as session:
        reset_password(session, link.rsplit("/", 1)[1], "river lantern orchid")
        assert session.get_one(User, user.id).totp_secret is None
        actions = set(session.exec(select(AuditEvent.action)))
    assert {"second_factor.off", "password.link", "password.reset"} <= actions
    assert cli.main(["user", "reset", "nobody@example.org"]) == 1
    database.close()


def test_heads_kept_elsewhere_are_compared(tmp_path: Path, capsys: Output) -> None:
    assert cli.main(["migrate"]) == 0
    assert cli.main(["user", "organization", "One", "--kind", "partner"]) == 0
    capsys.readouterr()
    assert cli.main(["audit", "heads"]) == 0
    kept = tmp_path / "heads"
    kept.write_text(capsys.readouterr().out)
    assert cli.main(["user", "organization", "Two", "--kind", "partner"]) == 0
    assert cli.main(["audit", "verify", "--heads", str(kept)]) == 0
    kept.write_text(kept.read_text().replace(kept.read_text()[-9:-1], "0" * 8))
    capsys.readouterr()
    assert cli.main(["audit", "verify", "--heads", str(kept)]) == 1
    assert "row 1: the chain was rewritten since its head was noted" in capsys.readouterr().out
    kept.write_text("nonsense")
    assert cli.main(["audit", "verify", "--heads", str(kept)]) == 1
    assert "--heads is a file that" in capsys.readouterr().err


def test_retention_says_what_it_erases(monkeypatch: pytest.MonkeyPatch, capsys: Output) -> None:
    monkeypatch.setenv("HANDRAIL_RETENTION", '{"links": 0}')
    assert cli.main(["migrate"]) == 0
    capsys.readouterr()
    assert cli.main(["retention", "--dry-run"]) == 0
    shown = capsys.readouterr().out
    assert "patients: kept 2555 days, 0 would be erased" in shown
    assert "links: kept for ever, 0 would be erased" in shown


def test_keys_are_rotated_and_the_old_one_retired(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    old, new = (b64encode(letter * 32).decode() for letter in (b"o", b"n"))
    monkeypatch.setenv("HANDRAIL_INDEX_KEY", old)
    monkeypatch.setenv("HANDRAIL_ENCRYPTION_KEYS", f"k1:{old}")
    assert cli.main(["migrate"]) == 0
    assert cli.main(["keys", "rotate"]) == 0
    database = Database(get_settings().database_url)
    with database.write() as session:
        clinic = create_organization(session, SYSTEM, "Clinic", OrganizationKind.COORDINATING)
        user = create_user(
            session,
            SYSTEM,
            email="ana@example.org",
            name="Ana",
            password=None,
            organization_id=clinic.id,
            role=Role.COORDINATOR,
        )
        second_factor.begin(session, get_settings().keyring(), user)
    get_settings.cache_clear()
    monkeypatch.setenv("HANDRAIL_ENCRYPTION_KEYS", f"k2:{new},k1:{old}")
    capsys.readouterr()
    assert cli.main(["keys", "rotate"]) == 0
    assert "k1 any more" in capsys.readouterr().out
    get_settings.cache_clear()
    monkeypatch.setenv("HANDRAIL_ENCRYPTION_KEYS", f"k2:{new}")
    assert cli.main(["keys", "rotate"]) == 0
    with database.write() as session:
        stored = session.get_one(User, user.id)
        assert not second_factor.accept(session, get_settings().keyring(), stored, "000000")
    database.close()


def test_doctor_says_what_to_do_before_the_first_migration(capsys: Output) -> None:
    assert cli.main(["doctor"]) == cli.FAILED
    shown = capsys.readouterr().out
    assert "✗ database: at migration none" in shown
    assert "Run: handrail migrate" in shown
    assert "HANDRAIL_SECRET_KEY must be set" in shown


def test_doctor_finds_a_good_installation_good(
    monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    key = b64encode(b"k" * 32).decode()
    for name, value in SECRETS.items():
        monkeypatch.setenv(f"HANDRAIL_{name}", value)
    monkeypatch.setenv("HANDRAIL_ENCRYPTION_KEYS", f"k1:{key}")
    monkeypatch.setenv("HANDRAIL_INDEX_KEY", key)
    assert cli.main(["migrate"]) == 0
    assert cli.main(["doctor"]) == 0
    shown = capsys.readouterr().out
    assert "✗" not in shown
    assert "✓ places: ZIP 27701 is in Durham" in shown


def test_doctor_names_a_database_that_is_away(settings: Settings, tmp_path: Path) -> None:
    url = f"postgresql://t@/handrail?host={tmp_path}"
    away = Settings.from_env({"HANDRAIL_HOME": str(tmp_path), "HANDRAIL_DATABASE_URL": url})
    finding = checks.check_migrations(away)
    assert finding.verdict == "failed"
    assert finding.found.startswith("not answering: ")
    assert "outbox" not in verdicts(away)


def test_doctor_notices_work_left_undone(settings: Settings, sqlite_database: Database) -> None:
    assert checks.check_outbox(settings).verdict == "ok"
    with frozen(now().replace(year=2020)), sqlite_database.write() as session:
        publish(session, "t", {}, key="old")
    finding = checks.check_outbox(settings)
    assert finding.verdict == "warning"
    assert finding.found.startswith("1 messages wait, the oldest for ")
    with sqlite_database.write() as session:
        session.connection().execute(text("UPDATE outbox SET parked_at = due_at, error = 'why'"))
    found = checks.check_outbox(settings).found
    assert found.startswith("1 messages were given up") and "t: why" in found


def test_doctor_names_a_tampered_audit_event(settings: Settings, sqlite_database: Database) -> None:
    with sqlite_database.write() as session:
        record(session, SYSTEM, "x", "service", "1")
    assert checks.check_audit(settings).verdict == "ok"
    with sqlite_database.write() as session:
        session.connection().execute(text("DROP TRIGGER audit_event_no_update"))
        session.connection().execute(text("UPDATE audit_event SET entity_id = '2'"))
    finding = checks.check_audit(settings)
    assert finding.found == "organization (none), event 1: the event was changed"


def test_doctor_warns_before_the_disk_is_full(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks.check_home(settings).verdict == "ok"
    monkeypatch.setattr(checks, "DISK_FREE_MIN_MB", 2**40)
    assert checks.check_home(settings).verdict == "warning"


def test_doctor_compares_the_index_with_the_directory(
    settings: Settings, sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert checks.check_index(settings).found == "0 services, as in the directory"
    organization = Organization(name="An organization")
    with sqlite_database.write() as session:
        services = [Service(organization_id=organization.id, name=name) for name in "ab"]
        commands.save(session, SYSTEM, [organization, *services])
    finding = checks.check_index(settings)
    assert (finding.verdict, finding.found) == (
        "warning",
        "2 of 2 services differ from the directory",
    )
    assert "handrail reindex" in finding.advice
    monkeypatch.setattr(checks, "COMPARE_MAX", 1)
    assert checks.check_index(settings).found.startswith("0 of 2 services")
    assert checks.check_index(settings).verdict == "failed"


def test_seed_fills_the_directory_and_the_index_and_then_changes_nothing(capsys: Output) -> None:
    assert cli.main(["migrate"]) == 0
    assert cli.main(["seed", "--size", "700"]) == 0
    first = capsys.readouterr().out
    assert " rows created, 0 updated, 0 unchanged in " in first
    assert " documents indexed, 0 refused\n" in first
    assert cli.main(["seed", "--size", "700"]) == 0
    assert capsys.readouterr().out.startswith("0 rows created, 0 updated, ")
    assert cli.main(["reindex", "--verify"]) == 0


@pytest.mark.parametrize("size", ["0", "-5", "99999999999"])
def test_seed_refuses_a_size_it_cannot_make(size: str, capsys: Output) -> None:
    assert cli.main(["migrate"]) == 0
    assert cli.main(["seed", "--size", size]) == cli.FAILED
    assert "--size is a number from 1 to 10000000" in capsys.readouterr().err
