"""`handrail worker` as a process: it keeps the index true, and stops when told."""

import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import col, select

from app import migrating
from app.engines import open_search
from core.actor import SYSTEM
from core.db import Database
from core.outbox import OutboxMessage
from core.settings import Settings
from directory import commands
from directory.models import Organization, Service
from tests.support.processes import PATIENCE_S, PROMPTLY_S, Handrail


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a migrated home."""
    settings = Settings.from_env({"HANDRAIL_HOME": str(tmp_path / "home")})
    settings.home.mkdir()
    migrating.upgrade(settings.database_url)
    return settings


@pytest.fixture
def database(settings: Settings, open_database: Callable[[str], Database]) -> Database:
    return open_database(settings.database_url)


def add_service(database: Database, name: str) -> str:
    """A service without a place; returns its id."""
    organization = Organization(name="An organization")
    service = Service(organization_id=organization.id, name=name)
    with database.write() as session:
        commands.save(session, SYSTEM, [organization, service])
    return service.id


def waiting(database: Database) -> int:
    with database.read() as session:
        return len(
            session.exec(select(OutboxMessage.id).where(col(OutboxMessage.done_at).is_(None))).all()
        )


def wait_until_done(database: Database) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while waiting(database):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def indexed(settings: Settings, service_id: str) -> bool:
    engine = open_search(settings)
    try:
        return engine.get(service_id) is not None
    finally:
        engine.close()


def test_once_does_what_is_due_and_ends(settings: Settings, database: Database) -> None:
    service_id = add_service(database, "Rides")
    assert waiting(database) > 0
    worker = Handrail(settings.home.parent, "worker", "--once")
    assert worker.process.wait(PATIENCE_S) == 0, worker.log.read_text()
    assert waiting(database) == 0
    assert indexed(settings, service_id)


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_works_until_told_to_stop(settings: Settings, database: Database, told: int) -> None:
    worker = Handrail(settings.home.parent, "worker")
    try:
        service_id = add_service(database, "Meals")
        wait_until_done(database)
        assert indexed(settings, service_id)
        assert worker.stop(told) < PROMPTLY_S
        assert worker.process.returncode == 0, worker.log.read_text()
    finally:
        worker.process.kill()
        worker.process.wait()


def test_a_killed_worker_loses_nothing(settings: Settings, database: Database) -> None:
    worker = Handrail(settings.home.parent, "worker")
    service_ids = [add_service(database, f"Service {number}") for number in range(40)]
    worker.process.kill()
    worker.process.wait()
    with database.write() as session:  # as if the leases it held had run out
        for row in session.exec(select(OutboxMessage)):
            row.due_at = row.created_at
    again = Handrail(settings.home.parent, "worker", "--once")
    assert again.process.wait(PATIENCE_S) == 0, again.log.read_text()
    assert all(indexed(settings, service_id) for service_id in service_ids)


def test_a_database_behind_is_refused(tmp_path: Path) -> None:
    worker = Handrail(tmp_path, "worker", "--once")
    assert worker.process.wait(PATIENCE_S) == 1
    assert "Run: handrail migrate" in worker.log.read_text()
