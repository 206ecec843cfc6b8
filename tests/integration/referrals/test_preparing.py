"""Before a need is sent: who would take it, what they would see; and that it is exactly that."""

from datetime import time
from typing import Any

import pytest
from sqlmodel import col, select

from core import clock
from core.audit import AuditEvent
from core.errors import Conflict, Forbidden, NotFound
from directory.models import Schedule
from directory.models.kinds import Frequency
from patients import commands
from patients.forms import ContactForm, TimeForm, parse
from referrals import snapshot
from referrals.bulk import send_all
from referrals.drafting import Target
from referrals.errors import Stale
from referrals.models import Referral
from referrals.preparing import preview, prospects
from referrals.states import Status
from tests.support.referring import VAULT, Scene


def test_who_would_take_it_and_with_how_much_room(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    scene.capacity(3)
    coordinator = scene.actors["coordinator"]
    asked = ("svc-Pantry", "svc-Other pantry", "svc-none")
    found = prospects(scene.session, coordinator, scene.need.id, asked)
    pantry = found["svc-Pantry"]
    assert (pantry.partner_id, pantry.room.code) == (scene.pantry.id, "capacity")
    assert pantry.room.facts["free"] == 3
    assert found["svc-Other pantry"].room.code == "capacity_unknown"
    assert pantry.can_be_asked and set(found) == {"svc-Pantry", "svc-Other pantry"}
    scene.service.accepts_referrals = False
    scene.session.add(scene.service)
    scene.session.flush()
    closed = prospects(scene.session, coordinator, scene.need.id, asked)["svc-Pantry"]
    assert not closed.can_be_asked and closed.partner_id


def test_a_need_that_is_with_a_service_is_said_to_be(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.act("coordinator", "send", scene.draft())
    found = prospects(scene.session, scene.actors["coordinator"], scene.need.id, ["svc-Pantry"])
    assert (found["svc-Pantry"].with_them, found["svc-Pantry"].can_be_asked) == (row.id, False)
    with pytest.raises(NotFound):
        prospects(scene.session, scene.actors["stranger"], scene.need.id, ["svc-Pantry"])


def test_the_preview_is_what_is_frozen_or_nothing_is_sent(sqlite_scene: Scene) -> None:
    scene, who = sqlite_scene, sqlite_scene.actors["coordinator"]
    shown = preview(scene.session, who, VAULT, scene.need.id)
    assert shown.fields == snapshot.allowed_fields("food")
    send: dict[str, Any] = {"need_id": scene.need.id, "targets": [Target(scene.service.id)]}
    contact = ContactForm(system="phone", value="919-555-0133")
    commands.set_contacts(scene.session, who, VAULT, scene.patient.id, [contact])
    with clock.frozen(scene.now), pytest.raises(Stale, match="record changed"):
        send_all(scene.session, who, VAULT, **send, seen=shown.digest)
    again = preview(scene.session, who, VAULT, scene.need.id)
    with clock.frozen(scene.now):
        (row,) = send_all(scene.session, who, VAULT, **send, seen=again.digest)
    assert snapshot.frozen(scene.session, VAULT, row.id) == again.content
    with pytest.raises(NotFound):
        preview(scene.session, scene.actors["stranger"], VAULT, scene.need.id)
    with pytest.raises(Forbidden):
        preview(scene.session, scene.actors["supervisor"], VAULT, scene.need.id)


def test_a_clash_that_was_overridden_is_noted_and_the_ended_one_is_named(
    sqlite_scene: Scene,
) -> None:
    scene, who = sqlite_scene, sqlite_scene.actors["coordinator"]
    ended = scene.act("partner", "decline", scene.act("coordinator", "send", scene.draft()))
    blocked = parse(TimeForm, {"kind": "blocked", "window": "mon 08:00-18:00"})
    commands.set_times(scene.session, who, VAULT, scene.patient.id, [blocked])
    scene.session.add(
        Schedule(
            id="s", service_id=scene.service.id, byday="MO", freq=Frequency.WEEKLY,
            opens_at=time(9), closes_at=time(17),
        )
    )  # fmt: skip
    scene.session.flush()
    with clock.frozen(scene.now):
        (row,) = send_all(
            scene.session, who, VAULT, need_id=scene.need.id, targets=[Target(scene.service.id)],
            replaces_id=ended.id, despite=[scene.service.id],
        )  # fmt: skip
    assert (row.status, row.replaces_id) == (Status.SENT, ended.id)
    noted = select(AuditEvent).where(col(AuditEvent.action) == "referral.despite_clash")
    assert [event.entity_id for event in scene.session.exec(noted)] == [row.id]
    open_one = scene.session.get_one(Referral, row.id)
    with clock.frozen(scene.now), pytest.raises(Conflict, match="still open"):
        send_all(scene.session, who, VAULT, need_id=scene.need.id,
                 targets=[Target("svc-Other pantry")], replaces_id=open_one.id)  # fmt: skip
