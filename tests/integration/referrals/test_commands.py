"""What each guard and effect does, on both databases."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from core import clock
from core.errors import Conflict, Forbidden, HandrailError, Invalid, NotFound
from core.outbox import OutboxMessage
from patients import caring, lifecycle
from patients.forms import TimeForm
from patients.models import LoopConfirmation, Need, NeedStatus, Urgency
from referrals import queries, snapshot
from referrals.calendar import add_business, calendar_of
from referrals.capacity import capacity_of
from referrals.commands import draft
from referrals.confirming import confirm
from referrals.drafting import Target
from referrals.errors import Duplicate, Full, KeyReused, NoConsent, Stale
from referrals.models import Code, CodeKind, LimitUnit, Outcome, Referral, ReferralLimit
from referrals.states import Clock, Status
from tests.support.referring import NOON, VAULT, Scene, consenting, open_need, partner

MARCH = date(2026, 3, 2)


def refused(scene: Scene, kind: type[HandrailError], who: str, event: str, referral: Referral,
            **values: Any) -> HandrailError:  # fmt: skip
    """The event is refused so, and the row stays as it was."""
    before = scene.session.get_one(Referral, referral.id).model_dump()
    with pytest.raises(kind) as caught, scene.session.begin_nested():
        scene.act(who, event, referral, **values)
    scene.session.refresh(referral)
    assert referral.model_dump() == before
    return caught.value


def need_of(scene: Scene, referral: Referral) -> Need:
    scene.session.expire_all()
    return scene.session.get_one(Need, referral.need_id)


def test_sending_freezes_what_was_previewed_and_starts_the_partners_clock(scene: Scene) -> None:
    row = scene.draft()
    with clock.frozen(NOON):
        shown, seen = queries.preview(scene.session, scene.actors["coordinator"], VAULT, row.id)
    row = scene.act("coordinator", "send", row, preview=seen)
    assert row.sent_at == NOON
    assert row.consent_id == scene.consent.id
    assert row.due_at == add_business(calendar_of(scene.pantry), NOON, days=2)
    assert NOON < row.remind_at < row.remind_again_at < row.due_at  # type: ignore[operator]
    assert snapshot.frozen(scene.session, VAULT, row.id) == shown
    assert shown["name"]["name"] == "Canary Patient"
    assert "birth_date" not in shown
    assert need_of(scene, row).status is NeedStatus.IN_PROGRESS
    topics = [m.topic for m in scene.session.exec(select(OutboxMessage)) if "referral" in m.topic]
    assert sorted(topics) == ["referral.notice", "referral.webhook"]


def test_a_record_that_changed_since_the_preview_is_not_sent(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.draft()
    coordinator = scene.actors["coordinator"]
    _, seen = queries.preview(scene.session, coordinator, VAULT, row.id)
    from patients import commands

    window = TimeForm(kind="free", window="sat 09:00-12:00")  # type: ignore[arg-type]
    commands.set_times(scene.session, coordinator, VAULT, scene.patient.id, [window])
    refused(scene, Stale, "coordinator", "send", row, preview=seen)


def test_the_snapshot_stays_when_the_record_changes(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.at(Status.SENT)
    before = snapshot.frozen(scene.session, VAULT, row.id)
    scene.session.get_one(type(scene.patient), scene.patient.id).postal_code = "27510"
    scene.session.flush()
    assert snapshot.frozen(scene.session, VAULT, row.id) == before


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"data_categories": ["name"]}, "no consent"),
        ({"valid_from": "2026-03-03"}, "no consent"),
        ({"valid_from": "2026-01-01", "valid_until": "2026-03-01"}, "no consent"),
        ({"restricted": "violence"}, "no consent"),
    ],
)
def test_a_consent_must_cover_partner_fields_and_day(
    sqlite_scene: Scene, values: dict[str, Any], said: str
) -> None:
    scene, coordinator = sqlite_scene, sqlite_scene.actors["coordinator"]
    with clock.frozen(NOON):
        caring.revoke_consent(scene.session, coordinator, scene.consent.id)
        consenting(scene.session, coordinator, scene.patient, scene.pantry.id, **values)
    error = refused(scene, NoConsent, "coordinator", "send", scene.draft())
    assert said in error.message


def test_a_restricted_need_wants_its_own_consent(sqlite_scene: Scene) -> None:
    scene, coordinator = sqlite_scene, sqlite_scene.actors["coordinator"]
    scene.need = open_need(scene.session, coordinator, scene.patient, restricted="violence")
    row = scene.draft()
    refused(scene, NoConsent, "coordinator", "send", row)
    with clock.frozen(NOON):
        consenting(
            scene.session, coordinator, scene.patient, scene.pantry.id, restricted="violence"
        )
    assert scene.act("coordinator", "send", row).restricted == "violence"


def test_revoking_a_consent_cancels_what_rests_on_it_and_shows_the_partner_nothing(
    scene: Scene,
) -> None:
    scene.capacity(3)
    accepted, sent = scene.at(Status.ACCEPTED), scene.at(Status.SENT)
    done = scene.at(Status.COMPLETED)
    with clock.frozen(scene.now):
        caring.revoke_consent(scene.session, scene.actors["coordinator"], scene.consent.id)
    for row in (accepted, sent):
        scene.session.refresh(row)
        assert (row.status, row.reason) == (Status.CANCELLED, "consent_revoked")
        assert need_of(scene, row).status is NeedStatus.OPEN
    assert done.status is Status.COMPLETED
    assert capacity_of(scene.session, scene.pantry.id, scene.service.id).slots_taken == 0  # type: ignore[union-attr]
    for row in (accepted, sent, done):
        seen = queries.referral(scene.session, scene.actors["partner"], VAULT, row.id)
        assert seen.shared is None
        assert seen.withheld == queries.WITHHELD
        assert all(entry.note is None for entry in seen.timeline)
    own = queries.referral(scene.session, scene.actors["coordinator"], VAULT, done.id)
    assert own.shared is not None


def test_a_consent_that_ran_out_stops_the_partner_but_not_the_end(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    accepted = scene.at(Status.ACCEPTED)
    scene.consent.valid_until = NOON.date()
    scene.session.add(scene.consent)
    scene.session.flush()
    scene.now = NOON + timedelta(days=1)
    refused(scene, NoConsent, "partner", "start", accepted)
    assert scene.act("partner", "complete", accepted).status is Status.COMPLETED


def test_the_same_need_goes_to_a_service_once_at_a_time(scene: Scene) -> None:
    first = scene.at(Status.SENT)
    second = scene.draft()
    refused(scene, Duplicate, "coordinator", "send", second)
    scene.act("partner", "decline", first)
    assert scene.act("coordinator", "send", second).status is Status.SENT


def test_a_service_that_takes_none_and_a_partner_that_left(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.draft()
    scene.service.accepts_referrals = False
    scene.session.flush()
    refused(scene, Conflict, "coordinator", "send", row)
    scene.service.accepts_referrals = True
    scene.pantry.active = False
    scene.session.flush()
    error = refused(scene, Conflict, "coordinator", "send", row)
    assert "Pantry no longer takes part" in error.message
    with pytest.raises(Invalid, match="Call them"):
        scene.draft()
    with pytest.raises(Invalid, match="no such service"):
        scene.draft(target=Target("nowhere"))


def test_fields_beyond_what_the_category_needs_are_not_shared(sqlite_scene: Scene) -> None:
    for fields in (["name", "birth_date"], ["contact"], ["name", "notes"]):
        with pytest.raises(Invalid) as caught:
            sqlite_scene.draft(fields=fields)
        assert caught.value.parameter == "fields"
    row = sqlite_scene.draft(fields=["name", "contact"])
    shown = snapshot.content(sqlite_scene.session, VAULT, row)
    assert shown.keys() == {"category", "restricted", "name", "contact"}


@pytest.mark.parametrize(
    ("status", "who", "event", "values", "parameter"),
    [
        (Status.SENT, "partner", "decline", {"reason": None}, "reason"),
        (Status.SENT, "partner", "decline", {"reason": "client_no_show"}, "reason"),
        (Status.SENT, "partner", "decline", {"reason": "other"}, "note"),
        (Status.SENT, "partner", "ask_info", {"note": None}, "note"),
        (Status.SENT, "partner", "accept", {"reason": "no_capacity"}, "reason"),
        (Status.SENT, "coordinator", "cancel", {"reason": None}, "reason"),
        (Status.ACCEPTED, "partner", "schedule", {"appointment_at": None}, "appointment_at"),
        (Status.ACCEPTED, "partner", "schedule", {"appointment_at": NOON}, "appointment_at"),
        (Status.ACCEPTED, "partner", "schedule", {"appointment_at": datetime(2026, 3, 9)},
         "appointment_at"),
        (Status.ACCEPTED, "partner", "schedule",
         {"appointment_at": datetime(2226, 3, 9, tzinfo=UTC)}, "appointment_at"),
        (Status.ACCEPTED, "partner", "waitlist", {"expected_by": MARCH}, "expected_by"),
        (Status.ACCEPTED, "partner", "complete", {"outcome": None}, "outcome"),
        (Status.ACCEPTED, "partner", "complete", {"outcome": "superb"}, "outcome"),
        (Status.ACCEPTED, "partner", "complete", {"service_dates": ()}, "service_dates"),
        (Status.ACCEPTED, "partner", "complete", {"service_dates": (date(2026, 2, 1),)},
         "service_dates"),
        (Status.ACCEPTED, "partner", "complete", {"service_dates": (date(2026, 3, 9),)},
         "service_dates"),
        (Status.ACCEPTED, "coordinator", "complete_on_behalf", {"reason": "hearsay"}, "reason"),
        (Status.ACCEPTED, "coordinator", "not_complete_on_behalf", {"evidence": None}, "evidence"),
        (Status.SENT, "partner", "befriend", {}, "event"),
    ],
)  # fmt: skip
def test_wrong_input_is_named(
    sqlite_scene: Scene, status: Status, who: str, event: str, values: dict[str, Any],
    parameter: str,
) -> None:  # fmt: skip
    row = sqlite_scene.at(status)
    error = refused(sqlite_scene, Invalid, who, event, row, **values)
    assert error.parameter == parameter


def test_codes_are_good_on_their_days_only(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.at(Status.SENT)
    scene.session.add(Code(kind=CodeKind.DECLINE, code="flood", valid_from=date(2026, 3, 3)))
    ended = Code(kind=CodeKind.DECLINE, code="no_funds", valid_from=date(2020, 1, 1),
                 valid_to=date(2026, 3, 1))  # fmt: skip
    scene.session.add(ended)
    scene.session.flush()
    refused(scene, Invalid, "partner", "decline", row, reason="flood")
    refused(scene, Invalid, "partner", "decline", row, reason="no_funds")
    scene.now = NOON + timedelta(days=1)
    assert scene.act("partner", "decline", row, reason="flood").reason == "flood"


def test_an_old_version_is_told_who_acted(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.at(Status.SENT)
    seen = row.version
    scene.act("colleague", "view", row)
    error = refused(scene, Stale, "partner", "accept", row, version=seen)
    assert "It is viewed: Finn, view, 2026-03-02 17:00 UTC." in error.message


def test_slots_are_taken_given_back_and_never_overfull(scene: Scene) -> None:
    scene.capacity(1)
    first, second = scene.at(Status.ACCEPTED), scene.at(Status.SENT)
    error = refused(scene, Full, "partner", "accept", second)
    assert isinstance(error, Full)
    assert error.offer == "accept_waitlist"
    waiting = scene.act("partner", "accept_waitlist", second)
    refused(scene, Full, "partner", "offer_slot", waiting)
    scene.act("partner", "complete", first)
    assert scene.act("partner", "offer_slot", waiting).slot_held
    scene.act("coordinator", "mark_error", waiting)
    row = capacity_of(scene.session, scene.pantry.id, scene.service.id)
    scene.session.refresh(row)
    assert row is not None
    assert (row.slots_taken, row.slots_total) == (0, 1)


def test_counting_slots_starts_with_whom_was_accepted_before(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    before = scene.at(Status.IN_SERVICE)
    assert not before.slot_held
    with pytest.raises(Conflict, match="1 slots are taken"):
        scene.capacity(0)
    scene.session.rollback()


def test_a_closed_waitlist_takes_nobody(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    scene.capacity(0, waitlist_open=False)
    row = scene.at(Status.SENT)
    refused(scene, Conflict, "partner", "accept_waitlist", row)
    error = refused(scene, Full, "partner", "accept", row)
    assert isinstance(error, Full)
    assert error.offer is None


def test_only_the_partner_speaks_for_its_services(sqlite_scene: Scene) -> None:
    from referrals.capacity import CapacityGiven, set_capacity

    scene = sqlite_scene
    given = CapacityGiven(3)
    for who, kind in (("coordinator", NotFound), ("stranger", NotFound)):
        with pytest.raises(kind):
            set_capacity(scene.session, scene.actors[who], scene.pantry.id, scene.service.id,
                         given, version=None)  # fmt: skip
    with pytest.raises(NotFound, match="service"):
        set_capacity(scene.session, scene.actors["partner"], scene.pantry.id, "svc-Other pantry",
                     given, version=None)  # fmt: skip
    scene.capacity(3)
    with pytest.raises(Conflict, match="meanwhile"):
        set_capacity(scene.session, scene.actors["partner"], scene.pantry.id, scene.service.id,
                     given, version=None)  # fmt: skip


def test_asking_pauses_the_partners_clock_and_an_answer_resumes_it(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    calendar = calendar_of(scene.pantry)
    row = scene.at(Status.SENT)
    scene.now = add_business(calendar, NOON, hours=12)
    asked = scene.act("partner", "ask_info", row)
    assert (asked.paused_minutes, asked.due_event) == (4 * 60, "answer_timeout")
    assert asked.due_at == add_business(calendar, scene.now, days=3)
    assert asked.first_response_at == scene.now
    scene.now = add_business(calendar, scene.now, hours=10)
    answered = scene.act("coordinator", "answer_info", asked, note="Mondays")
    assert answered.due_at == add_business(calendar, scene.now, days=1)
    assert (answered.paused_at, answered.due_event) == (None, "response_timeout")


def test_viewing_does_not_stop_the_clock(sqlite_scene: Scene) -> None:
    row = sqlite_scene.at(Status.SENT)
    before = (row.due_at, row.remind_at, row.clock_started_at)
    sqlite_scene.now = NOON + timedelta(hours=3)
    seen = sqlite_scene.act("partner", "view", row)
    assert (seen.due_at, seen.remind_at, seen.clock_started_at) == before
    assert seen.first_response_at is None


def test_limits_can_differ_by_category(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    for category, amount in (("", 5), ("food", 1), ("transport", 9)):
        scene.session.add(ReferralLimit(clock=Clock.RESPONSE, category=category,
                                        urgency=Urgency.ROUTINE, unit=LimitUnit.BUSINESS_HOURS,
                                        amount=amount))  # fmt: skip
    scene.session.flush()
    row = scene.at(Status.SENT)
    assert row.due_at == NOON + timedelta(hours=1)


def test_an_urgent_need_has_the_shorter_limit_and_an_appointment_its_own(
    sqlite_scene: Scene,
) -> None:
    scene = sqlite_scene
    scene.need = open_need(
        scene.session, scene.actors["coordinator"], scene.patient, urgency="urgent"
    )
    row = scene.act("coordinator", "send", scene.draft())
    assert row.due_at == add_business(calendar_of(scene.pantry), NOON, hours=4)
    scene.act("partner", "accept", row)
    booked = scene.act("partner", "schedule", row, appointment_at=NOON + timedelta(days=10))
    assert booked.due_at == add_business(
        calendar_of(scene.pantry), NOON + timedelta(days=10), days=2
    )


@pytest.mark.parametrize(
    ("outcome", "status"),
    [
        ("service_received_full", NeedStatus.MET),
        ("service_received_partial", NeedStatus.PARTLY_MET),
        ("enrolled", NeedStatus.MET),
        ("information_only", NeedStatus.OPEN),
        ("application_submitted", NeedStatus.OPEN),
    ],
)
def test_the_need_follows_the_outcome(
    sqlite_scene: Scene, outcome: str, status: NeedStatus
) -> None:
    row = sqlite_scene.at(Status.ACCEPTED)
    sqlite_scene.act("partner", "complete", row, outcome=outcome)
    assert need_of(sqlite_scene, row).status is status
    kept = sqlite_scene.session.exec(select(Outcome).where(Outcome.referral_id == row.id)).one()
    assert (kept.code, kept.first_service_on) == (outcome, NOON.date())
    assert VAULT.get(kept, "provided") == "Two boxes"


def test_a_need_stays_in_progress_while_another_attempt_is_open(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    with clock.frozen(NOON):
        other, service = partner(scene.session, "Second pantry")
        consenting(scene.session, scene.actors["coordinator"], scene.patient, other.id)
    first = scene.at(Status.SENT)
    second = scene.act("coordinator", "send", scene.draft(target=Target(service.id)))
    scene.act("partner", "decline", first)
    assert need_of(scene, first).status is NeedStatus.IN_PROGRESS
    scene.act("coordinator", "cancel", second, reason="patient_withdrew")
    assert need_of(scene, first).status is NeedStatus.WITHDRAWN


def test_a_completion_that_was_an_error_met_nothing(sqlite_scene: Scene) -> None:
    row = sqlite_scene.at(Status.COMPLETED)
    assert need_of(sqlite_scene, row).status is NeedStatus.MET
    sqlite_scene.act("coordinator", "mark_error", row)
    assert need_of(sqlite_scene, row).status is NeedStatus.OPEN


def test_a_dispute_opens_the_need_with_a_draft_of_a_new_attempt(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.at(Status.COMPLETED)
    need = confirm(scene.session, scene.actors["patient"], row.need_id, met=False)
    assert (need.status, need.loop_confirmation) == (NeedStatus.OPEN, LoopConfirmation.DISPUTED)
    again = scene.session.exec(select(Referral).where(Referral.replaces_id == row.id)).one()
    assert (again.status, again.assigned_to) == (Status.DRAFT, row.assigned_to)
    assert scene.act("coordinator", "send", again).status is Status.SENT
    assert row.status is Status.COMPLETED


@pytest.mark.parametrize(
    ("who", "by"),
    [
        ("patient", LoopConfirmation.BY_PATIENT),
        ("caregiver", LoopConfirmation.BY_CAREGIVER),
        ("coordinator", LoopConfirmation.BY_COORDINATOR),
    ],
)
def test_who_confirmed_is_kept(sqlite_scene: Scene, who: str, by: LoopConfirmation) -> None:
    row = sqlite_scene.at(Status.COMPLETED)
    need = confirm(sqlite_scene.session, sqlite_scene.actors[who], row.need_id, met=True)
    assert need.loop_confirmation is by
    for stranger, kind in (("supervisor", Forbidden), ("partner", NotFound)):
        with pytest.raises(kind):
            confirm(sqlite_scene.session, sqlite_scene.actors[stranger], row.need_id, met=True)


def test_an_open_need_cannot_be_confirmed(sqlite_scene: Scene) -> None:
    row = sqlite_scene.at(Status.SENT)
    with pytest.raises(Conflict, match="still open"):
        confirm(sqlite_scene.session, sqlite_scene.actors["patient"], row.need_id, met=True)


def test_a_new_attempt_names_the_one_it_replaces(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    declined = scene.at(Status.DECLINED)
    again = scene.draft(replaces_id=declined.id)
    assert again.replaces_id == declined.id
    scene.act("coordinator", "send", again)
    with pytest.raises(Conflict, match="still open"):
        scene.draft(replaces_id=again.id)
    scene.need = open_need(scene.session, scene.actors["coordinator"], scene.patient)
    with pytest.raises(NotFound):
        scene.draft(replaces_id=declined.id)


def test_a_key_is_done_once_and_answered_the_same(scene: Scene) -> None:
    row = scene.at(Status.SENT)
    version = row.version
    first = scene.act("partner", "accept", row, key="k-1", version=version)
    answer = (first.status, first.version)
    scene.act("partner", "start", first)
    again = scene.act("partner", "accept", row, key="k-1", version=version)
    assert (again.status, again.version) == answer == (Status.ACCEPTED, version + 1)
    assert len(scene.events(row)) == version + 2
    with pytest.raises(KeyReused):
        scene.act("partner", "decline", row, key="k-1")
    with pytest.raises(Invalid):
        scene.act("partner", "complete", row, key="")


def test_a_key_of_what_failed_can_be_used_again(scene: Scene) -> None:
    scene.capacity(0)
    row = scene.at(Status.SENT)
    refused(scene, Full, "partner", "accept", row, key="k-2")
    scene.capacity(1)
    assert scene.act("partner", "accept", row, key="k-2").status is Status.ACCEPTED


def test_a_draft_with_a_key_is_made_once(scene: Scene) -> None:
    first = scene.draft(key="d-1")
    assert scene.draft(key="d-1").id == first.id
    with pytest.raises(KeyReused):
        scene.draft(key="d-1", fields=["name"])


def test_a_closed_need_gets_no_draft(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    done = scene.at(Status.COMPLETED)
    with pytest.raises(Conflict, match="closed"):
        draft(scene.session, scene.actors["coordinator"], need_id=done.need_id,
              target=Target(scene.service.id))  # fmt: skip
    for who, kind in (("supervisor", Forbidden), ("partner", NotFound)):
        with pytest.raises(kind):
            draft(scene.session, scene.actors[who], need_id=scene.need.id,
                  target=Target(scene.service.id))  # fmt: skip


def test_a_timer_waits_until_it_is_due_and_until_reminders_were_sent(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    row = scene.at(Status.ACCEPTED)
    refused(scene, Conflict, "timer", "contact_timeout", row)
    assert row.due_at is not None
    scene.now = row.due_at
    error = refused(scene, Conflict, "timer", "contact_timeout", row)
    assert "reminded" in error.message
    row.reminders_sent = 2
    scene.session.flush()
    ended = scene.act("timer", "contact_timeout", row)
    assert (ended.status, ended.reason) == (Status.NOT_COMPLETED, "partner_no_followup")


def test_erasing_and_resealing_reach_what_was_shared(scene: Scene) -> None:
    row = scene.at(Status.COMPLETED)
    scene.at(Status.NEEDS_INFO)
    lifecycle.erase(scene.session, scene.actors["coordinator"], scene.patient.id)
    scene.session.expire_all()
    assert snapshot.frozen(scene.session, VAULT, row.id) is None
    for table in ("referral_event.note", "shared_snapshot.content", "outcome.provided"):
        name, column = table.split(".")
        statement = f"SELECT count({column}_sealed) FROM {name}"
        assert scene.session.connection().exec_driver_sql(statement).scalar() == 0


def test_merging_moves_the_referrals_along(sqlite_scene: Scene) -> None:
    scene = sqlite_scene
    from patients import commands
    from patients.forms import PatientForm

    row = scene.at(Status.SENT)
    coordinator = scene.actors["coordinator"]
    form = PatientForm(name="Canary Patient")
    other = commands.create_patient(scene.session, coordinator, VAULT, scene.clinic.id, form)
    lifecycle.merge(scene.session, coordinator, scene.patient.id, other.id)
    scene.session.expire_all()
    assert scene.session.get_one(Referral, row.id).patient_id == other.id
