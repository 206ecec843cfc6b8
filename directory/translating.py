"""Texts of services in other languages: what changed since it was translated, and renewing that.

Whoever reads a translation of something that is not so any more stands before a locked door. So a
translation is not shown from the moment its text changes until somebody has looked at it.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.clock import now
from core.paging import PER_PAGE_DEFAULT, Page, offset
from directory.models import Organization, Service, Translation

TEXT_MAX = 4000
MARK = 20


@dataclass(frozen=True, slots=True)
class Outdated:
    """A translation, and the text it should say now. `mark` changes with that text."""

    id: str
    service_id: str
    name: str
    organization: str
    field: str
    language: str
    text: str
    translation: str
    machine: bool
    since: datetime
    mark: str


def outdate(session: Session, changed: Mapping[str, Collection[str]]) -> None:
    """Note that these fields (by the id of their service) say something else than before."""
    if not changed:
        return
    found = session.exec(
        select(Translation).where(
            Translation.resource_type == "service",
            col(Translation.resource_id).in_(changed),
            col(Translation.outdated_since).is_(None),
        )
    )
    for row in found:
        if row.field_name in changed[row.resource_id]:
            row.outdated_since = now()
    session.flush()


def outdated(
    session: Session, *, page: int = 1, per_page: int = PER_PAGE_DEFAULT
) -> Page[Outdated]:
    """Those that wait to be renewed, the longest outdated first."""
    waiting = col(Translation.outdated_since).is_not(None)
    of_service = (Translation.resource_type == "service", waiting)
    total = session.exec(select(func.count()).select_from(Translation).where(*of_service)).one()
    rows = session.exec(
        select(Translation, Service, Organization.name)
        .join(Service, col(Service.id) == col(Translation.resource_id))
        .join(Organization, col(Organization.id) == col(Service.organization_id))
        .where(*of_service)
        .order_by(col(Translation.outdated_since), col(Translation.id))
        .offset(offset(page, per_page))
        .limit(per_page)
    )
    found = tuple(_outdated(row, service, owner) for row, service, owner in rows)
    return Page(found, total, page, per_page)


def mark_of(text: str) -> str:
    """Differs when the text does."""
    return hashlib.sha256(text.encode()).hexdigest()[:MARK]


def _outdated(row: Translation, service: Service, organization: str) -> Outdated:
    text = str(getattr(service, row.field_name, None) or "")
    return Outdated(
        id=row.id,
        service_id=service.id,
        name=service.name,
        organization=organization,
        field=row.field_name,
        language=row.language,
        text=text,
        translation=row.text,
        machine=row.machine,
        since=row.outdated_since or now(),
        mark=mark_of(text),
    )
