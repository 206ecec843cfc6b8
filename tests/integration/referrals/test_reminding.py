"""Reminding partners that are waited for: which, how often, once, and with the clock's own notice."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from core import clock
from core.audit import AuditEvent
from core.errors import Forbidden, Invalid, NotFound
from core.outbox import OutboxMessage
from patients.models import Urgency
from referrals.errors import KeyReused
from referrals.models import Referral
from referrals.reminding import REST, WAITING, Reminders, Why, look, remind_all
from referrals.states import Status
from referrals.timers import remind
from tests.support.referring import PATH, Scene

DAY = timedelta(days=1)


def reminded(scene: Scene, *rows: Referral, who: str = "coordinator", **more: object) -> Reminders:
    with clock.frozen(scene.now):
        return remind_all(scene.session, scene.actors[who], [row.id for row in rows], **more)  # type: ignore[arg-type]


def why(found: Reminders) -> dict[str, Why]:
    return {one.id: one.reason for one in found.kept}


def notices(scene: Scene) -> list[OutboxMessage]:
    statement = select(OutboxMessage).where(col(OutboxMessage.key).contains(":remind:"))
    return list(scene.session.exec(statement.order_by(col(OutboxMessage.id))))


def audited(scene: Scene) -> list[str]:
    statement = select(AuditEvent).where(AuditEvent.action == "referral.remind")
    return [event.entity_id for event in scene.session.exec(statement)]


def test_those_who_are_waited_for_are_reminded_and_the_others_named(scene: Scene) -> None:
    sent, asked, ended = (
        scene.at(status) for status in (Status.SENT, Status.NEEDS_INFO, Status.DECLINED)
    )
    expected = {asked.id: Why.NOT_WAITING, ended.id: Why.NOT_WAITING}
    with clock.frozen(scene.now):
        before = look(scene.session, scene.actors["coordinator"], [sent.id, asked.id, ended.id])
    assert (before.sent, why(before)) == ((sent.id,), expected) and notices(scene) == []
    found = reminded(scene, asked, sent, ended)
    assert (found.sent, why(found)) == ((sent.id,), expected)
    (notice,) = notices(scene)
    assert notice.payload["sides"] == ["partner"] and notice.payload["event"] == "remind"
    assert audited(scene) == [sent.id]
    assert "it is waiting for information" in next(
        one.words for one in found.kept if one.id == asked.id
    )


@pytest.mark.parametrize("status", list(PATH))
def test_a_coordinator_may_remind_where_the_clock_does(sqlite_scene: Scene, status: Status) -> None:
    assert frozenset({Status.SENT, Status.VIEWED, Status.ACCEPTED, Status.NO_SHOW}) == WAITING
    found = reminded(sqlite_scene, sqlite_scene.at(status))
    assert bool(found.sent) == (status in WAITING)


def test_not_again_before_it_has_rested_nor_after_the_clock_did(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    by_hand, by_clock = scene.at(Status.ACCEPTED), scene.at(Status.ACCEPTED)
    assert by_clock.remind_at is not None
    scene.now = by_clock.remind_at
    reminded(scene, by_hand)
    with clock.frozen(scene.now):
        assert remind(scene.session, by_clock, scene.now)
    scene.session.expire_all()
    scene.now += REST[Urgency.ROUTINE] - timedelta(minutes=1)
    assert set(why(reminded(scene, by_hand, by_clock)).values()) == {Why.RESTS}
    scene.now += timedelta(minutes=1)
    assert len(reminded(scene, by_hand, by_clock).sent) == 2
    assert len({notice.key for notice in notices(scene)}) == 4
    row = scene.session.get_one(Referral, by_clock.id)
    assert (row.reminders_sent, row.reminded_at) == (2, scene.now)


def test_what_begins_anew_may_be_reminded_of_anew(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    sent = scene.at(Status.SENT)
    reminded(scene, sent)
    viewed = scene.act("partner", "view", sent)
    assert why(reminded(scene, viewed)) == {sent.id: Why.RESTS}
    accepted = scene.act("partner", "accept", viewed)
    assert reminded(scene, accepted).sent == (sent.id,)


def test_nobody_is_reminded_in_vain(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    over, plain = scene.at(Status.SENT), scene.at(Status.SENT)
    assert over.due_at is not None
    away = why(reminded(scene, plain, unreached={scene.pantry.id}))
    assert away == {plain.id: Why.UNREACHED}
    scene.pantry.active = False
    scene.session.add(scene.pantry)
    assert why(reminded(scene, plain)) == {plain.id: Why.LEFT}
    scene.pantry.active = True
    scene.consent.revoked_at = scene.now
    scene.session.add_all([scene.pantry, scene.consent])
    assert why(reminded(scene, plain)) == {plain.id: Why.NO_CONSENT}
    scene.now = over.due_at
    assert why(reminded(scene, over)) == {over.id: Why.OVER}
    assert notices(scene) == [] and audited(scene) == []


def test_the_same_request_twice_reminds_once_and_is_answered_the_same(scene: Scene) -> None:
    sent, ended = scene.at(Status.SENT), scene.at(Status.DECLINED)
    first = reminded(scene, sent, ended, key="press")
    again = reminded(scene, ended, sent, key="press")
    assert again == first and len(notices(scene)) == 1
    assert [one.words for one in again.kept] == [one.words for one in first.kept]
    with pytest.raises(KeyReused):
        reminded(scene, sent, key="press")


def test_one_of_somebody_else_refuses_all(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    sent = scene.at(Status.SENT)
    for who, refused in (("partner", NotFound), ("stranger", NotFound), ("supervisor", Forbidden)):
        with pytest.raises(refused):
            reminded(scene, sent, who=who)
    with clock.frozen(scene.now), pytest.raises(NotFound):
        remind_all(scene.session, scene.actors["coordinator"], [sent.id, "nobody's"])
    with pytest.raises(Invalid):
        reminded(scene)
    assert notices(scene) == []
