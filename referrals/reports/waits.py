"""How long people really waited for each service, told to the directory and so to the index.

The median of days from sending to the first service, of the referrals sent within a year, where enough
of them reached a service. It stands beside what the service promises, and never replaces it.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from core.actor import SYSTEM
from core.clock import now
from core.db import stable_id
from directory import commands
from directory.models import ObservedWait, Service
from referrals.reports.figures import percentile
from referrals.reports.models import ReferralFact
from referrals.reports.suppression import PEOPLE_MIN

LOOKED_BACK = timedelta(days=365)


def observe(session: Session) -> int:
    """Bring the observed waits of all services up to date; returns how many have one."""
    today = now().date()
    waits = {
        service_id: counts
        for service_id, counts in _waits(session, today).items()
        if counts.total() >= PEOPLE_MIN
    }
    known = set(
        session.execute(select(col(Service.id)).where(col(Service.id).in_(waits))).scalars()
    )
    kept = {row.service_id: row for row in session.execute(select(ObservedWait)).scalars()}
    rows = [
        _row(service_id, counts, today, kept.get(service_id))
        for service_id, counts in sorted(waits.items())
        if service_id in known
    ]
    commands.save(session, SYSTEM, rows, action="directory.observe_waits")
    for service_id in kept.keys() - waits.keys():
        commands.remove(session, SYSTEM, ObservedWait, kept[service_id].id)
    return len(rows)


def _waits(session: Session, today: date) -> Mapping[str, Counter[int]]:
    """By service, how many were helped after how many days."""
    statement = select(
        col(ReferralFact.service_id), col(ReferralFact.sent_on), col(ReferralFact.first_service_on)
    ).where(
        col(ReferralFact.counted),
        col(ReferralFact.sent_on) >= today - LOOKED_BACK,
        col(ReferralFact.first_service_on).is_not(None),
    )
    found: dict[str, Counter[int]] = defaultdict(Counter)
    for service_id, sent_on, helped_on in session.execute(statement):
        found[service_id][max(0, (helped_on - sent_on).days)] += 1
    return found


def _row(
    service_id: str, counts: Counter[int], today: date, kept: ObservedWait | None
) -> ObservedWait:
    """The wait; what is as it was keeps its day, so that the index is not told of nothing."""
    days, count = percentile(counts, 50) or 0, counts.total()
    if kept is not None and (kept.days, kept.count) == (days, count):
        today = kept.observed_on
    return ObservedWait(
        id=stable_id("observed_wait", service_id),
        service_id=service_id,
        days=days,
        count=count,
        observed_on=today,
    )
