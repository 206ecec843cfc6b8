"""Public reports as curators work through them: service by service, those most people speak of first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from core.actor import Actor
from core.paging import PER_PAGE_DEFAULT, Page, check_paging, offset
from directory.models import (
    Organization,
    PublicReport,
    ReportStatus,
    Service,
    ServiceStatus,
)
from directory.reports import check_triage

REPORTS_MAX = 500
"""Reports shown on one page, beyond which a curator reads nothing more."""


@dataclass(frozen=True, slots=True)
class Doubted:
    """A service with what is reported about it, the oldest first."""

    service_id: str
    name: str
    organization: str
    assured_date: date | None
    status: ServiceStatus
    reports: tuple[PublicReport, ...]


def doubted(
    session: Session,
    actor: Actor,
    *,
    service_id: str = "",
    page: int = 1,
    per_page: int = PER_PAGE_DEFAULT,
) -> Page[Doubted]:
    """Services with open reports; of one service only, when one is named."""
    check_triage(actor)
    check_paging(page, per_page)
    people = func.sum(PublicReport.times)
    opened: Any = (
        sa_select(col(PublicReport.service_id), people)
        .where(col(PublicReport.status) == ReportStatus.OPEN)
        .group_by(col(PublicReport.service_id))
        .order_by(people.desc(), func.min(PublicReport.reported_at), col(PublicReport.service_id))
    )
    if service_id:
        opened = opened.where(col(PublicReport.service_id) == service_id)
    connection = session.connection()
    within = opened.order_by(None).subquery()
    total = connection.scalar(sa_select(func.count()).select_from(within)) or 0
    ids = list(connection.scalars(opened.offset(offset(page, per_page)).limit(per_page)))
    return Page(tuple(_services(session, ids)), total, page, per_page)


def open_reports(session: Session, actor: Actor, service_ids: Sequence[str]) -> list[PublicReport]:
    """What is reported about these services and not decided yet, the oldest first."""
    check_triage(actor)
    return _open_reports(session, service_ids)


def _open_reports(session: Session, service_ids: Sequence[str]) -> list[PublicReport]:
    statement = select(PublicReport).where(
        col(PublicReport.service_id).in_(service_ids), PublicReport.status == ReportStatus.OPEN
    )
    ordered = statement.order_by(col(PublicReport.reported_at), col(PublicReport.id))
    return list(session.exec(ordered.limit(REPORTS_MAX)))


def _services(session: Session, ids: Sequence[str]) -> list[Doubted]:
    if not ids:
        return []
    told: dict[str, list[PublicReport]] = {}
    for row in _open_reports(session, ids):
        told.setdefault(row.service_id, []).append(row)
    pairs = session.exec(
        select(Service, Organization.name)
        .join(Organization, col(Organization.id) == col(Service.organization_id))
        .where(col(Service.id).in_(ids))
    )
    found = {service.id: (service, name) for service, name in pairs}
    return [
        Doubted(
            key,
            service.name,
            name,
            service.assured_date,
            service.status,
            tuple(told.get(key, ())),
        )
        for key in ids
        for service, name in [found[key]]
    ]
