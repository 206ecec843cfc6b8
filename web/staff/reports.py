"""Reports as pages: figures with a plot beside each table, the map of unmet need, what is behind."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get

from accounts.models import Role
from accounts.queries import partners
from core.access import staff
from core.clock import now
from core.errors import Invalid
from directory.places.gazetteer import gazetteer
from referrals.reports.behind import behind
from referrals.reports.figures import Share
from referrals.reports.keeping import bring_up_to_date
from referrals.reports.matrix import Matrix, matrix
from referrals.reports.metrics import BY_KEY, METRICS
from referrals.reports.permissions import check_behind, check_report
from referrals.reports.questions import Dimension, Question, question
from referrals.reports.report import WHOLE, Figure, Report, report
from referrals.reports.sheets import sheet
from web.links import with_query
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import NO_STORE, Desk, desk_of
from web.staff.plots import Spot, bars, spots
from web.staff.reading import page_number
from web.staff.report_words import (
    METRIC_WORDS,
    PARTS,
    Section,
    Told,
    choices,
    end_words,
    group_name,
    section,
    sentence,
)
from web.staff.wording import word

REPORTS = "/staff/reports"
NUMBERS = staff("supervisor", "admin", scope=None)
BEHIND = staff("coordinator")
FIRST_YEAR = 2025
PER_PAGE = 50
Asked = tuple[Question, dict[str, str]]


@get(REPORTS, opt=NUMBERS, sync_to_thread=True)
def show(request: PageRequest) -> Response[str]:
    """Every metric of a year, narrowed and broken down as the form says."""
    desk = desk_of(request)
    try:
        asked, errors = _question(request), dict[str, str]()
    except Invalid as refused:
        asked, errors = question(now().year, {}), desk.errors(refused)
    found = _report(desk, asked)
    return desk.show(
        "reports/numbers.html",
        400 if errors else 200,
        report=found,
        sections=_sections(desk, found),
        errors=errors,
        ends=_ends(desk, found),
        sheet=with_query(REPORTS + "/sheet", _pairs(asked)),
        **_form(desk, asked, request),
    )


@get(REPORTS + "/sheet", opt=NUMBERS, sync_to_thread=True)
def as_sheet(request: PageRequest) -> Response[str]:
    """The same as CSV."""
    desk = desk_of(request)
    asked = _question(request)
    named = {"Content-Disposition": f'attachment; filename="report-{asked.year}.csv"'}
    content = sheet(_report(desk, asked))
    return Response(content, media_type="text/csv; charset=utf-8", headers={**NO_STORE, **named})


@get(REPORTS + "/unmet", opt=NUMBERS, sync_to_thread=True)
def unmet(request: PageRequest) -> Response[str]:
    """Unmet need by category and ZIP, as a map and a table."""
    desk = desk_of(request)
    asked = question(_year(dict(here(request).pairs).get("year", "")), {})
    check_report(desk.actor, desk.organization_id)
    bring_up_to_date(desk.database, desk.organization_id)
    with desk.database.read() as session:
        found = matrix(
            session, desk.actor, desk.organization_id, asked.year, "unmet_need",
            rows=Dimension.ZIP, columns=Dimension.CATEGORY,
        )  # fmt: skip
    rows = _most_first(found)
    return desk.show(
        "reports/unmet.html",
        matrix=found,
        rows=rows,
        top=rows[0] if rows and rows[0] and _share(found, rows[0]) else "",
        href=lambda code: with_query(
            REPORTS, [("year", str(asked.year)), ("zip", code), ("by", Dimension.CATEGORY.value)]
        ),
        whole=WHOLE,
        name=lambda name, value: group_name(Dimension(name), value, desk.say, {}),
        told=lambda figure: Told.of(figure, "unmet_need", desk.say),
        map=spots(_spots(found)),
        year=asked.year,
        years=_years(),
    )


@get(REPORTS + "/behind", opt=BEHIND, sync_to_thread=True)
def what_is_behind(request: PageRequest) -> Response[str]:
    """The referrals or needs that are counted in a figure."""
    desk = desk_of(request)
    asked, chosen = _question(request), dict(here(request).pairs)
    metric, part = chosen.get("metric", "acceptance"), chosen.get("part", "")
    page = page_number(chosen.get("page", ""), PER_PAGE)
    check_behind(desk.actor, desk.organization_id)
    bring_up_to_date(desk.database, desk.organization_id)
    with desk.database.read() as session:
        found = behind(
            session, desk.actor, desk.organization_id, asked, metric, part, page=page,
            per_page=PER_PAGE,
        )  # fmt: skip
    pairs = [*_pairs(asked), ("metric", metric), ("part", part)]
    return desk.show(
        "reports/behind.html",
        found=found,
        title=desk.say.gettext(METRIC_WORDS[metric][0]),
        sentence=sentence(BY_KEY[metric], desk.say),
        parts=[(name, desk.say.gettext(PARTS[name]),
                with_query(REPORTS + "/behind", [*_pairs(asked), ("metric", metric), ("part", name)]))
               for name in BY_KEY[metric].parts],
        part=part,
        base=with_query(REPORTS + "/behind", pairs) + "&",
        word=lambda name, code: word(name, code, desk.say),
    )  # fmt: skip


def _most_first(found: Matrix) -> list[str]:
    """ZIP codes, the largest share first; what is withheld, and needs without one, come last."""
    return sorted(found.rows, key=lambda row: (not row, -_share(found, row), row))


def _share(found: Matrix, row: str) -> float:
    figure = found.figures[row, WHOLE]
    return (figure.share or 0.0) if isinstance(figure, Share) else 0.0


def _question(request: PageRequest) -> Question:
    typed = dict(here(request).pairs)
    only = {name.value: typed.get(name.value, "").strip()[:64] for name in Dimension}
    return question(_year(typed.get("year", "")), only, typed.get("by", "")[:32] or None)


def _year(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) == 4 else now().year


def _years() -> list[int]:
    return list(range(now().year, FIRST_YEAR - 1, -1))


def _pairs(asked: Question) -> list[tuple[str, str]]:
    only = [(name.value, value) for name, value in asked.only.items()]
    return [("year", str(asked.year)), *only, *([("by", asked.by.value)] if asked.by else [])]


def _report(desk: Desk, asked: Question) -> Report:
    check_report(desk.actor, desk.organization_id)
    bring_up_to_date(desk.database, desk.organization_id)
    with desk.database.read() as session:
        return report(session, desk.actor, desk.organization_id, asked)


def _sections(desk: Desk, found: Report) -> list[Section]:
    """A section for each metric that was asked: rows, and their plot."""
    names = _organizations(desk)
    by = found.question.by
    sections = []
    for metric in METRICS:
        if metric.key not in found.whole.figures:
            continue
        rows: list[tuple[str, str, Figure | None]] = [
            (WHOLE, desk.say.gettext("All"), found.whole.figures[metric.key])
        ]
        for line in found.lines:
            if by and metric.key in line.figures:
                name = group_name(by, line.group, desk.say, names)
                rows.append((line.group, name, line.figures[metric.key]))
        drawing = bars([(name, figure) for _, name, figure in rows])
        links = _links(desk, found.question, metric.key, [group for group, _, _ in rows])
        sections.append(section(metric, rows, drawing, links, desk.say))
    return sections


def _links(desk: Desk, asked: Question, metric: str, groups: list[str]) -> Mapping[str, str]:
    """Where the referrals behind each row are, for those who may see them."""
    if not desk.holds(Role.COORDINATOR):
        return {}
    only = [pair for pair in _pairs(asked) if pair[0] != "by"]
    found = {}
    for group in groups:
        own = [(asked.by.value, group)] if asked.by and group != WHOLE else []
        if group or not own:
            found[group] = with_query(REPORTS + "/behind", [*only, *own, ("metric", metric)])
    return found


def _ends(desk: Desk, found: Report) -> list[tuple[str, int, str]]:
    total = sum(found.codes.values())
    rows = sorted(found.codes.items(), key=lambda item: (-item[1], item[0]))
    return [
        (end_words(status, code, desk.say), count, Told.percent(count / total, desk.say))
        for (status, code), count in rows
    ]


def _organizations(desk: Desk) -> dict[str, str]:
    with desk.database.read() as session:
        return {partner.id: partner.name for partner in partners(session)}


def _form(desk: Desk, asked: Question, request: PageRequest) -> dict[str, Any]:
    typed = dict(here(request).pairs)
    return {
        "years": _years(),
        "year": asked.year,
        "chosen": {name.value: typed.get(name.value, "") for name in Dimension},
        "by": typed.get("by", ""),
        "choices": choices(desk.say, _organizations(desk)),
    }


def _spots(found: Matrix) -> list[Spot]:
    known = gazetteer().zips
    shown = [
        Spot(code, known[code].lat, known[code].lng, found.figures[code, WHOLE])
        for code in found.rows
        if code in known
    ]
    if not shown:
        return []
    near = 0.03  # degrees: the ZIP codes next to those shown
    south, north = min(one.lat for one in shown) - near, max(one.lat for one in shown) + near
    west, east = min(one.lng for one in shown) - near, max(one.lng for one in shown) + near
    codes = {one.name for one in shown}
    around = [
        Spot(row.code, row.lat, row.lng, plain=True)
        for row in known.values()
        if row.standard and row.code not in codes and south <= row.lat <= north
        and west <= row.lng <= east
    ]  # fmt: skip
    return [*shown, *around[:200]]
