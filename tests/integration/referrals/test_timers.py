"""The clock: holidays, pauses, outages, and people who are faster."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from core import clock
from core.db import Database
from core.errors import Conflict, HandrailError
from core.outbox import OutboxMessage
from referrals import timers
from referrals.commands import apply
from referrals.models import Referral, ReferralEvent
from referrals.states import Status
from referrals.timers import Swept, sweep
from tests.support.referring import NOON, VAULT, Scene, settle


@pytest.fixture
def town(database: Database) -> Callable[[Callable[[Scene], Referral]], tuple[Scene, Referral]]:
    """Makes a scene, and a referral in it, and keeps both."""

    def make(do: Callable[[Scene], Referral]) -> tuple[Scene, Referral]:
        with database.write() as session:
            scene = settle(session)
            return scene, do(scene)

    return make


def at(database: Database, when: datetime) -> Swept:
    with clock.frozen(when):
        return sweep(database)


def row(database: Database, referral: Referral) -> Referral:
    with database.read() as session:
        return session.get_one(Referral, referral.id)


def told(database: Database) -> list[tuple[str, list[str]]]:
    """Events of the notices the clock left, and who is told."""
    with database.read() as session:
        statement = select(OutboxMessage).where(OutboxMessage.topic == "referral.notice")
        payloads = [
            item.payload for item in session.exec(statement.order_by(col(OutboxMessage.id)))
        ]
    return [(item["event"], item["sides"]) for item in payloads if "sides" in item]


def test_reminders_at_half_and_nine_tenths_then_the_end(town, database: Database) -> None:
    _, sent = town(lambda scene: scene.at(Status.SENT))  # Monday noon, two business days
    day = datetime(2026, 3, 3, tzinfo=UTC)
    assert at(database, day + timedelta(hours=16, minutes=59)) == Swept()
    assert at(database, day + timedelta(hours=17)) == Swept(reminded=1)
    assert at(database, day + timedelta(hours=17)) == Swept()
    assert at(database, datetime(2026, 3, 4, 15, 24, tzinfo=UTC)) == Swept(reminded=1)
    assert at(database, datetime(2026, 3, 4, 16, 59, tzinfo=UTC)) == Swept()
    assert told(database) == [("remind", ["partner"])] * 2
    assert at(database, datetime(2026, 3, 4, 17, 0, tzinfo=UTC)) == Swept(ended=1)
    found = row(database, sent)
    assert (found.status, found.due_at, found.reminders_sent) == (Status.EXPIRED, None, 0)
    assert at(database, datetime(2026, 4, 4, tzinfo=UTC)) == Swept()


def test_a_weekend_and_a_holiday_are_not_counted(town, database: Database) -> None:
    def friday(scene: Scene) -> Referral:
        scene.now = datetime(2026, 5, 22, 16, tzinfo=UTC)  # before a Monday that is a holiday
        return scene.at(Status.SENT)

    _, sent = town(friday)
    assert sent.due_at == datetime(2026, 5, 27, 16, tzinfo=UTC)  # Wednesday noon
    assert at(database, datetime(2026, 5, 26, 15, 59, tzinfo=UTC)) == Swept()
    assert at(database, datetime(2026, 5, 26, 16, 0, tzinfo=UTC)) == Swept(reminded=1)


def test_a_question_pauses_the_partner_and_reminds_the_sender(town, database: Database) -> None:
    scene, asked = town(lambda scene: scene.at(Status.NEEDS_INFO))
    wednesday = datetime(2026, 3, 4, 18, tzinfo=UTC)  # the partner's time would be over
    assert at(database, wednesday) == Swept(reminded=1)
    assert told(database) == [("remind", ["sender"])]
    assert row(database, asked).status is Status.NEEDS_INFO
    with database.write() as session, clock.frozen(wednesday):
        answered = apply(session, scene.actors["coordinator"], asked.id, "answer_info",
                         version=asked.version, note="Mondays", vault=VAULT)  # fmt: skip
    assert answered.due_at == datetime(2026, 3, 6, 18, tzinfo=UTC)  # what was left: two days


def test_an_outage_of_days_reminds_once_and_gives_the_time_that_was_missing(
    town, database: Database
) -> None:
    _, sent = town(lambda scene: scene.at(Status.SENT))
    back = datetime(2026, 3, 6, 15, tzinfo=UTC)
    assert at(database, back) == Swept(reminded=1)
    assert told(database) == [("remind", ["partner"])]
    found = row(database, sent)
    assert (found.status, found.reminders_sent) == (Status.SENT, 2)
    assert found.due_at == back + timedelta(minutes=96)  # a tenth of two days
    assert at(database, back + timedelta(minutes=95)) == Swept()
    assert at(database, back + timedelta(minutes=96)) == Swept(ended=1)


def test_contact_is_missing_only_after_two_reminders(town, database: Database) -> None:
    _, accepted = town(lambda scene: scene.at(Status.ACCEPTED))
    assert accepted.due_at is not None
    assert at(database, accepted.due_at) == Swept(reminded=1)
    late = row(database, accepted).due_at
    assert late is not None and late > accepted.due_at
    assert at(database, late) == Swept(ended=1)
    found = row(database, accepted)
    assert (found.status, found.reason) == (Status.NOT_COMPLETED, "partner_no_followup")


def test_what_waits_without_an_end_is_looked_at_again_and_again(town, database: Database) -> None:
    _, serving = town(lambda scene: scene.at(Status.IN_SERVICE))
    month = timedelta(days=30)
    assert at(database, NOON + month) == Swept(reviewed=1)
    assert at(database, NOON + month) == Swept()
    assert at(database, NOON + 2 * month) == Swept(reviewed=1)
    assert told(database) == [("review", ["partner", "sender"])] * 2
    assert row(database, serving).version == serving.version


def test_confirmation_is_asked_for_once(town, database: Database) -> None:
    town(lambda scene: scene.at(Status.COMPLETED))
    assert at(database, NOON + timedelta(days=14)) == Swept(reviewed=1)
    assert at(database, NOON + timedelta(days=60)) == Swept()
    assert told(database) == [("review", ["sender"])]


def test_a_draft_nobody_sends_is_put_away(town, database: Database) -> None:
    _, draft = town(lambda scene: scene.at(Status.DRAFT))
    assert at(database, NOON + timedelta(days=30)) == Swept(ended=1)
    assert row(database, draft).status is Status.CANCELLED


def test_more_than_a_page_is_swept_and_one_that_fails_stops_no_other(
    town, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "PAGE", 2)

    def several(scene: Scene) -> Referral:
        return [scene.at(Status.DRAFT) for _ in range(5)][2]

    _, odd = town(several)

    def flawed(session, actor, referral_id, event, **values):
        if referral_id == odd.id:
            raise RuntimeError("no")
        return apply(session, actor, referral_id, event, **values)

    monkeypatch.setattr(timers, "apply", flawed)
    assert at(database, NOON + timedelta(days=31)) == Swept(ended=4)
    assert row(database, odd).status is Status.DRAFT


def test_lag_is_how_late_the_clock_is(town, database: Database) -> None:
    _, sent = town(lambda scene: scene.at(Status.SENT))
    assert sent.remind_at is not None
    with database.read() as session:
        with clock.frozen(sent.remind_at):
            assert timers.lag_s(session) == 0
        with clock.frozen(sent.remind_at + timedelta(minutes=5)):
            assert timers.lag_s(session) == 300


def test_of_a_person_and_the_clock_one_wins(town, database: Database) -> None:
    scene, sent = town(lambda scene: [scene.at(Status.SENT) for _ in range(8)][-1])
    with database.write() as session:  # as if both reminders were sent
        rows = list(session.exec(select(Referral)))
        for one in rows:
            one.remind_at = one.remind_again_at = None
            session.add(one)
    assert sent.due_at is not None
    when, barrier, failures = sent.due_at, Barrier(2), []

    def person() -> None:
        barrier.wait()
        with clock.frozen(when):
            for one in reversed(rows):
                try:
                    with database.write() as session:
                        apply(
                            session, scene.actors["partner"], one.id, "accept", version=one.version
                        )
                except Conflict:
                    pass
                except HandrailError as error:
                    failures.append(error)

    def timer() -> None:
        barrier.wait()
        at(database, when)

    threads = [Thread(target=person), Thread(target=timer)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with database.read() as session:
        for one in rows:
            events = session.exec(
                select(ReferralEvent.event).where(
                    ReferralEvent.referral_id == one.id, col(ReferralEvent.sequence) > 2
                )
            ).all()
            assert list(events) in (["accept"], ["response_timeout"])


@pytest.mark.parametrize("name", ["due", "remind"])
def test_the_sweep_reads_by_index(name: str, sqlite_database: Database) -> None:
    when = f"{name}_at"
    query = f"SELECT {when}, id FROM referral WHERE {when} <= '2026' ORDER BY {when}, id LIMIT 9"
    with sqlite_database.read() as session:
        plan = str(session.connection().execute(text(f"EXPLAIN QUERY PLAN {query}")).all())
    assert f"ix_referral_{name}" in plan
