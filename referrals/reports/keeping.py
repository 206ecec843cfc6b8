"""Keeps the facts beside the events: folds what has moved on since it was folded last."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col

from accounts.models import NetworkOrganization
from core.db import Database
from core.errors import Unavailable
from referrals.calendar import BusinessCalendar, calendar_of
from referrals.models import Referral, ReferralEvent
from referrals.reports.facts import Happened, fold
from referrals.reports.models import ReferralFact
from referrals.states import Status

PAGE = 500
AT_ONCE = 5_000
RETRY_S = 60


def bring_up_to_date(db: Database, organization_id: str, *, at_most: int = AT_ONCE) -> None:
    """Fold what is behind in one organization. Raises Unavailable when that is too much to wait for.

    The worker folds all the time, so there is little to do here but after a large import.
    """
    with db.read() as session:
        waiting = behind(session, organization_id, limit=at_most + 1)
    if len(waiting) > at_most:
        raise Unavailable(
            "The report is being prepared. Come back in a minute.", retry_after_s=RETRY_S
        )
    for start in range(0, len(waiting), PAGE):
        with db.write() as session:
            fold_these(session, waiting[start : start + PAGE])


def fold_all(db: Database) -> int:
    """Fold whatever is behind, a page at a time; returns how many referrals."""
    done = 0
    while True:
        with db.read() as session:
            waiting = behind(session, limit=PAGE)
        if waiting:
            with db.write() as session:
                fold_these(session, waiting)
        done += len(waiting)
        if len(waiting) < PAGE:
            return done


def behind(session: Session, organization_id: str | None = None, *, limit: int) -> list[str]:
    """Ids of sent referrals whose facts are missing or older than their last event."""
    same = and_(
        col(ReferralFact.referral_id) == col(Referral.id),
        col(ReferralFact.version) == col(Referral.version),
    )
    statement = (
        select(col(Referral.id))
        .outerjoin(ReferralFact, same)
        .where(col(ReferralFact.referral_id).is_(None), col(Referral.sent_at).is_not(None))
        .limit(limit)
    )
    if organization_id is not None:
        statement = statement.where(col(Referral.organization_id) == organization_id)
    return list(session.execute(statement).scalars())


def fold_these(session: Session, ids: Sequence[str]) -> None:
    """Fold these referrals from their events."""
    histories = _histories(session, ids)
    places = _places(session)
    rows = session.execute(select(*REFERRAL_COLUMNS).where(col(Referral.id).in_(ids))).mappings()
    found = [_values(dict(row), histories[row["id"]], places) for row in rows]
    if found:
        _put(session, [one for one in found if one])


REFERRAL_COLUMNS = [
    col(Referral.id),
    col(Referral.organization_id),
    col(Referral.partner_id),
    col(Referral.need_id),
    col(Referral.service_id),
    col(Referral.category),
    col(Referral.training),
]
EVENT_COLUMNS = [
    col(ReferralEvent.referral_id),
    col(ReferralEvent.event),
    col(ReferralEvent.target),
    col(ReferralEvent.at),
    col(ReferralEvent.actor_kind),
    col(ReferralEvent.reason),
    col(ReferralEvent.facts),
]


def _histories(session: Session, ids: Iterable[str]) -> Mapping[str, list[Happened]]:
    statement = (
        select(*EVENT_COLUMNS)
        .where(col(ReferralEvent.referral_id).in_(ids))
        .order_by(col(ReferralEvent.referral_id), col(ReferralEvent.sequence))
    )
    found: dict[str, list[Happened]] = defaultdict(list)
    for referral_id, *event in session.execute(statement):
        found[referral_id].append(Happened(*event))
    return found


def _places(session: Session) -> Mapping[str, tuple[BusinessCalendar, ZoneInfo]]:
    rows = session.execute(select(NetworkOrganization)).scalars()
    return {row.id: (calendar_of(row), ZoneInfo(row.timezone)) for row in rows}


def _values(
    row: Mapping[str, Any],
    events: Sequence[Happened],
    places: Mapping[str, tuple[BusinessCalendar, ZoneInfo]],
) -> dict[str, Any]:
    calendar, zone = places[row["partner_id"]][0], places[row["organization_id"]][1]
    facts = fold(events, calendar, zone)
    if facts is None:
        return {}
    named = {name: row[name] for name in row if name not in ("id", "training")}
    return {
        **named,
        **asdict(facts),
        "referral_id": row["id"],
        "version": len(events),
        "counted": not row["training"] and facts.status is not Status.ENTERED_IN_ERROR,
        "year": facts.sent_on.year,
        "quarter": (facts.sent_on.month + 2) // 3,
    }


def _put(session: Session, rows: list[dict[str, Any]]) -> None:
    """Insert or replace; a row folded from more events stays."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(ReferralFact)
    columns = {name: statement.excluded[name] for name in rows[0] if name != "referral_id"}
    statement = statement.on_conflict_do_update(
        index_elements=["referral_id"],
        set_=columns,
        where=statement.excluded.version >= col(ReferralFact.version),
    )
    session.connection().execute(statement, rows)
