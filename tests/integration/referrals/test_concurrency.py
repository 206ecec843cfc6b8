"""Forty at once, on both databases: one winner, no slot too many, one answer for each key.

Every thread has a transaction of its own, and all start together.
"""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, col, select

from core import audit, clock
from core.actor import SYSTEM, Actor
from core.db import Database
from core.errors import Conflict, HandrailError
from core.outbox import OutboxMessage
from patients import caring
from referrals import replay
from referrals.commands import TOPICS, apply
from referrals.errors import Stale
from referrals.models import ProgramCapacity, Referral, ReferralEvent
from referrals.states import Status
from tests.support.referring import NOON, VAULT, Scene, settle

CROWD = 40


@pytest.fixture
def made(database: Database) -> Scene:
    """The scene, committed, so that every thread sees it."""
    with database.write() as session:
        return settle(session)


def rows_at(database: Database, made: Scene, status: Status, count: int = 1) -> list[Referral]:
    """Committed referrals in that state."""
    with database.write() as session:
        made.session = session
        return [made.at(status) for _ in range(count)]


def together(tasks: list[Callable[[], Any]]) -> list[Any]:
    """What each task returned, or the kind of refusal; all begin at the same moment."""
    barrier = Barrier(len(tasks))

    def run(task: Callable[[], Any]) -> Any:
        barrier.wait()
        try:
            return task()
        except HandrailError as error:
            return type(error)

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(run, tasks))


def act(
    database: Database, actor: Actor, row: Referral, event: str, at: Any = NOON, **values: Any
) -> Callable[[], Status]:
    def task() -> Status:
        with clock.frozen(at), database.write() as session:
            chosen = {"version": row.version, "vault": VAULT, **values}
            return apply(session, actor, row.id, event, **chosen).status

    return task


def check_whole(database: Database) -> None:
    """Every event is there with its audit row and messages, and leads to the state."""
    with database.read() as session:
        for row in session.exec(select(Referral)):
            of = ReferralEvent.referral_id == row.id
            events = session.exec(
                select(ReferralEvent).where(of).order_by(col(ReferralEvent.sequence))
            ).all()
            assert replay.replay(events) == row.status
            assert row.version == len(events)
        assert list(audit.verify(session)) == []
        sent = session.exec(
            select(func.count()).where(col(ReferralEvent.event).not_in(["draft", "discard"]))
        ).one()
        told = col(OutboxMessage.topic).in_(TOPICS)
        messages = session.exec(select(func.count()).where(told)).one()
        assert messages == 2 * sent
        held = slots_held(session)
        for room in session.exec(select(ProgramCapacity)):
            assert room.slots_taken == held
            assert room.slots_total is None or room.slots_taken <= room.slots_total


def slots_held(session: Session) -> int:
    return session.exec(select(func.count()).where(col(Referral.slot_held))).one()


def test_of_forty_who_accept_one_referral_one_wins(database: Database, made: Scene) -> None:
    (row,) = rows_at(database, made, Status.SENT)
    staff = [made.actors["partner"], made.actors["colleague"]]
    found = together([act(database, staff[n % 2], row, "accept") for n in range(CROWD)])
    assert Counter(found) == {Status.ACCEPTED: 1, Stale: CROWD - 1}
    check_whole(database)


def test_of_forty_for_three_slots_three_get_one(database: Database, made: Scene) -> None:
    with database.write() as session:
        made.session = session
        made.capacity(3)
    rows = rows_at(database, made, Status.SENT, CROWD)
    found = together([act(database, made.actors["partner"], row, "accept") for row in rows])
    kinds = Counter("accepted" if f is Status.ACCEPTED else f.__name__ for f in found)
    assert kinds == {"accepted": 3, "Full": CROWD - 3}
    check_whole(database)
    accepted = [row for row, f in zip(rows, found, strict=True) if f is Status.ACCEPTED]
    leaving = [act(database, made.actors["partner"], row, "not_complete",
                   version=row.version + 1, reason="client_declined") for row in accepted]  # fmt: skip
    others = [row for row in rows if row not in accepted][: CROWD - 3]
    together(leaving + [act(database, made.actors["partner"], r, "accept") for r in others])
    check_whole(database)
    with database.read() as session:
        assert slots_held(session) <= 3


def test_forty_replays_of_one_key_are_done_once_and_answered_alike(
    database: Database, made: Scene
) -> None:
    (row,) = rows_at(database, made, Status.SENT)
    partner = made.actors["partner"]
    found = together([act(database, partner, row, "accept", key="k") for _ in range(CROWD)])
    assert Counter(found) == {Status.ACCEPTED: CROWD}
    check_whole(database)


def test_the_timer_and_a_person_never_both_win(database: Database, made: Scene) -> None:
    rows = rows_at(database, made, Status.SENT, CROWD // 2)
    due = max(row.due_at for row in rows if row.due_at)
    partner = made.actors["partner"]
    tasks = []
    for row in rows:
        tasks.append(act(database, SYSTEM, row, "response_timeout", at=due))
        tasks.append(act(database, partner, row, "accept", at=due))
    found = together(tasks)
    for timer, person in zip(found[::2], found[1::2], strict=True):
        assert (timer, person) in ((Status.EXPIRED, Stale), (Stale, Status.ACCEPTED))
    check_whole(database)


def test_revoking_a_consent_while_partners_act_leaves_nothing_open(
    database: Database, made: Scene
) -> None:
    with database.write() as session:
        made.session = session
        made.capacity(5)
    rows = rows_at(database, made, Status.SENT, 5)
    drafts = rows_at(database, made, Status.DRAFT, 5)
    coordinator, partner = made.actors["coordinator"], made.actors["partner"]

    def revoke() -> str:
        with clock.frozen(NOON), database.write() as session:
            caring.revoke_consent(session, coordinator, made.consent.id)
        return "revoked"

    tasks: list[Callable[[], Any]] = [act(database, partner, row, "accept") for row in rows]
    tasks += [act(database, coordinator, row, "send") for row in drafts]
    found = together([*tasks, revoke])
    assert found[-1] == "revoked"
    assert all(isinstance(f, Status) or issubclass(f, Conflict) for f in found[:-1])
    with database.read() as session:
        still = select(Referral.status).where(col(Referral.closed_at).is_(None))
        assert set(session.exec(still)) <= {Status.DRAFT}
    check_whole(database)
