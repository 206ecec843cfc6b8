"""The outbox on both databases: nothing is lost, nothing is handed to two at once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from sqlmodel import select

from core import outbox
from core.clock import frozen
from core.db import Database
from core.outbox import Message, OutboxMessage

NOON = datetime(2025, 3, 4, 12, tzinfo=UTC)


def publish(database: Database, *keys: str, topic: str = "t") -> None:
    with database.write() as session:
        for key in keys:
            assert outbox.publish(session, topic, {"key": key}, key=key)


def row(database: Database, key: str) -> OutboxMessage:
    with database.read() as session:
        return session.exec(select(OutboxMessage).where(OutboxMessage.key == key)).one()


def keys(messages: list[Message]) -> list[str]:
    return [message.key for message in messages]


def test_messages_come_oldest_first_with_their_payload(database: Database) -> None:
    publish(database, "a", "b", "c")
    first = outbox.claim(database, {"t"}, limit=2)
    assert keys(first) == ["a", "b"]
    assert first[0].payload == {"key": "a"}
    assert first[0].attempts == 1
    assert keys(outbox.claim(database, {"t"})) == ["c"]


def test_only_asked_for_topics_are_claimed(database: Database) -> None:
    publish(database, "a", topic="mail")
    assert outbox.claim(database, {"t"}) == []
    assert outbox.claim(database, set()) == []
    assert keys(outbox.claim(database, {"t", "mail"})) == ["a"]


def test_a_change_rolled_back_leaves_no_message(database: Database) -> None:
    with database.write() as session:
        outbox.publish(session, "t", {})
        session.rollback()
    assert outbox.claim(database, {"t"}) == []


def test_thousands_are_published_at_once(database: Database) -> None:
    with database.write() as session:
        assert outbox.publish_all(session, "t", ({"n": n} for n in range(1_201))) == 1_201
        assert outbox.publish_all(session, "t", []) == 0
    first = outbox.claim(database, {"t"}, limit=1_201)
    assert [message.payload["n"] for message in first] == list(range(1_201))


def test_a_key_is_published_once(database: Database) -> None:
    publish(database, "a")
    with database.write() as session:
        assert not outbox.publish(session, "t", {}, key="a")
        assert outbox.publish(session, "t", {})
    assert len(outbox.claim(database, {"t"})) == 2


def test_a_message_is_not_due_before_its_time(database: Database) -> None:
    with frozen(NOON), database.write() as session:
        outbox.publish(session, "t", {}, key="later", due_at=NOON + timedelta(hours=1))
    with frozen(NOON + timedelta(minutes=59)):
        assert outbox.claim(database, {"t"}) == []
    with frozen(NOON + timedelta(hours=1)):
        assert keys(outbox.claim(database, {"t"})) == ["later"]


def test_a_message_of_a_dead_worker_becomes_due_again(database: Database) -> None:
    with frozen(NOON):
        publish(database, "a")
        [lost] = outbox.claim(database, {"t"}, lease_s=60)
    with frozen(NOON + timedelta(seconds=59)):
        assert outbox.claim(database, {"t"}) == []
    with frozen(NOON + timedelta(seconds=60)):
        [taken_over] = outbox.claim(database, {"t"}, lease_s=60)
        assert taken_over.attempts == 2
        assert not outbox.finish(database, lost), "the lease was lost, so was the right to settle"
        assert row(database, "a").done_at is None
        assert outbox.finish(database, taken_over)
    assert row(database, "a").done_at == NOON + timedelta(seconds=60)


def test_a_failure_is_tried_again_later_and_says_why(database: Database) -> None:
    with frozen(NOON):
        publish(database, "a")
        [message] = outbox.claim(database, {"t"})
        assert outbox.retry_later(database, message, "engine down" * 100, delay_s=30)
        assert outbox.claim(database, {"t"}) == []
    assert (row(database, "a").error or "").startswith("engine down")
    with frozen(NOON + timedelta(seconds=30)):
        [again] = outbox.claim(database, {"t"})
        outbox.finish(database, again)
    assert row(database, "a").error is None


def test_waiting_doubles_up_to_an_hour() -> None:
    for attempts, middle in ((1, 2), (2, 4), (5, 32), (40, 3600)):
        waits = [outbox.backoff_s(attempts) for _ in range(50)]
        assert middle * 0.5 <= min(waits) < max(waits) <= middle * 1.5


def test_a_parked_message_is_out_of_the_way_until_released(database: Database) -> None:
    publish(database, "bad", "good")
    bad, good = outbox.claim(database, {"t"})
    outbox.park(database, bad, "poison")
    outbox.finish(database, good)
    with database.read() as session:
        backlog = outbox.backlog(session)
    assert (backlog.waiting, backlog.parked, backlog.oldest_due_at) == (0, 1, None)
    with database.write() as session:
        assert outbox.release(session, {"t"}) == 1
    assert keys(outbox.claim(database, {"t"})) == ["bad"]


def test_the_backlog_names_the_oldest(database: Database) -> None:
    with frozen(NOON):
        publish(database, "a")
    publish(database, "b")
    with database.read() as session:
        backlog = outbox.backlog(session)
    assert (backlog.waiting, backlog.oldest_due_at) == (2, NOON)


def test_only_old_done_messages_are_pruned(database: Database) -> None:
    with frozen(NOON):
        publish(database, "old", "parked", "waiting")
        old, parked, _ = outbox.claim(database, {"t"})
        outbox.finish(database, old)
        outbox.park(database, parked, "poison")
    publish(database, "new")
    [new] = [m for m in outbox.claim(database, {"t"}) if m.key == "new"]
    outbox.finish(database, new)
    with database.write() as session:
        assert outbox.prune(session, done_before=NOON + timedelta(days=1)) == 1
    with database.read() as session:
        assert set(session.exec(select(OutboxMessage.key))) == {"parked", "waiting", "new"}


def test_workers_at_once_share_the_messages_and_a_killed_one_loses_none(
    database: Database,
) -> None:
    names = [f"m{number}" for number in range(60)]
    with frozen(NOON):
        publish(database, *names)
        abandoned = keys(outbox.claim(database, {"t"}, limit=7, lease_s=60))

    def work(_: int) -> list[str]:
        done: list[str] = []
        with frozen(NOON + timedelta(seconds=61)):
            while batch := outbox.claim(database, {"t"}, limit=5, lease_s=60):
                done += [m.key for m in batch if outbox.finish(database, m)]
        return done

    with ThreadPoolExecutor(4) as threads:
        handled = Counter(key for done in threads.map(work, range(4)) for key in done)
    assert len(abandoned) == 7
    assert handled == Counter(names)
