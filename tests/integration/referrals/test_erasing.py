"""A patient who is erased has no open referral left, and partners learn nothing but that it ended."""

import pytest
from sqlmodel import col, select

from core.actor import SYSTEM, Actor
from core.audit import AuditEvent
from core.errors import NotFound
from core.outbox import OutboxMessage
from patients import lifecycle, retention
from patients.models import Need, NeedStatus, Patient
from referrals import snapshot
from referrals.capacity import capacity_of
from referrals.models import Referral, ReferralEvent
from referrals.replay import replay
from referrals.states import Status
from tests.support.referring import VAULT, Scene

OPEN = (Status.DRAFT, Status.SENT, Status.NEEDS_INFO, Status.ACCEPTED, Status.WAITLISTED,
        Status.SCHEDULED, Status.IN_SERVICE)  # fmt: skip


def underway(scene: Scene) -> dict[str, Status]:
    """A referral in each open state, and one that is over: how each ends, by id."""
    scene.capacity(9, waitlist_open=True)
    ended = {scene.at(Status.COMPLETED).id: Status.COMPLETED}
    return ended | {scene.at(status).id: Status.CANCELLED for status in OPEN}


def check_ended(scene: Scene, expected: dict[str, Status], by: str) -> None:
    """Ended whole: event, audit row, messages, slot, need; and nothing of the patient anywhere."""
    session = scene.session
    session.expire_all()
    for referral_id, status in expected.items():
        row = session.get_one(Referral, referral_id)
        assert (row.status, row.slot_held) == (status, False)
        assert snapshot.frozen(session, VAULT, row.id) is None
        assert replay(scene.events(row)) is status
    room = capacity_of(session, scene.pantry.id, scene.service.id)
    assert room is not None
    assert room.slots_taken == 0
    closing = select(ReferralEvent).where(col(ReferralEvent.event).in_(("cancel", "discard")))
    events = session.exec(closing).all()
    assert {(event.event, event.reason, event.actor_id) for event in events} == {
        ("cancel", "patient_withdrew", by), ("discard", None, by),
    }  # fmt: skip
    assert len(events) == len(OPEN)
    told = select(OutboxMessage).where(col(OutboxMessage.topic) == "referral.notice")
    messages = [one.payload for one in session.exec(told) if one.payload["event"] == "cancel"]
    assert len(messages) == len(OPEN) - 1  # of a draft nobody knew
    assert all(set(payload) == {"referral_id", "event", "sequence"} for payload in messages)
    needs = {need.status for need in session.exec(select(Need)).all()}
    assert needs <= {NeedStatus.WITHDRAWN, NeedStatus.MET, NeedStatus.OPEN}
    trail = select(AuditEvent.action).where(col(AuditEvent.action).startswith("referral.cancel"))
    assert len(session.exec(trail).all()) == len(OPEN) - 1


def test_open_referrals_end_when_a_coordinator_erases_the_patient(scene: Scene) -> None:
    expected = underway(scene)
    coordinator = scene.actors["coordinator"]
    lifecycle.erase(scene.session, coordinator, scene.patient.id)
    check_ended(scene, expected, coordinator.id)


def test_open_referrals_end_when_retention_erases_the_patient(sqlite_scene: Scene) -> None:
    expected = underway(sqlite_scene)
    retention.erase(sqlite_scene.session, sqlite_scene.patient.id)
    check_ended(sqlite_scene, expected, SYSTEM.id)


def test_whoever_may_not_erase_ends_nothing(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.at(Status.SENT)
    strangers: tuple[Actor, ...] = (scene.actors["partner"], scene.actors["stranger"])
    for stranger in strangers:
        with pytest.raises(NotFound):
            lifecycle.erase(scene.session, stranger, scene.patient.id)
    scene.session.expire_all()
    assert scene.session.get_one(Referral, row.id).status is Status.SENT
    assert scene.session.get_one(Patient, scene.patient.id).erased_at is None
