"""Which listings have to be checked first, and what a curator says of them.

First come those of which somebody said that they are wrong, those most people spoke of before the
others; then those nobody ever checked; then all others, the longest unchecked first. Nothing is
read but the page that is asked for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, exists, func, literal, union_all
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from core import audit
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.paging import DEPTH_MAX, PER_PAGE_DEFAULT, Page, check_paging, offset
from directory.codes import CATEGORY, codes, term_id, terms_of
from directory.commands import save
from directory.models import (
    Attribute,
    Observation,
    Organization,
    PublicReport,
    ReportStatus,
    Service,
    ServiceStatus,
)
from directory.observations import settle
from directory.permissions import check_curate, check_queue
from directory.reports import close_reports

SHOWN = (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)
CLOSING = (ServiceStatus.DEFUNCT, ServiceStatus.TEMPORARILY_CLOSED, ServiceStatus.ACTIVE)


@dataclass(frozen=True, slots=True)
class ToCheck:
    """A listing in the queue. `reported` counts people by what they said; `said` are answers of calls
    that differ from the listing."""

    service_id: str
    name: str
    organization: str
    assured_date: date | None
    status: ServiceStatus
    categories: tuple[str, ...] = ()
    reported: dict[str, int] = field(default_factory=dict)
    said: tuple[Observation, ...] = ()


def queue(
    session: Session,
    actor: Actor,
    *,
    category: str = "",
    status: ServiceStatus = ServiceStatus.ACTIVE,
    page: int = 1,
    per_page: int = PER_PAGE_DEFAULT,
) -> Page[ToCheck]:
    """One page of the queue, in as many statements however much there is."""
    check_queue(actor)
    check_paging(page, per_page)
    wanted = _wanted(category, status)
    segments = [_doubted(wanted), _never(wanted), _oldest(wanted)]
    sizes = [_count(session, one) for one in segments]
    skip, ids = offset(page, per_page), list[str]()
    for segment, size in zip(segments, sizes, strict=True):
        room = per_page - len(ids)
        ids += session.connection().scalars(segment.offset(skip).limit(room)) if room else []
        skip = max(0, skip - size)
    total = min(sum(sizes), DEPTH_MAX)
    return Page(tuple(_rows(session, ids)), total, page, per_page)


def assure(session: Session, actor: Actor, service_id: str, seen: date | None, today: date) -> None:
    """Say that a listing is right as it stands. `seen` is the date of the last check as it was shown.

    What people reported is answered with that.
    """
    service = _to_change(session, actor, service_id)
    if service.assured_date != seen:
        raise Conflict("Somebody else has checked this listing meanwhile.")
    change = {"assured_date": today}
    save(session, actor, [Service(**{**service.model_dump(), **change})], action="directory.assure")
    _answered(session, actor, service, ReportStatus.DISMISSED, "as_listed")


def close(session: Session, actor: Actor, service_id: str, status: str, today: date) -> None:
    """Say that a service is closed for good or for now, or open again."""
    if status not in set(CLOSING):
        raise Invalid("Choose whether it is closed for good, for now, or open.", parameter="status")
    service = _to_change(session, actor, service_id)
    change = {"status": ServiceStatus(status), "assured_date": today}
    save(session, actor, [Service(**{**service.model_dump(), **change})], action="directory.close")
    _answered(session, actor, service, ReportStatus.CORRECTED, status)


def _to_change(session: Session, actor: Actor, service_id: str) -> Service:
    check_curate(actor)
    service = session.get(Service, service_id, with_for_update=True)
    if service is None:
        raise NotFound("There is no such service.")
    return service


def _answered(
    session: Session, actor: Actor, service: Service, status: ReportStatus, why: str
) -> None:
    settle(session, service.id)
    if closed := close_reports(session, actor, service.id, status, why):
        fields = {"status": status.value, "count": closed}
        audit.record(session, actor, "directory.report.decide", "service", service.id, fields)


def _wanted(category: str, status: ServiceStatus) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [col(Service.status) == status]
    if category:
        kinds = [category, *(code.code for code in terms_of(category))]
        linked = exists().where(
            col(Attribute.link_entity) == "service",
            col(Attribute.link_id) == col(Service.id),
            col(Attribute.taxonomy_term_id).in_([term_id(CATEGORY, code) for code in kinds]),
        )
        found.append(linked)
    return found


def _tellers() -> Any:
    """(service id, people who said it is wrong) of every service somebody doubts."""
    told: Any = sa_select(
        col(PublicReport.service_id).label("service_id"), col(PublicReport.times).label("times")
    ).where(col(PublicReport.status) == ReportStatus.OPEN)
    heard: Any = sa_select(col(Observation.service_id), literal(1)).where(
        col(Observation.unsettled)
    )
    both = union_all(told, heard).subquery()
    people = func.sum(both.c.times).label("people")
    return sa_select(both.c.service_id, people).group_by(both.c.service_id).subquery()


def _doubted(wanted: Sequence[ColumnElement[bool]]) -> Any:
    tellers = _tellers()
    return (
        sa_select(col(Service.id))
        .join(tellers, tellers.c.service_id == col(Service.id))
        .where(*wanted)
        .order_by(tellers.c.people.desc(), col(Service.assured_date), col(Service.id))
    )


def _undoubted() -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    told = exists().where(
        col(PublicReport.service_id) == col(Service.id),
        col(PublicReport.status) == ReportStatus.OPEN,
    )
    heard = exists().where(
        col(Observation.service_id) == col(Service.id), col(Observation.unsettled)
    )
    return ~told, ~heard


def _never(wanted: Sequence[ColumnElement[bool]]) -> Any:
    unknown = col(Service.assured_date).is_(None)
    return sa_select(col(Service.id)).where(*wanted, unknown, *_undoubted()).order_by(Service.id)


def _oldest(wanted: Sequence[ColumnElement[bool]]) -> Any:
    known = col(Service.assured_date).is_not(None)
    checked = col(Service.assured_date)
    return (
        sa_select(col(Service.id))
        .where(*wanted, known, *_undoubted())
        .order_by(checked, col(Service.id))
    )


def _count(session: Session, segment: Any) -> int:
    """How many there are, no further than anybody may leaf."""
    some = segment.order_by(None).limit(DEPTH_MAX).subquery()
    return session.connection().scalar(sa_select(func.count()).select_from(some)) or 0


def _rows(session: Session, ids: Sequence[str]) -> Iterable[ToCheck]:
    if not ids:
        return []
    pairs = session.exec(
        select(Service, Organization.name)
        .join(Organization, col(Organization.id) == col(Service.organization_id))
        .where(col(Service.id).in_(ids))
    )
    found = {service.id: (service, name) for service, name in pairs}
    reported, said, kinds = _reported(session, ids), _said(session, ids), _kinds(session, ids)
    return [
        ToCheck(
            service_id=key,
            name=service.name,
            organization=name,
            assured_date=service.assured_date,
            status=service.status,
            categories=tuple(kinds.get(key, ())),
            reported=reported.get(key, {}),
            said=tuple(said.get(key, ())),
        )
        for key in ids
        for service, name in [found[key]]
    ]


def _reported(session: Session, ids: Sequence[str]) -> dict[str, dict[str, int]]:
    statement = (
        sa_select(
            col(PublicReport.service_id), col(PublicReport.kind), func.sum(PublicReport.times)
        )
        .where(col(PublicReport.service_id).in_(ids), col(PublicReport.status) == ReportStatus.OPEN)
        .group_by(col(PublicReport.service_id), col(PublicReport.kind))
        .order_by(col(PublicReport.kind))
    )
    found: dict[str, dict[str, int]] = {}
    for service_id, kind, times in session.connection().execute(statement):
        found.setdefault(service_id, {})[str(kind)] = int(times)
    return found


def _said(session: Session, ids: Sequence[str]) -> dict[str, list[Observation]]:
    statement = select(Observation).where(
        col(Observation.service_id).in_(ids), col(Observation.unsettled)
    )
    found: dict[str, list[Observation]] = {}
    for row in session.exec(statement.order_by(col(Observation.asked_on).desc())):
        found.setdefault(row.service_id, []).append(row)
    return found


def _kinds(session: Session, ids: Sequence[str]) -> dict[str, list[str]]:
    names = category_terms()
    statement = select(Attribute.link_id, Attribute.taxonomy_term_id).where(
        Attribute.link_entity == "service",
        col(Attribute.link_id).in_(ids),
        col(Attribute.taxonomy_term_id).in_(names),
    )
    found: dict[str, list[str]] = {}
    for link_id, term in session.exec(statement.order_by(Attribute.id)):
        found.setdefault(link_id, []).append(names[term])
    return found


@cache
def category_terms() -> dict[str, str]:
    """Codes of kinds of service by the id of their term."""
    return {code.id: code.code for code in codes(CATEGORY).values()}
