"""Counts by SQL: one statement for all parts of all metrics of a kind, one for each spread.

Every statement is narrowed to one organization's own referrals and needs.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import String, case, cast, func, or_, select
from sqlmodel import Session, col

from core.actor import Actor
from core.scope import scoped
from patients.models import Need, Patient
from referrals.reports.metrics import FACT, METRICS, TRIES, Metric, Of, Tried, is_over, part, tally
from referrals.reports.models import ReferralFact
from referrals.reports.questions import Dimension, Question

Group = tuple[str, ...]
NOTHING = Tried(None, None, None, None)


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
    """Everything the question needs, in at most seven statements."""
    found = Counts()
    for of in Of:
        if of is Of.REFERRALS or asked.question.about_needs:
            _tallies(asked, of, found)
    for metric in METRICS:
        if metric.value and metric.key in found.parts:
            found.values[metric.key] = _values(asked, metric)
    if not asked.question.dimensions:
        found.codes = _codes(asked)
    return found


def behind_parts(asked: Asked, metric: Metric, parts: Iterable[str], columns: Sequence[Any]) -> Any:
    """A statement for the referrals or needs in these parts of a metric, as the question narrows."""
    tried = _tried(asked, metric.of)
    statement = _from(asked, metric.of, tried, columns)
    for name, value in asked.question.only.items():
        statement = statement.where(cast(_dimension(asked, metric.of, name), String) == value)
    return statement.where(or_(*(part(metric, name, asked.at, tried) for name in parts)))


def _tallies(asked: Asked, of: Of, found: Counts) -> None:
    metrics = [metric for metric in METRICS if metric.of is of]
    tried = _tried(asked, of)
    wanted = [(metric, name) for metric in metrics for name in metric.parts]
    columns = [tally(metric, name, asked.at, tried) for metric, name in wanted]
    if asked.question.dimensions and Dimension.ORGANIZATION in asked.question.dimensions:
        columns = [_partners_own(metric, name, asked.at) for metric, name in wanted]
    rows = _grouped(asked, of, tried, columns)
    for metric in metrics:
        found.parts[metric.key] = defaultdict(dict)
    for group, numbers in rows:
        for (metric, name), number in zip(wanted, numbers, strict=True):
            found.parts[metric.key][group][name] = int(number or 0)


def _partners_own(metric: Metric, name: str, at: datetime) -> Any:
    """For comparing organizations: without what a coordinator recorded on their behalf."""
    condition = part(metric, name, at, NOTHING)
    if metric.partner_only:
        condition &= ~col(FACT.on_behalf)
    return func.sum(case((condition, 1), else_=0))


def _values(asked: Asked, metric: Metric) -> dict[Group, Counter[int]]:
    tried = _tried(asked, metric.of)
    assert metric.value is not None
    value = metric.value(asked.at, tried).label("value")
    where = or_(*(part(metric, name, asked.at, tried) for name in metric.hits))
    if metric.partner_only and Dimension.ORGANIZATION in asked.question.dimensions:
        where &= ~col(FACT.on_behalf)
    found: dict[Group, Counter[int]] = defaultdict(Counter)
    for group, (number, value_is) in _grouped(
        asked, metric.of, tried, [func.count(), value], where=where, also=[value]
    ):
        found[group][int(value_is)] += number
    return found


def _codes(asked: Asked) -> Counter[tuple[str, str]]:
    """How ended referrals ended: status and code."""
    status, code = col(FACT.status), func.coalesce(col(FACT.code), "")
    rows = _grouped(
        asked, Of.REFERRALS, NOTHING, [status, code, func.count()],
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
    dimensions = [_dimension(asked, of, name) for name in asked.question.dimensions]
    statement = _from(asked, of, tried, [*dimensions, *columns])
    if where is not None:
        statement = statement.where(where)
    if dimensions or also:
        statement = statement.group_by(*dimensions, *also)
    width = len(dimensions)
    for row in asked.session.execute(statement):
        yield tuple(str(value) for value in row[:width]), tuple(row[width:])


def _tried(asked: Asked, of: Of) -> Tried:
    if of is Of.REFERRALS:
        return NOTHING
    tries = TRIES.where(col(FACT.organization_id) == asked.organization_id).subquery("tries")
    return Tried(tries, tries.c.sent_at, tries.c.sent_on, tries.c.first_service_on)


def _from(asked: Asked, of: Of, tried: Tried, columns: Sequence[Any]) -> Any:
    """A statement over what is counted, in the year, of the organization."""
    year = asked.question.year
    if of is Of.REFERRALS:
        statement = scoped(select(*columns).select_from(ReferralFact), ReferralFact, asked.actor)
        statement = statement.where(
            col(FACT.organization_id) == asked.organization_id,
            col(FACT.year) == year,
            col(FACT.counted),
        )
        if _of_patients(asked):
            statement = statement.join(Need, col(Need.id) == col(FACT.need_id)).join(
                Patient, col(Patient.id) == col(Need.patient_id)
            )
        return statement
    statement = scoped(select(*columns).select_from(Need), Need, asked.actor)
    if _of_patients(asked):
        statement = statement.join(Patient, col(Patient.id) == col(Need.patient_id))
    return (
        statement.outerjoin(tried.source, tried.source.c.need_id == col(Need.id))
        .where(col(Need.organization_id) == asked.organization_id)
        .where(_begun(of).between(date(year, 1, 1), date(year, 12, 31)))
    )


def _of_patients(asked: Asked) -> bool:
    """Whether what is asked stands in the patient's own row."""
    return bool({Dimension.ZIP, Dimension.LANGUAGE} & set(asked.question.dimensions))


def _dimension(asked: Asked, of: Of, name: Dimension) -> Any:
    match name:
        case Dimension.CATEGORY:
            return col(FACT.category if of is Of.REFERRALS else Need.category)
        case Dimension.ORGANIZATION:
            return col(FACT.partner_id)
        case Dimension.ZIP:
            return func.coalesce(col(Patient.postal_code), "")
        case Dimension.LANGUAGE:
            return func.coalesce(col(Patient.languages)[0].as_string(), "")
        case Dimension.QUARTER if of is Of.REFERRALS:
            return col(FACT.quarter)
        case Dimension.QUARTER:
            day, year = _begun(of), asked.question.year
            starts = [(date(year, 3 * at + 1, 1), at) for at in (1, 2, 3)]
            return case(*((day < start, at) for start, at in starts), else_=4)


def _begun(of: Of) -> Any:
    return col(Need.screened_on if of is Of.SCREENS else Need.opened_on)
