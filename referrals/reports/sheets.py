"""Reports as CSV: a row for each figure of each group, safe to open in a spreadsheet."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO

from referrals.reports.figures import Share
from referrals.reports.report import Figure, Report

COLUMNS = ("group", "metric", "counted", "of", "share", "low", "high", "median", "p90", "without",
           "withheld")  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(report: Report) -> str:
    """The whole and each group, then how ended referrals ended. Times are in minutes or days."""
    rows = [
        row for line in (report.whole, *report.lines) for row in _rows(line.group, line.figures)
    ]
    ends = [("*", f"outcome_mix:{status}:{code}", number, sum(report.codes.values()), *[""] * 7)
            for (status, code), number in sorted(report.codes.items())]  # fmt: skip
    return written([COLUMNS, *rows, *ends])


def _rows(group: str, figures: Mapping[str, Figure | None]) -> Iterator[tuple[object, ...]]:
    for key, figure in figures.items():
        if figure is None:
            yield (group, key, *[""] * 8, "yes")
        elif isinstance(figure, Share):
            low, high = figure.interval or ("", "")
            share = "" if figure.share is None else figure.share
            yield (group, key, figure.hits, figure.of, share, low, high, "", "", "", "")
        else:
            spread = (figure.median, figure.p90, figure.without)
            yield (group, key, figure.n, figure.of, "", "", "", *spread, "")


def written(rows: Iterable[Iterable[object]]) -> str:
    """Rows as CSV. What a spreadsheet would take for a formula gets an apostrophe before it."""
    out = StringIO()
    csv.writer(out).writerows([_safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def _safe(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:.4f}"
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text
