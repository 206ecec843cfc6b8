"""Thirteen needs and their referrals, small enough to count by hand: every metric as it should be.

All was sent by a clinic in New York on Monday, March 2, 2026 at 10:00 unless it says otherwise, and the
partner works 9 to 5; the report is of December 1.
"""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session

from accounts.models import NetworkOrganization
from core.db import Database
from patients.models import LoopConfirmation, Need, NeedStatus, Patient
from referrals.models import Referral, ReferralEvent
from referrals.reports.counting import Asked, Counts, counts
from referrals.reports.figures import Share
from referrals.reports.keeping import fold_all
from referrals.reports.metrics import METRICS
from referrals.reports.questions import Question, question
from referrals.reports.report import Report, report
from referrals.states import TARGETS, TERMINAL, ActorKind, Status, find
from tests.support.many_referrals import Network, network
from tests.support.reports_oracle import ranked

ZONE = ZoneInfo("America/New_York")
AT = datetime(2026, 12, 1, 12, tzinfo=UTC)
DUE = {"due_at": "2026-03-04T10:00:00-05:00"}
SENT = ("send", "03-02 10:00", DUE)
FULL = {"outcome": "service_received_full"}

# opened, screened, category, status, confirmed; then each referral's events
Case = tuple[str, str | None, str, str, str, list[list[tuple[Any, ...]]]]
CASES: list[Case] = [
    ("02-25", "02-25", "food", "met", "confirmed_by_patient", [[
        SENT, ("accept", "03-02 11:30"), ("schedule", "03-03 09:00"),
        ("complete", "03-20 12:00", {**FULL, "service_dates": ["2026-03-18", "2026-03-19"]}),
    ]]),
    ("03-01", "01-30", "food", "unmet", "unconfirmed", [[
        SENT, ("view", "03-02 10:30"), ("accept", "03-03 09:30"),
        ("not_complete", "03-30 12:00", {}, "client_unreachable"),
    ]]),
    ("03-01", "01-31", "food", "partly_met", "unconfirmed", [[
        SENT, ("ask_info", "03-02 10:20"), ("answer_info", "03-03 10:20"),
        ("accept", "03-03 10:50"),
        ("complete", "05-15 12:00",
         {"outcome": "service_received_partial", "service_dates": ["2026-05-10"]}),
    ]]),
    ("03-01", None, "food", "met", "confirmed_by_coordinator", [
        [SENT, ("decline", "03-02 10:10", {}, "no_capacity")],
        [("send", "03-03 10:00", {"due_at": "2026-03-05T10:00:00-05:00"}),
         ("accept_waitlist", "03-03 12:00", {}, "no_capacity_has_waitlist"),
         ("complete", "04-20 12:00", {**FULL, "service_dates": ["2026-04-18"]})],
    ]),
    ("03-02", "02-20", "respite", "lost_to_followup", "unconfirmed", [[
        SENT, ("response_timeout", "03-04 10:00", {}, "no_response"),
    ]]),
    ("03-02", None, "food", "open", "unconfirmed", [[
        SENT, ("view", "03-02 12:00"), ("response_timeout", "03-04 10:00", {}, "no_response"),
    ]]),
    ("03-02", None, "food", "withdrawn", "unconfirmed", [[
        SENT, ("cancel", "03-02 15:00", {}, "superseded"),
    ]]),
    ("03-02", None, "food", "in_progress", "unconfirmed", [[
        SENT, ("accept", "03-02 10:05"),
    ]]),
    ("03-06", None, "transport", "met", "confirmed_by_caregiver", [[
        ("send", "03-06 16:00", {"due_at": "2026-03-10T16:00:00-04:00"}),
        ("accept", "03-09 09:15"),
        ("complete_on_behalf", "03-20 12:00",
         {"outcome": "enrolled", "service_dates": ["2026-03-19"]}),
    ]]),
    ("03-02", "03-01", "food", "open", "training", [[SENT, ("accept", "03-02 10:01")]]),
    ("03-02", None, "food", "met", "unconfirmed", [[
        SENT, ("accept", "03-02 10:02"), ("mark_error", "03-02 10:03", {}, "wrong_patient"),
    ]]),
    ("11-20", "11-20", "food", "open", "unconfirmed", []),
    ("11-25", None, "food", "in_progress", "unconfirmed", [[
        ("send", "11-30 10:00", {"due_at": "2026-12-02T10:00:00-05:00"}),
    ]]),
]  # fmt: skip


def moment(text: str) -> datetime:
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=ZONE).astimezone(UTC)


def day(text: str | None) -> date | None:
    return date.fromisoformat(f"2026-{text}") if text else None


def settle(session: Session, of: Network) -> None:
    patient = Patient(
        organization_id=of.clinic.id, name_sealed="s", languages=["es"], postal_code="27701",
        created_by="x",
    )  # fmt: skip
    session.add(patient)
    session.flush()
    for opened, screened, category, status, confirmed, attempts in CASES:
        open_still = status in ("open", "in_progress")
        need = Need(
            patient_id=patient.id, organization_id=of.clinic.id, category=category,
            opened_on=date.fromisoformat(f"2026-{opened}"), screened_on=day(screened),
            status=NeedStatus(status),
            loop_confirmation=LoopConfirmation(confirmed if confirmed != "training"
                                               else "unconfirmed"),
            created_by="x", closed_at=None if open_still else moment("06-01 12:00"),
        )  # fmt: skip
        session.add(need)
        session.flush()
        for steps in attempts:
            partner = of.partners[-1 if confirmed == "training" else 0]
            _attempt(session, need, partner, steps)


def _attempt(
    session: Session, need: Need, partner: NetworkOrganization, steps: list[tuple[Any, ...]]
) -> None:
    last = Status(TARGETS[steps[-1][0]])
    over = moment(steps[-1][1]) if last in TERMINAL else None
    row = Referral(
        need_id=need.id, patient_id=need.patient_id, organization_id=need.organization_id,
        partner_id=partner.id, service_id="s", category=need.category, created_by="x",
        status=last, version=len(steps), sent_at=moment(steps[0][1]), closed_at=over,
        due_at=None if over else AT, due_event=None if over else "review",
        training=partner.training,
    )  # fmt: skip
    session.add(row)
    session.flush()
    before = Status.DRAFT
    for number, (name, at, *more) in enumerate(steps, 1):
        step = find(before, name)
        assert step is not None, (before, name)
        kind = next(one for one in ActorKind if one in step.actors)
        facts, reason = (*more, None, None)[:2]
        session.add(ReferralEvent(
            referral_id=row.id, sequence=number, event=name, source=before, target=step.target,
            actor_kind=kind, actor_id="x", at=moment(at), facts=facts or {}, reason=reason,
        ))  # fmt: skip
        before = step.target


def counted(database: Database, asked: Question) -> tuple[Counts, Report]:
    with database.write() as session:
        of = network(session, 2)
        settle(session, of)
    fold_all(database)
    with database.read() as session:
        found = counts(Asked(session, of.supervisor, of.clinic.id, asked, AT))
        return found, report(session, of.supervisor, of.clinic.id, asked, at=AT)


PARTS = {
    "acceptance": {"taken": 5, "declined": 1, "asked": 1, "none": 3},
    "acceptance_of_all": {"taken": 5, "declined": 1, "asked": 1, "none": 3},
    "first_response": {"taken": 5, "answered": 2, "none": 3},
    "decision": {"decided": 7, "undecided": 0, "none": 3},
    "no_response": {"unviewed": 1, "viewed": 1, "left": 1, "rest": 7},
    "closure": {"closed": 6, "not": 4},
    "silent": {"silent": 2, "not": 2},
    "time_to_service": {"served": 4, "unserved": 9},
    "confirmed_closure": {"confirmed": 3, "not": 5},
    "success": {"met": 4, "not": 5},
    "unmet_need": {"unmet": 1, "lost": 1, "nothing_found": 1, "rest": 10},
    "intervention": {"in_time": 2, "not": 2},
}
VALUES = {  # business minutes, business minutes without the question's, days
    "first_response": [5, 10, 20, 75, 90, 120, 450],
    "decision": [5, 10, 50, 75, 90, 120, 450],
    "time_to_service": [13, 21, 48, 70],
}
CODES = {
    ("completed", "service_received_full"): 2,
    ("completed", "service_received_partial"): 1,
    ("completed", "enrolled"): 1,
    ("not_completed", "client_unreachable"): 1,
    ("declined", "no_capacity"): 1,
    ("expired", "no_response"): 2,
    ("cancelled", "superseded"): 1,
}


def test_every_metric_counts_what_was_counted_by_hand(database: Database) -> None:
    found, shown = counted(database, question(2026, {}))
    assert {key: parts[()] for key, parts in found.parts.items()} == PARTS
    assert {key: sorted(of[()].elements()) for key, of in found.values.items()} == VALUES
    assert found.codes == CODES
    assert shown.whole.figures["acceptance"] is None  # ten are too few to be shown at all
    assert shown.whole.figures["unmet_need"] == Share(3, 13, PARTS["unmet_need"])
    assert shown.codes == {}


def test_what_a_coordinator_recorded_is_not_put_down_to_the_partner(
    sqlite_database: Database,
) -> None:
    found, _ = counted(sqlite_database, question(2026, {}, "organization"))
    assert [sum(parts.values()) for parts in found.parts["acceptance"].values()] == [9]
    assert set(found.parts) == {metric.key for metric in METRICS if metric.of == "referrals"}


def test_another_year_has_none_of_it(sqlite_database: Database) -> None:
    found, _ = counted(sqlite_database, question(2025, {}))
    assert {sum(parts[()].values()) for parts in found.parts.values()} == {0}


@pytest.mark.parametrize("key", list(VALUES))
def test_median_and_p90_are_among_the_values(key: str) -> None:
    values = VALUES[key]
    assert ranked(values, 0.5) == values[(len(values) - 1) // 2]
    assert ranked(values, 0.9) == values[-1]
