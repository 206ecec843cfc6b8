"""One metric by two dimensions at once: a table with its margins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.actor import Actor
from core.clock import now
from referrals.reports.counting import Asked, counts
from referrals.reports.cube import Cube
from referrals.reports.metrics import BY_KEY
from referrals.reports.permissions import check_report
from referrals.reports.questions import Dimension, Question
from referrals.reports.report import WHOLE, Figure, figure_of, published


@dataclass(frozen=True, slots=True)
class Matrix:
    """Figures by (row, column), either of which may be WHOLE; a withheld one is None."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    figures: Mapping[tuple[str, str], Figure | None]


def matrix(
    session: Session,
    actor: Actor,
    organization_id: str,
    year: int,
    metric: str,
    *,
    rows: Dimension,
    columns: Dimension,
    at: datetime | None = None,
) -> Matrix:
    """A share of everybody in a year, by two dimensions."""
    check_report(actor, organization_id)
    asked = Question(year, by=rows, across=columns)
    found = counts(Asked(session, actor, organization_id, asked, at or now()))
    chosen = BY_KEY[metric]
    cube = Cube(asked.dimensions, published(chosen, asked, found.parts[metric]))
    names = [sorted({group[at] for group, counted in cube.parts.items() if sum(counted.values())})
             for at in (0, 1)]  # fmt: skip
    figures: dict[tuple[str, str], Figure | None] = {}
    for row in (WHOLE, *names[0]):
        for column in (WHOLE, *names[1]):
            where = (None if row == WHOLE else row, None if column == WHOLE else column)
            shown = figure_of(chosen, cube.total(where), {}, where)
            figures[row, column] = shown if cube.is_public(where) else None
    return Matrix(tuple(names[0]), tuple(names[1]), figures)
