"""The answer to a question: figures for the whole and for each group, what is withheld left out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from core.actor import Actor
from core.clock import now
from referrals.reports.counting import Asked, Counts, counts
from referrals.reports.cube import Cube, Group, Where, add
from referrals.reports.figures import Share, Spread, spread
from referrals.reports.metrics import BY_KEY, Metric
from referrals.reports.permissions import check_report
from referrals.reports.questions import Question
from referrals.reports.suppression import PEOPLE_MIN, Parts

Figure = Share | Spread
COUNTED, OTHERS = "counted", "others"
WHOLE = "*"
"""What `Line.group` is for everything the question narrows to."""


@dataclass(frozen=True, slots=True)
class Line:
    """One group, or the whole. A figure that is withheld is None; one with nobody in it is absent."""

    group: str
    figures: Mapping[str, Figure | None]


@dataclass(frozen=True, slots=True)
class Report:
    """`codes`: how often each (status, code) ended a referral; only when nothing is narrowed."""

    question: Question
    as_of: datetime
    whole: Line
    lines: tuple[Line, ...]
    codes: Mapping[tuple[str, str], int]


def report(
    session: Session,
    actor: Actor,
    organization_id: str,
    question: Question,
    *,
    at: datetime | None = None,
) -> Report:
    """Everything that is asked, as of now. Bring the facts up to date before (keeping.py)."""
    check_report(actor, organization_id)
    as_of = at or now()
    found = counts(Asked(session, actor, organization_id, question, as_of))
    by_metric = {key: _figures(question, BY_KEY[key], found) for key in found.parts}
    groups = sorted({group for figures in by_metric.values() for group in figures} - {WHOLE})
    lines = tuple(_line(group, by_metric) for group in groups)
    codes = found.codes if found.codes.total() >= PEOPLE_MIN else {}
    return Report(question, as_of, _line(WHOLE, by_metric), lines, dict(codes))


def _line(group: str, by_metric: Mapping[str, Mapping[str, Figure | None]]) -> Line:
    return Line(group, {key: of[group] for key, of in by_metric.items() if group in of})


def _figures(question: Question, metric: Metric, found: Counts) -> dict[str, Figure | None]:
    """The figure of the whole and of each group with anything to count."""
    cube = Cube(question.dimensions, published(metric, question, found.parts[metric.key]))
    values = found.values.get(metric.key, {})
    return {
        name: figure_of(metric, cube.total(where), values, where) if cube.is_public(where) else None
        for name, where in _wanted(question, cube).items()
    }


def published(
    metric: Metric, question: Question, parts: Mapping[Group, Parts]
) -> Mapping[Group, Parts]:
    """Of everybody all parts of a metric are told, of a group only what it counts, and of how many.

    The finer a group is split, the more of it would have to be withheld.
    """
    if not question.dimensions or metric.value is not None:
        return parts
    kept = (*metric.beside, *metric.apart)
    others = [name for name in metric.counted if name not in (*metric.hits, *kept)]
    return {
        group: {
            COUNTED: sum(counted[name] for name in metric.hits),
            OTHERS: sum(counted[name] for name in others),
            **{name: counted[name] for name in kept},
        }
        for group, counted in parts.items()
    }


def _wanted(question: Question, cube: Cube) -> dict[str, Where]:
    only: Where = tuple(question.only.values())
    if question.by is None:
        return {WHOLE: only}
    lines = {group[-1]: (*only, group[-1]) for group in cube.parts}
    # What is withheld has a line even with nobody in it, or its absence would tell.
    filled = {
        value: where
        for value, where in lines.items()
        if not cube.is_public(where) or cube.total(where).total()
    }
    return {WHOLE: (*only, None), **filled}


def figure_of(
    metric: Metric,
    parts: Counter[str],
    values: Mapping[tuple[str, ...], Mapping[int, int]],
    where: Where,
) -> Figure:
    """The figure of these parts; its values are those inside that place."""
    whole = COUNTED not in parts
    hits = sum(parts[name] for name in (metric.hits if whole else (COUNTED,)))
    if metric.value is not None:
        return spread(add(values, where), parts.total() - hits)
    told = {name: parts[name] for name in (metric.parts if whole else metric.beside)}
    return Share(hits, parts.total() - sum(parts[name] for name in metric.beside), told)
