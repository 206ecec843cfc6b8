"""The worker on both databases: everything is handled, a poisoned message stops nothing."""

import time
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from sqlmodel import select

from app.worker import ATTEMPTS_MAX, Handler, Worker, running
from core import outbox
from core.clock import frozen, now
from core.db import Database
from core.errors import Unavailable
from core.outbox import Message, OutboxMessage, Poisoned

PATIENCE_S = 20


def publish(database: Database, *keys: str, topic: str = "t") -> None:
    with database.write() as session:
        for key in keys:
            outbox.publish(session, topic, {}, key=key)


def row(database: Database, key: str) -> OutboxMessage:
    with database.read() as session:
        return session.exec(select(OutboxMessage).where(OutboxMessage.key == key)).one()


def wait_for(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.01)


class Recorder:
    """A handler that remembers its batches, and fails as told."""

    def __init__(self, failures: dict[str, Exception] | None = None) -> None:
        self.batches: list[list[str]] = []
        self._failures = failures or {}

    def __call__(self, messages: Sequence[Message]) -> None:
        self.batches.append([message.key for message in messages])
        for message in messages:
            if message.key in self._failures:
                raise self._failures[message.key]


def test_messages_of_a_topic_come_as_one_batch_and_are_done(database: Database) -> None:
    mail, index = Recorder(), Recorder()
    publish(database, "a", "b")
    publish(database, "c", topic="mail")
    assert Worker(database, {"t": index, "mail": mail}).run_once() == 3
    assert index.batches == [["a", "b"]]
    assert mail.batches == [["c"]]
    assert row(database, "a").done_at is not None
    assert Worker(database, {"t": index}).run_once() == 0


def test_a_topic_without_handler_waits(database: Database) -> None:
    publish(database, "a", topic="other")
    assert Worker(database, {"t": Recorder()}).run_once() == 0
    assert row(database, "a").attempts == 0


def test_a_poisoned_message_is_singled_out(database: Database) -> None:
    handler = Recorder({"b": ValueError("no such thing")})
    publish(database, "a", "b", "c")
    Worker(database, {"t": handler}).run_once()
    assert handler.batches == [["a", "b", "c"], ["a"], ["b"], ["c"]]
    assert row(database, "a").done_at is not None
    assert row(database, "c").done_at is not None
    poisoned = row(database, "b")
    assert poisoned.done_at is None
    assert poisoned.error == "ValueError: no such thing"
    assert poisoned.due_at > now()


def test_a_message_that_never_succeeds_is_parked(database: Database) -> None:
    worker = Worker(database, {"t": Recorder({"a": ValueError("no")})})
    publish(database, "a")
    at = now()
    for _ in range(ATTEMPTS_MAX):
        assert row(database, "a").parked_at is None
        with frozen(at):
            assert worker.run_once() == 1
        at += timedelta(hours=2)
    assert row(database, "a").parked_at is not None
    with frozen(at):
        assert worker.run_once() == 0


def test_a_handler_names_what_can_never_succeed(database: Database) -> None:
    def handler(messages: Sequence[Message]) -> None:
        raise Poisoned({m.id: f"{m.key} is poison" for m in messages if m.key in "bd"})

    publish(database, "a", "b", "c", "d")
    Worker(database, {"t": handler}).run_once()
    assert all(row(database, key).done_at is not None for key in "ac")
    assert row(database, "b").parked_at is not None and row(database, "b").error == "b is poison"
    assert row(database, "d").parked_at is not None


def test_what_is_unavailable_is_waited_for_without_giving_up(database: Database) -> None:
    worker = Worker(database, {"t": Recorder({"a": Unavailable("engine down")})})
    publish(database, "a", "b")
    at = now()
    for pause_s in (0.5, 1, 2, 4, 8, 15, 15, 15, 15, 15):
        with frozen(at):
            assert worker.run_once() == 2
        at += timedelta(seconds=pause_s)
        assert row(database, "a").due_at == row(database, "b").due_at == at
    assert row(database, "a").parked_at is None
    assert row(database, "a").attempts == 0


def test_while_a_topic_is_waited_with_the_others_go_on(database: Database) -> None:
    failures: dict[str, Exception] = {"a": Unavailable("engine down")}
    worker = Worker(database, {"t": Recorder(failures), "mail": Recorder()})
    at = now()
    with frozen(at):
        publish(database, "a")
        assert worker.run_once() == 1
        publish(database, "b")
        publish(database, "c", topic="mail")
        assert worker.run_once() == 1
        assert worker.run_once() == 0
    assert row(database, "c").done_at is not None
    failures.clear()
    with frozen(at + timedelta(seconds=1)):
        failures["b"] = Poisoned({2: "poison"})  # which only a handler that works can tell
        assert worker.run_once() == 2
        failures["d"] = Unavailable("again")
        publish(database, "d")
        worker.run_once()
    assert row(database, "d").due_at == at + timedelta(seconds=1.5)


def test_done_messages_are_forgotten_after_a_week(database: Database) -> None:
    publish(database, "old", "new")
    old, new = outbox.claim(database, {"t"})
    with frozen(now() - timedelta(days=8)):
        outbox.finish(database, old)
    outbox.finish(database, new)

    def keys() -> list[str]:
        with database.read() as session:
            return list(session.exec(select(OutboxMessage.key)))

    with running(Worker(database, {"t": Recorder()}, poll_s=0.01)):
        wait_for(lambda: keys() == ["new"])


def test_a_running_worker_notices_new_messages_and_stops_promptly(database: Database) -> None:
    handler = Recorder()
    with running(Worker(database, {"t": handler}, poll_s=0.01)) as thread:
        publish(database, "a")
        wait_for(lambda: row(database, "a").done_at is not None)
        publish(database, "b")
        wait_for(lambda: row(database, "b").done_at is not None)
    assert not thread.is_alive()


def test_a_worker_outlives_a_database_that_goes_away(
    database: Database, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    claim, failures = outbox.claim, iter([OSError("gone"), OSError("gone")])

    def flaky(db: Database, topics: set[str], limit: int, lease_s: float) -> list[Message]:
        if error := next(failures, None):
            raise error
        return claim(db, topics, limit, lease_s)

    monkeypatch.setattr(outbox, "claim", flaky)
    publish(database, "a")
    with running(Worker(database, {"t": Recorder()}, poll_s=0.01)):
        wait_for(lambda: row(database, "a").done_at is not None)
    assert "trying again" in caplog.text


def test_workers_side_by_side_handle_each_message_once(database: Database) -> None:
    names = {f"m{number}" for number in range(200)}
    publish(database, *names)
    seen: list[str] = []
    handler: Handler = lambda messages: seen.extend(m.key for m in messages)
    workers = [Worker(database, {"t": handler}, batch=7, poll_s=0.01) for _ in range(3)]
    with running(workers[0]), running(workers[1]), running(workers[2]):
        wait_for(lambda: len(seen) >= len(names))
    assert sorted(seen) == sorted(names)
