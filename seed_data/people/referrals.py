"""The demonstration's referrals: what partners have in hand today, and how earlier ones ended.

Each was made by the commands that people's pages use, with the clock put back to when it happened.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from sqlmodel import Session, col, select, update

from core import clock
from core.actor import Actor
from core.clock import now
from core.outbox import OutboxMessage
from patients import caring
from patients.forms import ConsentForm, NeedForm, parse
from patients.models import Need, NeedStatus, Urgency
from patients.sealing import Vault
from referrals.commands import TOPICS, apply, draft
from referrals.drafting import Target
from referrals.models import Referral
from seed_data.common import seed_id
from seed_data.people import network

FILE = Path(__file__).parent / "referrals.json"
ZONE = ZoneInfo("America/New_York")
SHARED = ("name", "contact", "languages", "need")
UNREAD = timedelta(days=1)
"""Mails about what happened before that have long been read."""
Values = dict[str, Any]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What happened so many hours ago, and with what. Days are counted from today."""

    by: str
    event: str
    hours: float
    reason: str | None = None
    note: str | None = None
    appointment: tuple[int, time] | None = None
    expected: int | None = None
    outcome: str | None = None
    served: tuple[int, ...] = ()
    provided: str | None = None


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One referral. `service` is "partner/service"; without `words` it is for a need the patient
    has, else for a new one. `sent` is hours ago."""

    patient: str
    category: str
    service: str
    sent: float
    steps: tuple[Step, ...] = ()
    words: str | None = None
    urgency: Urgency = Urgency.ROUTINE


@lru_cache(maxsize=1)
def stories() -> tuple[Story, ...]:
    """Every referral as written down, the oldest first."""
    found = msgspec.json.decode(FILE.read_bytes(), type=tuple[Story, ...])
    return tuple(sorted(found, key=lambda story: -story.sent))


def tell(session: Session, vault: Vault, patients: Mapping[str, tuple[str, str]]) -> None:
    """Make them all. `patients` has each patient's id and organization, by the key of its file."""
    begun, actor = now(), cache(partial(network.actor, session))
    for story in stories():
        _tell(session, vault, story, patients[story.patient], actor, begun)
    _let_mails_be_read(session, begun)


def _tell(
    session: Session,
    vault: Vault,
    story: Story,
    patient: tuple[str, str],
    actor: Callable[[str], Actor],
    begun: datetime,
) -> None:
    of = patient[1]
    partner, service = story.service.split("/")
    coordinator = actor(f"coordinator@{of}.example.org")
    with _at(begun, story.sent):
        need_id = _need(session, coordinator, vault, story, patient[0])
        _consent(session, coordinator, vault, patient[0], network.organization_id(partner))
        target = Target(seed_id("service", partner, service))
        row = draft(session, coordinator, need_id=need_id, target=target, fields=SHARED)
        # Some services are only open when the patient cannot go, and are asked all the same.
        row = apply(
            session, coordinator, row.id, "send", version=row.version, vault=vault, despite=True
        )
    sides = {"partner": actor(f"partner@{partner}.example.org"), "coordinator": coordinator}
    for step in story.steps:
        row = _take(session, vault, sides[step.by], row, step, begun)


def _take(
    session: Session, vault: Vault, actor: Actor, row: Referral, step: Step, begun: datetime
) -> Referral:
    today = begun.astimezone(ZONE).date()
    day, at = step.appointment or (0, time())
    values: Values = {"reason": step.reason, "note": step.note, "provided": step.provided}
    if step.appointment:
        values["appointment_at"] = datetime.combine(today + timedelta(day), at, ZONE)
    if step.expected is not None:
        values["expected_by"] = today + timedelta(step.expected)
    if step.outcome:
        days = tuple(today - timedelta(ago) for ago in step.served)
        values |= {"outcome": step.outcome, "service_dates": days}
    with _at(begun, step.hours):
        return apply(session, actor, row.id, step.event, version=row.version, vault=vault, **values)


@contextmanager
def _at(begun: datetime, hours_ago: float) -> Iterator[None]:
    with clock.frozen(begun - timedelta(hours=hours_ago)):
        yield


def _need(session: Session, actor: Actor, vault: Vault, story: Story, patient_id: str) -> str:
    """A need the patient has, or a new one of the day it was sent."""
    if story.words is None:
        known = select(Need.id).where(
            Need.patient_id == patient_id, Need.category == story.category
        )
        unfinished = (NeedStatus.OPEN, NeedStatus.IN_PROGRESS)
        return session.exec(known.where(col(Need.status).in_(unfinished)).limit(1)).one()
    form = NeedForm(
        category=story.category, words=story.words, urgency=story.urgency, opened_on=now().date()
    )
    return caring.open_need(session, actor, vault, patient_id, form).id


def _consent(session: Session, actor: Actor, vault: Vault, patient_id: str, partner: str) -> None:
    if caring.covering_consent(session, patient_id, partner, SHARED):
        return
    given = {"partners": [partner], "data_categories": list(SHARED), "given_how": "verbal"}
    caring.give_consent(session, actor, vault, patient_id, parse(ConsentForm, given))


def _let_mails_be_read(session: Session, begun: datetime) -> None:
    old = col(OutboxMessage.created_at) < begun - UNREAD
    session.connection().execute(
        update(OutboxMessage).where(col(OutboxMessage.topic).in_(TOPICS), old).values(done_at=begun)
    )
