"""Erases what was kept long enough, category by category; HANDRAIL_RETENTION says how long.

Patients are erased one by one, each in a transaction of its own with its audit row, so that a stop in
the middle loses nothing and nobody waits long. The audit trail itself is never shortened.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import app.tables  # noqa: F401 - what follows patients registers itself
from accounts import retention as accounts
from core import audit
from core.actor import SYSTEM
from core.clock import now
from core.db import Database
from notices import retention as notices
from patients import retention as patients

PATIENTS: Mapping[str, Callable[..., list[str]]] = {
    "patients": patients.dormant,
    "duplicates": patients.duplicates,
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One category: how many days it is kept (0: for ever), and how many were, or would be, erased."""

    category: str
    days: int
    count: int


def run(database: Database, retention: Mapping[str, int], *, dry_run: bool) -> Iterator[Outcome]:
    """Erase what is due, or only count it."""
    for category, days in retention.items():
        before = now() - timedelta(days=days)
        if not days:
            yield Outcome(category, days, 0)
        elif category in PATIENTS:
            yield Outcome(category, days, _patients(database, category, before, dry_run))
        else:
            yield Outcome(category, days, _rows(database, category, before, dry_run))


def _patients(database: Database, category: str, before: datetime, dry_run: bool) -> int:
    with database.read() as session:
        due = PATIENTS[category](session, before)
    for patient_id in [] if dry_run else due:
        with database.write() as session:
            if PATIENTS[category](session, before, only=patient_id):  # still
                patients.erase(session, patient_id)
    return len(due)


def _rows(database: Database, category: str, before: datetime, dry_run: bool) -> int:
    """Rows that are over, in one transaction with the audit row that says how many."""
    owner: Any = notices if category in notices.CATEGORIES else accounts
    with database.read() as session:
        count: int = owner.count(session, category, before)
    if dry_run or not count:
        return count
    with database.write() as session:
        count = owner.forget(session, category, before)
        audit.record(session, SYSTEM, "retention.erase", category, "", {"count": count})
    return count
