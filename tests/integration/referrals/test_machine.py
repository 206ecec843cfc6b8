"""Anything anybody may try, in any order, with the clock moving: what must always hold, holds.

A short run in the suite; `STATEFUL_RUNS=500` for a long one.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sqlmodel import Session, col, select

from core import audit, clock
from core.audit import AuditEvent
from core.db import Database
from core.errors import HandrailError
from core.outbox import OutboxMessage
from patients import caring
from patients.models import Need, NeedStatus
from referrals import queries, replay, timers
from referrals.capacity import CapacityGiven, capacity_of, set_capacity
from referrals.commands import NOTICE, WEBHOOK
from referrals.confirming import confirm
from referrals.errors import Refused
from referrals.models import ProgramCapacity, Referral, ReferralEvent
from referrals.states import EVENTS, TERMINAL, Status
from tests.support.referring import NOON, VAULT, Scene, consenting, open_need, settle

RUNS = int(os.environ.get("STATEFUL_RUNS", "6"))
WHO = ("coordinator", "partner", "colleague", "patient", "supervisor", "stranger", "timer")
LIKELY = ("send", "view", "accept", "schedule", "start", "complete", "ask_info", "answer_info",
          "accept_waitlist", "waitlist", "offer_slot", "decline", "cancel", "not_complete")  # fmt: skip


class Network(RuleBasedStateMachine):
    """A clinic and a pantry. `closed` remembers every end that was ever reached."""

    template: Path
    prototype: Scene
    referrals = Bundle("referrals")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="network"))
        shutil.copyfile(self.template, self.folder / "network.db")
        self.db = Database(f"sqlite:///{self.folder / 'network.db'}")
        self.scene = replace(self.prototype)
        self.now = NOON
        self.closed: dict[str, Status] = {}

    @contextmanager
    def acting(self) -> Iterator[Session]:
        with clock.frozen(self.now), self.db.write() as session:
            self.scene.session, self.scene.now = session, self.now
            yield session

    @initialize(target=referrals)
    def begin(self) -> Any:
        return multiple(self.drafted(), self.drafted())

    @rule(target=referrals)
    def drafted(self) -> str:
        with self.acting() as session:
            coordinator = self.scene.actors["coordinator"]
            self.scene.need = open_need(session, coordinator, self.scene.patient)
            return self.scene.draft().id

    @rule(referral=referrals, who=st.sampled_from(WHO), event=st.sampled_from(EVENTS))
    def anything(self, referral: str, who: str, event: str) -> None:
        self.attempt(referral, who, event)

    @rule(referral=referrals, event=st.sampled_from(LIKELY), lag=st.sampled_from([0, 0, 0, 1]))
    def likely(self, referral: str, event: str, lag: int) -> None:
        sender = event in ("send", "answer_info", "cancel")
        self.attempt(referral, "coordinator" if sender else "partner", event, lag)

    def attempt(self, referral: str, who: str, event: str, lag: int = 0) -> None:
        with self.db.read() as session:
            row = session.get_one(Referral, referral)
        try:
            with self.acting():
                after = self.scene.act(who, event, row, version=row.version - lag)
        except HandrailError as error:
            assert error.message
            assert not isinstance(error, Refused) or error.standing
            with self.db.read() as session:
                assert session.get_one(Referral, referral).version == row.version
        else:
            assert lag == 0
            assert after.version == row.version + 1

    @rule(referral=referrals, event=st.sampled_from(LIKELY))
    def twice_with_one_key(self, referral: str, event: str) -> None:
        with self.db.read() as session:
            row = session.get_one(Referral, referral)
        who = "coordinator" if event in ("send", "cancel") else "partner"
        answers: list[Any] = []
        for _ in range(2):
            try:
                with self.acting():
                    found = self.scene.act(
                        who, event, row, version=row.version, key=f"{referral}{row.version}"
                    )
                answers.append((found.status, found.version))
            except HandrailError as error:
                answers.append((type(error), 0))
        assert answers[0] == answers[1]

    @rule(hours=st.integers(1, 24 * 9))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)
        with clock.frozen(self.now):
            timers.sweep(self.db)

    @rule(total=st.one_of(st.none(), st.integers(0, 3)), open_list=st.booleans())
    def capacity(self, total: int | None, open_list: bool) -> None:
        scene = self.scene
        try:
            with self.acting() as session:
                known = capacity_of(session, scene.pantry.id, scene.service.id)
                set_capacity(
                    session,
                    scene.actors["partner"],
                    scene.pantry.id,
                    scene.service.id,
                    CapacityGiven(total, open_list),
                    version=known.version if known else None,
                )
        except HandrailError as error:
            assert "slots are taken" in error.message

    @rule()
    def consent_ends_and_is_given_again(self) -> None:
        scene = self.scene
        coordinator = scene.actors["coordinator"]
        with self.acting() as session:
            caring.revoke_consent(session, coordinator, scene.consent.id)
        with self.db.read() as session:
            open_ones = select(Referral).where(
                Referral.consent_id == scene.consent.id, col(Referral.closed_at).is_(None)
            )
            assert session.exec(open_ones).all() == []
        with self.acting() as session:
            scene.consent = consenting(session, coordinator, scene.patient, scene.pantry.id)

    @rule(referral=referrals, met=st.booleans())
    def patient_speaks(self, referral: str, met: bool) -> None:
        try:
            with self.acting() as session:
                need_id = session.get_one(Referral, referral).need_id
                confirm(session, self.scene.actors["patient"], need_id, met=met)
        except HandrailError as error:
            assert "still open" in error.message

    @rule(referral=referrals)
    def partner_reads(self, referral: str) -> None:
        try:
            with self.acting() as session:
                seen = queries.referral(session, self.scene.actors["partner"], VAULT, referral)
        except HandrailError as error:
            assert "no such referral" in error.message
        else:
            assert (seen.shared is None) == (seen.withheld is not None)
            assert seen.line.patient_id is None

    @invariant()
    def events_lead_to_the_state_and_ends_stay(self) -> None:
        with self.db.read() as session:
            events = session.exec(
                select(ReferralEvent).order_by(
                    col(ReferralEvent.referral_id), col(ReferralEvent.sequence)
                )
            ).all()
            rows = session.exec(select(Referral)).all()
        for row in rows:
            own = [event for event in events if event.referral_id == row.id]
            assert replay.replay(own) == row.status
            assert row.version == len(own)
            ended = self.closed.get(row.id)
            assert ended in (None, row.status) or row.status is Status.ENTERED_IN_ERROR
            assert (row.closed_at is not None) == (row.status in TERMINAL)
            if row.status in TERMINAL:
                self.closed[row.id] = row.status

    @invariant()
    def slots_are_those_held(self) -> None:
        with self.db.read() as session:
            held = len(session.exec(select(Referral.id).where(col(Referral.slot_held))).all())
            for room in session.exec(select(ProgramCapacity)):
                assert room.slots_taken == held
                assert room.slots_total is None or held <= room.slots_total

    @invariant()
    def every_event_left_its_traces(self) -> None:
        with self.db.read() as session:
            events = session.exec(select(ReferralEvent)).all()
            sent = {row.id for row in session.exec(select(Referral)) if row.sent_at}
            keys = set(session.exec(select(OutboxMessage.key)))
            acts = session.exec(
                select(AuditEvent.entity_id, AuditEvent.action).where(
                    AuditEvent.entity_type == "referral", AuditEvent.action != "referral.read"
                )
            ).all()
        told = [(event.referral_id, f"referral.{event.event}") for event in events]
        assert sorted(told) == sorted(act for act in acts if act[1] in {t[1] for t in told})
        for event in events:
            if event.referral_id in sent and event.event not in ("draft", "discard"):
                for topic in (NOTICE, WEBHOOK):
                    assert f"{topic}:{event.referral_id}:{event.sequence}" in keys

    @invariant()
    def needs_wait_for_what_is_open(self) -> None:
        with self.db.read() as session:
            trying = set(
                session.exec(
                    select(Referral.need_id).where(
                        col(Referral.closed_at).is_(None), col(Referral.sent_at).is_not(None)
                    )
                )
            )
            for need in session.exec(select(Need)):
                assert (need.status is NeedStatus.IN_PROGRESS) <= (need.id in trying)

    def teardown(self) -> None:
        with self.db.read() as session:
            assert list(audit.verify(session)) == []
        self.db.close()
        shutil.rmtree(self.folder)


@pytest.mark.timeout(0 if RUNS > 100 else 300)
def test_whatever_is_tried(sqlite_database: Database, sqlite_url: str) -> None:
    with sqlite_database.write() as session:
        scene = settle(session)
    sqlite_database.close()
    machine = type("Prepared", (Network,), {"template": Path(sqlite_url[10:]), "prototype": scene})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=25,
            deadline=None,
            database=None,
            derandomize=RUNS < 100,
            suppress_health_check=list(HealthCheck),
        ),
    )
