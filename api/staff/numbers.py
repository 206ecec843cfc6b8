"""Reports over the API: numbers for supervisors, and what is behind them for coordinators."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.params import QueryParameter

from api.providers import AnyRequest, database, visitor
from api.staff.answers import Answer, answer
from api.staff.session import NO_STORE
from core.access import staff
from core.clock import now
from core.errors import Invalid
from referrals.reports.behind import behind
from referrals.reports.figures import Share
from referrals.reports.keeping import bring_up_to_date
from referrals.reports.metrics import BY_KEY
from referrals.reports.permissions import can_see_behind, check_behind, check_report
from referrals.reports.questions import Question, question
from referrals.reports.report import Figure, Line, report
from referrals.reports.sheets import sheet
from referrals.reports.suppression import PEOPLE_MIN

NUMBERS = staff("supervisor", "admin", scope="reports:read")
BEHIND = staff("coordinator", scope="referrals:read")
Text = Annotated[str, QueryParameter(max_length=64)]
Year = Annotated[int | None, QueryParameter(ge=2000, le=2199)]
UNITS = {"first_response": "business_minutes", "decision": "business_minutes"}


@get("/reports/numbers", operation_id="reportNumbers", opt=NUMBERS, sync_to_thread=True)
def numbers(
    request: Request[Any, Any, Any],
    organization_id: Text = "",
    year: Year = None,
    quarter: Text = "",
    category: Text = "",
    organization: Text = "",
    postal_code: Annotated[str, QueryParameter(name="zip", max_length=64)] = "",
    language: Text = "",
    by: Text = "",
    layout: Annotated[Literal["json", "csv"], QueryParameter(name="format")] = "json",
) -> Response[Any]:
    """Every metric of a calendar year (docs/reports.md), narrowed and broken down by two of quarter,
    category, organization, ZIP and language at most. A figure that is withheld says so.

    `behind`, where you may open it, is the address of the referrals or needs that are counted.
    """
    who = visitor(request).actor
    own = _own(request, organization_id)
    only = _only(quarter, category, organization, postal_code, language)
    asked = question(year or now().year, only, by)
    check_report(who, own)
    bring_up_to_date(database(request), own)
    with database(request).read() as session:
        found = report(session, who, own, asked)
    if layout == "csv":
        named = {"Content-Disposition": f'attachment; filename="report-{asked.year}.csv"'}
        headers = {**NO_STORE, **named}
        return Response(sheet(found), media_type="text/csv; charset=utf-8", headers=headers)
    links = _Links(own, asked) if can_see_behind(who, own) else None
    return answer(
        {
            "organization_id": own,
            "year": asked.year,
            "only": {name.value: value for name, value in asked.only.items()},
            "by": asked.by.value if asked.by else None,
            "as_of": found.as_of.isoformat(),
            "withheld_below": PEOPLE_MIN,
            "whole": _line(found.whole, links),
            "lines": [_line(line, links) for line in found.lines],
            "outcome_mix": [
                {"status": status, "code": code, "count": number}
                for (status, code), number in sorted(found.codes.items())
            ],
        }
    )


@get("/reports/behind", operation_id="reportBehind", opt=BEHIND, sync_to_thread=True)
def behind_numbers(
    request: Request[Any, Any, Any],
    organization_id: Text = "",
    year: Year = None,
    quarter: Text = "",
    category: Text = "",
    organization: Text = "",
    postal_code: Annotated[str, QueryParameter(name="zip", max_length=64)] = "",
    language: Text = "",
    metric: Text = "acceptance",
    part: Text = "",
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> Answer:
    """The referrals, or the needs, that a metric counts in that `part`, or in all of them."""
    who = visitor(request).actor
    own = _own(request, organization_id)
    only = _only(quarter, category, organization, postal_code, language)
    asked = question(year or now().year, only)
    check_behind(who, own)
    bring_up_to_date(database(request), own)
    with database(request).read() as session:
        found = behind(session, who, own, asked, metric, part, page=page, per_page=per_page)
    rows = [asdict(one) for one in found.items]
    return answer({"total": found.total, "page": page, "per_page": per_page, "results": rows})


def _own(request: AnyRequest, organization_id: str) -> str:
    chosen = organization_id or visitor(request).actor.organization_id
    if not chosen:
        raise Invalid("Say which organization: organization_id.", parameter="organization_id")
    return chosen


def _only(
    quarter: str, category: str, organization: str, postal_code: str, language: str
) -> Mapping[str, str]:
    return {
        "quarter": quarter,
        "category": category,
        "organization": organization,
        "zip": postal_code,
        "language": language,
    }


class _Links:
    """Addresses of what is behind a figure."""

    def __init__(self, organization_id: str, asked: Question) -> None:
        self.organization_id = organization_id
        self.asked = asked

    def to(self, group: str, metric: str) -> str:
        """The address for a line's figure; the whole is the line "*"."""
        only = {name.value: value for name, value in self.asked.only.items()}
        if self.asked.by and group != "*":
            only[self.asked.by.value] = group
        pairs = {"organization_id": self.organization_id, "year": self.asked.year, **only}
        return "/api/v1/reports/behind?" + urlencode({**pairs, "metric": metric})


def _line(line: Line, links: _Links | None) -> dict[str, Any]:
    figures = {
        key: _figure(key, figure) | ({"behind": links.to(line.group, key)} if links else {})
        for key, figure in line.figures.items()
    }
    return {"group": line.group, "figures": figures}


def _figure(key: str, figure: Figure | None) -> dict[str, Any]:
    if figure is None:
        return {"withheld": True}
    if isinstance(figure, Share):
        low, high = figure.interval or (None, None)
        return {
            "counted": figure.hits,
            "of": figure.of,
            "share": figure.share,
            "low": low,
            "high": high,
            "parts": dict(figure.parts),
        }
    unit = UNITS.get(key, "days")
    return {**asdict(figure), "of": figure.of, "unit": unit} if key in BY_KEY else {}
