"""Every state × every event × everybody: what the table allows happens, all else changes nothing."""

from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from core.audit import AuditEvent
from core.errors import Forbidden, HandrailError, NotFound
from core.outbox import OutboxMessage
from referrals import replay
from referrals.errors import Illegal
from referrals.models import Referral, ReferralEvent
from referrals.states import EVENTS, TABLE, ActorKind, Status, find
from tests.support.referring import Scene


def everything(scene: Scene, referral: Referral) -> list[Any]:
    """The referral's row, its events, and how much the trail and the outbox hold."""
    table = Referral.__table__  # type: ignore[attr-defined]
    row = scene.session.connection().execute(table.select().where(table.c.id == referral.id)).one()
    counts = [
        scene.session.exec(select(func.count()).select_from(of)).one()
        for of in (ReferralEvent, AuditEvent, OutboxMessage)
    ]
    return [tuple(row), *counts]


def attempt(scene: Scene, who: str, event: str, referral: Referral) -> HandrailError | None:
    try:
        with scene.session.begin_nested():
            scene.act(who, event, referral)
    except HandrailError as error:
        return error
    return None


@pytest.mark.parametrize("status", Status)
def test_the_grid(status: Status, sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    for event in EVENTS:
        transition = find(status, event)
        for kind in transition.actors if transition else ():
            check_allowed(scene, kind, event, scene.at(status))
    kept = scene.at(status)
    before = everything(scene, kept)
    for event in EVENTS:
        transition = find(status, event)
        for kind in sorted(set(ActorKind) - (transition.actors if transition else set())):
            check_refused(scene, kind, event, kept, (Forbidden, NotFound, Illegal))
        check_refused(scene, "supervisor", event, kept, (Forbidden,))
        check_refused(scene, "stranger", event, kept, (NotFound,))
        assert everything(scene, kept) == before, event


def check_allowed(scene: Scene, kind: ActorKind, event: str, referral: Referral) -> None:
    """It leads where the table says, and leaves an event, an audit row and its messages."""
    transition = find(referral.status, event)
    assert transition is not None
    scene.prepare(event, referral)
    if event == "discard" and referral.due_at:
        scene.now = max(scene.now, referral.due_at)
    before, version = everything(scene, referral), referral.version
    after = scene.act(kind, event, referral)
    row = scene.session.exec(
        select(Referral).where(Referral.id == referral.id).execution_options(populate_existing=True)
    ).one()
    assert (row.status, row.version) == (transition.target, version + 1)
    assert (after.status, after.version) == (row.status, row.version)
    state = TABLE.states[transition.target]
    assert (row.closed_at is not None) == state.terminal
    assert (row.due_at is not None) == (state.clock is not None)
    assert row.due_event == state.due_event
    event_row = scene.events(row)[-1]
    assert (event_row.event, event_row.source, event_row.target, event_row.actor_kind) == (
        event, transition.source, transition.target, kind,
    )  # fmt: skip
    assert bool(event_row.reason or event_row.note_sealed) >= transition.reason_required
    assert replay.replay(scene.events(row)) == row.status
    _, events, audits, messages = everything(scene, row)
    moved_need = audits - before[2] - 1
    assert events == before[1] + 1
    assert moved_need in (0, 1)
    further = "next_best" in transition.effects
    assert messages - before[3] == (2 + further if row.sent_at else 0)


def check_refused(
    scene: Scene,
    who: str,
    event: str,
    referral: Referral,
    kinds: tuple[type[HandrailError], ...],
) -> None:
    """It is refused with a reason; that nothing changed is seen after all who tried the event."""
    error = attempt(scene, who, event, referral)
    assert isinstance(error, kinds), (who, event, referral.status, error)
    assert error.message


def test_what_was_refused_names_who_acted(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    referral = scene.at(Status.DECLINED)
    error = attempt(scene, "colleague", "accept", referral)
    assert isinstance(error, Illegal)
    assert "It is declined by the partner: Eva, decline, 2026-03-02 17:00 UTC." in error.message
    error = attempt(scene, "coordinator", "cancel", referral)
    assert error is not None
    assert "Pantry, decline" in error.message
    assert "Eva" not in error.message


def test_events_are_never_changed_nor_removed(scene: Scene) -> None:
    from sqlalchemy import delete, update
    from sqlalchemy.exc import DBAPIError

    referral = scene.at(Status.SENT)
    for statement in (
        update(ReferralEvent).values(event="accept"),
        update(ReferralEvent).values(target=Status.ACCEPTED),
        delete(ReferralEvent),
    ):
        with pytest.raises(DBAPIError, match="append-only"), scene.session.begin_nested():
            scene.session.connection().execute(
                statement.where(col(ReferralEvent.referral_id) == referral.id)
            )
    resealed = update(ReferralEvent).values(note_sealed="k2.x")
    assert scene.session.connection().execute(resealed).rowcount > 1
