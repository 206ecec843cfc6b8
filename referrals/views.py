"""What each side is shown of a referral, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class ReferralLine:
    """A line of a list; nothing in it identifies the patient to a partner."""

    id: str
    state: str
    version: int
    category: str
    urgency: str
    restricted: str | None
    service_id: str
    service: str
    sender: str
    partner: str
    sent_at: datetime | None
    due_at: datetime | None
    due_event: str | None
    closed_at: datetime | None
    reason: str | None
    outcome: str | None
    appointment_at: datetime | None
    expected_by: date | None
    reminded_at: datetime | None
    training: bool
    patient_id: str | None = None
    need_id: str | None = None
    assigned_to: str | None = None


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One event. `by` names the person to their own organization, else only the organization."""

    sequence: int
    event: str
    source: str | None
    target: str
    at: datetime
    side: str
    by: str
    reason: str | None
    note: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AvailableEvent:
    """An event of the present state. When it is not allowed, `why` says so in words.

    `reason` names the list its reason is from ("text": say it in the note); `codes` is that list.
    """

    event: str
    allowed: bool
    why: str | None
    reason: str | None
    codes: tuple[str, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OutcomeView:
    """How it ended, and by whose account."""

    code: str
    service_dates: tuple[str, ...]
    provided: str | None
    recorded_by: str
    evidence: str | None
    evidence_note: str | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A whole referral as one side may see it.

    `shared` is the snapshot; for a partner None, with `withheld` saying why, once consent ended.
    """

    line: ReferralLine
    fields: tuple[str, ...]
    shared: Mapping[str, Any] | None
    withheld: str | None
    timeline: tuple[TimelineEntry, ...]
    available_events: tuple[AvailableEvent, ...]
    outcome: OutcomeView | None
    replaces_id: str | None
    replaced_by: tuple[str, ...]
    siblings: tuple[str, ...]
    location_id: str | None
    acknowledged_at: datetime | None
