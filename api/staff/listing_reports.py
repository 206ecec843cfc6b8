"""What the public reports about listings, for curators."""

from dataclasses import asdict
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from api.parameters import record_id
from api.providers import database, visitor
from api.schemas.reports import Decision, ReportOut, ReportPage
from api.staff.session import NO_STORE
from core.access import staff
from core.errors import Invalid
from directory import reports
from directory.models import ReportStatus


@get(
    "/listing-reports",
    operation_id="listingReports",
    opt=staff("curator", scope="directory:read"),
    sync_to_thread=True,
)
def list_reports(
    request: Request[Any, Any, Any],
    status: Annotated[str, QueryParameter(max_length=32)] = "open",
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> Response[ReportPage]:
    """What people say is wrong with listings, the longest waiting first."""
    if status not in set(ReportStatus):
        raise Invalid(f"status must be one of {', '.join(ReportStatus)}", parameter="status")
    with database(request).read() as session:
        found = reports.reports(
            session,
            visitor(request).actor,
            status=ReportStatus(status),
            page=page,
            per_page=per_page,
        )
    rows = [ReportOut(**asdict(one)) for one in found.items]
    return Response(ReportPage(found.total, page, per_page, rows), headers=NO_STORE)


@post(
    "/listing-reports/{report_id:str}/decision",
    operation_id="decideListingReport",
    opt=staff("curator"),
    sync_to_thread=True,
    status_code=204,
)
def decide_report(
    request: Request[Any, Any, Any], report_id: FromPath[str], data: JSONBody[Decision]
) -> None:
    """Say what became of a report: corrected or dismissed, and why. 409 when it is decided."""
    with database(request).write() as session:
        actor = visitor(request).actor
        reports.decide(session, actor, record_id(report_id), data.status, data.decision)
