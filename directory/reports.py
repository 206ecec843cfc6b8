"""Public reports: anybody tells what is wrong with a listing, curators decide what becomes of it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, func, select

from core import audit
from core.actor import ANONYMOUS, Actor
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.paging import PER_PAGE_DEFAULT, Page, check_paging, offset
from directory.models import PublicReport, ReportKind, ReportStatus, Service

CURATOR = "curator"
TEXT_MAX = 1_000  # characters
OPEN_MAX = 100
"""Open reports of one service, beyond which more would tell a curator nothing new."""


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report with the name of the service it is about."""

    id: str
    service_id: str
    unit_id: str
    service_name: str
    kind: ReportKind
    text: str
    language: str
    times: int
    reported_at: datetime
    status: ReportStatus
    decided_at: datetime | None
    decision: str


def report(
    session: Session, *, service_id: str, unit_id: str, kind: str, text: str, language: str
) -> None:
    """Note that something is wrong with a service at one of its places.

    The same said again is counted, not kept twice. Raises Invalid by field, and Conflict when so
    many have told already that it is known.
    """
    said = _checked(kind, text)
    opened = select(PublicReport).where(
        PublicReport.service_id == service_id, PublicReport.status == ReportStatus.OPEN
    )
    same = session.exec(
        opened.where(
            PublicReport.unit_id == unit_id,
            PublicReport.kind == said,
            PublicReport.text == text,
        ).with_for_update()
    ).first()
    if same:
        same.times += 1
    elif len(session.exec(opened.limit(OPEN_MAX)).all()) == OPEN_MAX:
        raise Conflict("Many people have told us about this service already.")
    else:
        same = PublicReport(
            service_id=service_id, unit_id=unit_id, kind=said, text=text, language=language
        )
        session.add(same)
    session.flush()
    fields = {"kind": said.value, "service": service_id, "times": same.times}
    audit.record(session, ANONYMOUS, "directory.report", "public_report", same.id, fields)


def decide(session: Session, actor: Actor, report_id: str, status: str, decision: str) -> None:
    """Say what became of a report: corrected or dismissed, with why. For curators, once."""
    check_triage(actor)
    if status not in (ReportStatus.CORRECTED, ReportStatus.DISMISSED):
        raise Invalid("status must be corrected or dismissed", parameter="status")
    if len(decision) > TEXT_MAX or "\0" in decision:
        raise Invalid(f"decision may have {TEXT_MAX} characters of text", parameter="decision")
    row = session.get(PublicReport, report_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such report.")
    if row.status != ReportStatus.OPEN:
        raise Conflict("This report has been decided already.")
    row.status, row.decision = ReportStatus(status), decision
    row.decided_at, row.decided_by = now(), actor.id
    session.flush()
    fields = {"status": row.status.value, "service": row.service_id}
    audit.record(session, actor, "directory.report.decide", "public_report", row.id, fields)


def close_reports(
    session: Session, actor: Actor, service_id: str, status: ReportStatus, decision: str
) -> int:
    """Decide every open report of a service at once, as its listing was seen to; how many it were.

    The caller has checked who may, and audits.
    """
    decided = {"status": status, "decision": decision, "decided_at": now(), "decided_by": actor.id}
    found = session.connection().execute(
        update(PublicReport)
        .where(
            col(PublicReport.service_id) == service_id,
            col(PublicReport.status) == ReportStatus.OPEN,
        )
        .values(**decided)
    )
    return found.rowcount


def reports(
    session: Session,
    actor: Actor,
    *,
    status: ReportStatus = ReportStatus.OPEN,
    page: int = 1,
    per_page: int = PER_PAGE_DEFAULT,
) -> Page[ReportView]:
    """Reports in the order they came, for curators."""
    check_triage(actor)
    check_paging(page, per_page)
    total = session.exec(
        select(func.count()).select_from(PublicReport).where(PublicReport.status == status)
    ).one()
    found = session.exec(
        select(PublicReport, Service.name)
        .join(Service, col(Service.id) == col(PublicReport.service_id))
        .where(PublicReport.status == status)
        .order_by(col(PublicReport.reported_at), col(PublicReport.id))
        .offset(offset(page, per_page))
        .limit(per_page)
    )
    return Page(tuple(_view(row, name) for row, name in found), total, page, per_page)


def check_triage(actor: Actor) -> None:
    """Only curators see what people report: it may name somebody."""
    if CURATOR not in actor.roles:
        raise Forbidden("Only a curator may look at reports.")


def _checked(kind: str, text: str) -> ReportKind:
    errors = {}
    if kind not in set(ReportKind):
        errors["kind"] = f"kind must be one of {', '.join(ReportKind)}"
    elif kind == ReportKind.OTHER and not text:
        errors["text"] = "text must say what is wrong"
    if len(text) > TEXT_MAX:
        errors["text"] = f"text may have {TEXT_MAX} characters"
    if errors:
        raise Invalid(next(iter(errors.values())), errors=errors)
    return ReportKind(kind)


def _view(row: PublicReport, service_name: str) -> ReportView:
    return ReportView(
        id=row.id,
        service_id=row.service_id,
        unit_id=row.unit_id,
        service_name=service_name,
        kind=row.kind,
        text=row.text,
        language=row.language,
        times=row.times,
        reported_at=row.reported_at,
        status=row.status,
        decided_at=row.decided_at,
        decision=row.decision,
    )
