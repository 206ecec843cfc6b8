"""Counts by SQL: one statement for all parts of all metrics of a kind, and one for their spreads.

Every statement is narrowed to one organization's own referrals and needs.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain
from typing import Any

from sqlalchemy import String, case, cast, func, or_, select
from sqlmodel import Session, col

from core.actor import Actor
from core.scope import scoped
from patients.models import Need, Patient
from referrals.reports.metrics import FACT, METRICS, Metric, Of, Tried, is_over, part
from referrals.reports.models import ReferralFact
from referrals.reports.questions import Dimension, Question
from referrals.reports.trying import tried_for

Group = tuple[str, ...]


@dataclass(slots=True)
class Counts:
    """By metric: the parts of each group, and for spreads how often each value occurs in it."""

    parts: dict[str, dict[Group, dict[str, int]]] = field(default_factory=dict)
    values: dict[str, dict[Group, Counter[int]]] = field(default_factory=dict)
    codes: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks of which organization, what, and as of when."""

    session: Session
    actor: Actor
    organization_id: str
    question: Question
    at: datetime


def counts(asked: Asked) -> Counts:
    """Everything the question needs, in at most five statements."""
    found = Counts()
    for of in Of:
        if of is Of.REFERRALS or asked.question.about_needs:
            _count(asked, of, found)
    if not asked.question.dimensions:
        found.codes = _codes(asked)
    return found


def behind_parts(
    asked: Asked, metric: Metric, parts: Iterable[str], columns: Callable[[Tried], Sequence[Any]]
) -> Any:
    """A statement for the referrals or needs in these parts of a metric, as the question narrows."""
    tried = _tried(asked, metric.of)
    statement = _from(asked, tried, columns(tried))
    for name, value in asked.question.only.items():
        dimension = _dimension(asked, metric.of, tried, name)
        statement = statement.where(cast(dimension, String) == value)
    return statement.where(or_(*(part(metric, name, asked.at, tried) for name in parts)))


def _count(asked: Asked, of: Of, found: Counts) -> None:
    metrics = [metric for metric in METRICS if metric.of is of]
    spreads = [metric for metric in metrics if metric.value]
    for metric in metrics:
        found.parts[metric.key] = defaultdict(Counter)
        if not asked.question.dimensions:
            found.parts[metric.key][()] = Counter(dict.fromkeys(metric.parts, 0))
    for metric in spreads:
        found.values[metric.key] = defaultdict(Counter)
    tried = _tried(asked, of)
    wanted = [(metric, name) for metric in metrics for name in metric.parts]
    if of is not Of.REFERRALS:
        _add(asked, of, tried, found, wanted, spreads)
        return
    _add(asked, of, tried, found, wanted)
    # Minutes are nearly as many as referrals, so beside them only what has minutes is summed.
    _add(asked, of, tried, found, [], spreads)


def _add(
    asked: Asked,
    of: Of,
    tried: Tried,
    found: Counts,
    wanted: Sequence[tuple[Metric, str]],
    spreads: Sequence[Metric] = (),
) -> None:
    """Add up the parts wanted, and how often each value of these spreads is there."""
    hits = [[_condition(asked, metric, name, tried) for name in metric.hits] for metric in spreads]
    values = [metric.value(asked.at, tried) for metric in spreads if metric.value]
    columns = [
        *(_sum(_condition(asked, metric, name, tried)) for metric, name in wanted),
        *(_sum(or_(*conditions)) for conditions in hits),
        *values,
    ]
    where = None if wanted else or_(*chain(*hits))
    for group, numbers in _grouped(asked, of, tried, columns, where=where, also=values):
        parts, rest = numbers[: len(wanted)], numbers[len(wanted) :]
        for (metric, name), number in zip(wanted, parts, strict=True):
            found.parts[metric.key][group][name] += int(number or 0)
        times = zip(spreads, rest[: len(spreads)], rest[len(spreads) :], strict=True)
        for metric, number, value in times:
            if number:
                found.values[metric.key][group][int(value)] += int(number)


def _condition(asked: Asked, metric: Metric, name: str, tried: Tried) -> Any:
    """One part of a metric; for comparing organizations, without what was recorded on their behalf."""
    condition = part(metric, name, asked.at, tried)
    if metric.partner_only and Dimension.ORGANIZATION in asked.question.dimensions:
        condition &= ~col(FACT.on_behalf)
    return condition


def _sum(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _codes(asked: Asked) -> Counter[tuple[str, str]]:
    """How ended referrals ended: status and code."""
    status, code = col(FACT.status), func.coalesce(col(FACT.code), "")
    rows = _grouped(
        asked, Of.REFERRALS, None, [status, code, func.count()],
        where=is_over(), also=[status, code],
    )  # fmt: skip
    return Counter({(ended.value, of): number for _, (ended, of, number) in rows})


def _grouped(
    asked: Asked,
    of: Of,
    tried: Tried,
    columns: Sequence[Any],
    *,
    where: Any = None,
    also: Sequence[Any] = (),
) -> Iterable[tuple[Group, tuple[Any, ...]]]:
    """The columns for each group of the question's dimensions, as (group, values)."""
    dimensions = [_dimension(asked, of, tried, name) for name in asked.question.dimensions]
    statement = _from(asked, tried, [*dimensions, *columns])
    if where is not None:
        statement = statement.where(where)
    if dimensions or also:
        statement = statement.group_by(*dimensions, *also)
    width = len(dimensions)
    for row in asked.session.execute(statement):
        yield tuple(str(value) for value in row[:width]), tuple(row[width:])


def _tried(asked: Asked, of: Of) -> Tried:
    if of is Of.REFERRALS:
        return None
    year, screened = asked.question.year, of is Of.SCREENS
    return tried_for(asked.actor, asked.organization_id, year, screened=screened).c


def _from(asked: Asked, tried: Tried, columns: Sequence[Any]) -> Any:
    """A statement over what is counted, in the year, of the organization."""
    if tried is not None:
        statement = select(*columns).select_from(tried.id.table)
        if _of_patients(asked):
            statement = statement.join(Patient, col(Patient.id) == tried.patient_id)
        return statement
    statement = scoped(select(*columns).select_from(ReferralFact), ReferralFact, asked.actor)
    statement = statement.where(
        col(FACT.organization_id) == asked.organization_id,
        col(FACT.year) == asked.question.year,
        col(FACT.counted),
    )
    if _of_patients(asked):
        statement = statement.join(Need, col(Need.id) == col(FACT.need_id)).join(
            Patient, col(Patient.id) == col(Need.patient_id)
        )
    return statement


def _of_patients(asked: Asked) -> bool:
    """Whether what is asked stands in the patient's own row."""
    return bool({Dimension.ZIP, Dimension.LANGUAGE} & set(asked.question.dimensions))


def _dimension(asked: Asked, of: Of, tried: Tried, name: Dimension) -> Any:
    match name:
        case Dimension.CATEGORY:
            return col(FACT.category) if tried is None else tried.category
        case Dimension.ORGANIZATION:
            return col(FACT.partner_id)
        case Dimension.ZIP:
            return func.coalesce(col(Patient.postal_code), "")
        case Dimension.LANGUAGE:
            return func.coalesce(col(Patient.languages)[0].as_string(), "")
        case Dimension.QUARTER if tried is None:
            return col(FACT.quarter)
        case Dimension.QUARTER:
            day = tried.screened_on if of is Of.SCREENS else tried.opened_on
            starts = [(date(asked.question.year, 3 * at + 1, 1), at) for at in (1, 2, 3)]
            return case(*((day < start, at) for start, at in starts), else_=4)
