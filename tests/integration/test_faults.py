"""A worker killed at every step of its work loses no change: small and in one process.

`make faults` kills real processes, many times (tests/faults).
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from app.worker import Worker
from core import outbox
from core.clock import frozen, now
from core.db import Database
from directory.models import Service
from search.embedded.engine import EmbeddedEngine
from search.engine import Refused
from search.sync import TOPIC, handler
from search.verify import verify
from tests.faults.changes import apply, change, expected, prepare

ZONE = "America/New_York"
LEASE_S = 60


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


class Deadly:
    """Kills whoever takes its n-th step."""

    def __init__(self, step: int) -> None:
        self.left = step

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


class DeadlyEngine(EmbeddedEngine):
    """Kills before a write, or right after it."""

    deadly: Deadly

    def put(self, documents: Sequence[Mapping[str, Any]], wait: bool = True) -> list[Refused]:
        self.deadly.step()
        refused = super().put(documents, wait)
        self.deadly.step()
        return refused

    def delete(self, ids: Sequence[str], wait: bool = True) -> None:
        self.deadly.step()
        super().delete(ids, wait)
        self.deadly.step()


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[DeadlyEngine]:
    opened = DeadlyEngine(tmp_path / "search")
    yield opened
    opened.close()


def test_a_worker_killed_at_each_step_loses_no_change(
    database: Database, engine: DeadlyEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish = outbox.finish

    def finish_or_die(db: Database, *messages: outbox.Message) -> bool:
        engine.deadly.step()
        return finish(db, *messages)

    monkeypatch.setattr(outbox, "finish", finish_or_die)
    with database.write() as session:
        prepare(session)
    made = [change(number) for number in range(90)]
    at, kills = now(), 0
    for number, one in enumerate(made):
        with database.write() as session:
            apply(session, one)
        engine.deadly = Deadly(number % 6)  # 0 kills never, 1 before the first write, and so on
        at += timedelta(seconds=LEASE_S + 1)
        with frozen(at), suppress(Killed):
            worker = Worker(database, {TOPIC: handler(database, engine, ZONE)}, lease_s=LEASE_S)
            while worker.run_once():
                pass
        kills += number % 6 != 0 and engine.deadly.left == 0
    engine.deadly = Deadly(0)
    with frozen(at + timedelta(hours=1)):
        while worker.run_once():
            pass
    assert kills >= 40
    assert verify(database, engine, ZONE).differences == ()
    with database.read() as session:
        names = dict(session.exec(select(Service.id, Service.name)).all())
    assert names == expected(made)
