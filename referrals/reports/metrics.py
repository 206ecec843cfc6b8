"""The metrics: whom each counts, once its window is over, and into which parts.

A part is an SQL condition on referral_fact (a referral) or on `Tried` (a need with what was tried for
it). The same conditions count and list what is behind a count.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, and_, func, not_, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col

from patients.models import LoopConfirmation, NeedStatus
from referrals.reports.facts import CLOSURE, SILENCE, Answer
from referrals.reports.models import ReferralFact
from referrals.states import TERMINAL, Status

CONFIRMATION = timedelta(days=14)
NOTHING_FOUND = timedelta(days=30)
INTERVENTION_DAYS = 30
SCREENED = ("food", "housing", "transport")
"""Positive screens that NCQA's SNS-E counts."""
FACT = ReferralFact
TAKEN = (Answer.ACCEPTED, Answer.WAITLISTED)
NOT_TAKEN = (Answer.DECLINED, Answer.ASKED)
CLOSED_NEEDS = frozenset(NeedStatus) - {NeedStatus.OPEN, NeedStatus.IN_PROGRESS}
CONFIRMED = (
    LoopConfirmation.BY_PATIENT,
    LoopConfirmation.BY_CAREGIVER,
    LoopConfirmation.BY_COORDINATOR,
)


class Of(StrEnum):
    """What a metric counts."""

    REFERRALS = "referrals"
    NEEDS = "needs"
    SCREENS = "screens"


class days_between(FunctionElement[int]):
    """Whole days from the first date to the second."""

    type = Integer()
    inherit_cache = True
    name = "days_between"


@compiles(days_between, "sqlite")
def _sqlite(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(one, **options) for one in element.clauses)
    return f"CAST(julianday({second}) - julianday({first}) AS INTEGER)"


@compiles(days_between, "postgresql")
def _postgresql(element: Any, compiler: Any, **options: Any) -> str:
    first, second = (compiler.process(one, **options) for one in element.clauses)
    return f"(({second})::date - ({first})::date)"


Tried = Any
"""The columns of `tried_for` (trying.py); None where referrals are counted."""

Condition = Callable[[datetime, Tried], Any]
"""As of when, and a need with what was tried for it → an SQL condition."""


@dataclass(frozen=True, slots=True)
class Metric:
    """Shares are `hits` of all `parts` but `beside`, which are shown beside it.

    `value` makes it a spread: the values of that expression, in the parts that are hits. Parts that
    are `apart` are told of nobody alone, but weigh when a group's figure is withheld: another metric
    tells of the same referrals, and the difference must not be small either.
    """

    key: str
    of: Of
    within: Condition
    parts: Mapping[str, Condition]
    hits: tuple[str, ...]
    beside: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    value: Condition | None = None
    partner_only: bool = False

    @property
    def counted(self) -> tuple[str, ...]:
        """The parts of the denominator."""
        return tuple(part for part in self.parts if part not in self.beside)


def _answered(at: datetime, _: Tried) -> Any:
    return col(FACT.response_due_at) <= at


def _expired() -> Any:
    return col(FACT.status) == Status.EXPIRED


def _silent(at: datetime) -> Any:
    return or_(col(FACT.silent), func.coalesce(col(FACT.quiet_since) < at - SILENCE, False))


def _is(status: NeedStatus) -> Condition:
    return lambda at, tried: tried.status == status


def _nothing_found(at: datetime, tried: Tried) -> Any:
    """Open for over 30 days, and nothing was ever found that it could be sent to."""
    still_open = tried.status.not_in(CLOSED_NEEDS)
    return and_(still_open, tried.sent_at.is_(None), tried.opened_on < (at - NOTHING_FOUND).date())


def _unmet(at: datetime, tried: Tried) -> Any:
    ended = tried.status.in_((NeedStatus.UNMET, NeedStatus.LOST_TO_FOLLOWUP))
    return or_(ended, _nothing_found(at, tried))


def _met(tried: Tried) -> Any:
    return tried.status.in_((NeedStatus.MET, NeedStatus.PARTLY_MET))


def _confirmed(tried: Tried) -> Any:
    return tried.loop_confirmation.in_(CONFIRMED)


def _intervened(tried: Tried) -> Any:
    days = days_between(tried.screened_on, tried.sent_on)
    return func.coalesce(days.between(0, INTERVENTION_DAYS), False)


ANSWERED: Mapping[str, Condition] = {
    "taken": lambda at, tried: col(FACT.response).in_(TAKEN),
    "declined": lambda at, tried: col(FACT.response) == Answer.DECLINED,
    "asked": lambda at, tried: col(FACT.response) == Answer.ASKED,
    "none": lambda at, tried: col(FACT.response).is_(None),
}

METRICS: tuple[Metric, ...] = (
    Metric(
        "acceptance",
        Of.REFERRALS,
        _answered,
        ANSWERED,
        hits=("taken",),
        beside=("none",),
        partner_only=True,
    ),
    Metric(
        "acceptance_of_all",
        Of.REFERRALS,
        _answered,
        ANSWERED,
        hits=("taken",),
        apart=("none",),
        partner_only=True,
    ),
    Metric(
        "first_response",
        Of.REFERRALS,
        _answered,
        {
            "taken": lambda at, tried: col(FACT.response).in_(TAKEN),
            "answered": lambda at, tried: col(FACT.response).in_(NOT_TAKEN),
            "none": lambda at, tried: col(FACT.response).is_(None),
        },
        hits=("taken", "answered"),
        value=lambda at, tried: col(FACT.response_minutes),
        partner_only=True,
    ),
    Metric(
        "decision",
        Of.REFERRALS,
        _answered,
        {
            "decided": lambda at, tried: col(FACT.decision_minutes).is_not(None),
            "undecided": lambda at, tried: and_(
                col(FACT.response).is_not(None), col(FACT.decision_minutes).is_(None)
            ),
            "none": lambda at, tried: col(FACT.response).is_(None),
        },
        hits=("decided",),
        value=lambda at, tried: col(FACT.decision_minutes),
        partner_only=True,
    ),
    Metric(
        "no_response",
        Of.REFERRALS,
        _answered,
        {
            "unviewed": lambda at, tried: and_(_expired(), not_(col(FACT.viewed))),
            "viewed": lambda at, tried: and_(_expired(), col(FACT.viewed)),
            "left": lambda at, tried: and_(not_(_expired()), col(FACT.response).is_(None)),
            "rest": lambda at, tried: and_(not_(_expired()), col(FACT.response).is_not(None)),
        },
        hits=("unviewed", "viewed"),
        apart=("left",),
        partner_only=True,
    ),
    Metric(
        "closure",
        Of.REFERRALS,
        lambda at, tried: col(FACT.sent_at) <= at - CLOSURE,
        {
            "closed": lambda at, tried: col(FACT.closed_in_time),
            "not": lambda at, tried: not_(col(FACT.closed_in_time)),
        },
        hits=("closed",),
    ),
    Metric(
        "silent",
        Of.REFERRALS,
        lambda at, tried: and_(col(FACT.accepted_at) <= at - SILENCE, not_(col(FACT.on_behalf))),
        {
            "silent": lambda at, tried: _silent(at),
            "not": lambda at, tried: not_(_silent(at)),
        },
        hits=("silent",),
    ),
    Metric(
        "time_to_service",
        Of.NEEDS,
        lambda at, tried: tried.opened_on <= at.date(),
        {
            "served": lambda at, tried: tried.first_service_on.is_not(None),
            "unserved": lambda at, tried: tried.first_service_on.is_(None),
        },
        hits=("served",),
        value=lambda at, tried: days_between(tried.opened_on, tried.first_service_on),
    ),
    Metric(
        "confirmed_closure",
        Of.NEEDS,
        lambda at, tried: and_(
            tried.status.in_(CLOSED_NEEDS), tried.closed_at <= at - CONFIRMATION
        ),
        {
            "confirmed": lambda at, tried: _confirmed(tried),
            "not": lambda at, tried: not_(_confirmed(tried)),
        },
        hits=("confirmed",),
    ),
    Metric(
        "success",
        Of.NEEDS,
        lambda at, tried: tried.sent_at <= at - CLOSURE,
        {"met": lambda at, tried: _met(tried), "not": lambda at, tried: not_(_met(tried))},
        hits=("met",),
    ),
    Metric(
        "unmet_need",
        Of.NEEDS,
        lambda at, tried: tried.opened_on <= at.date(),
        {
            "unmet": _is(NeedStatus.UNMET),
            "lost": _is(NeedStatus.LOST_TO_FOLLOWUP),
            "nothing_found": _nothing_found,
            "rest": lambda at, tried: not_(_unmet(at, tried)),
        },
        hits=("unmet", "lost", "nothing_found"),
    ),
    Metric(
        "intervention",
        Of.SCREENS,
        lambda at, tried: and_(
            tried.category.in_(SCREENED),
            tried.screened_on < (at - timedelta(days=INTERVENTION_DAYS)).date(),
        ),
        {
            "in_time": lambda at, tried: _intervened(tried),
            "not": lambda at, tried: not_(_intervened(tried)),
        },
        hits=("in_time",),
    ),
)
BY_KEY = {metric.key: metric for metric in METRICS}


def part(metric: Metric, name: str, at: datetime, tried: Tried) -> Any:
    """The condition of one part of a metric, its window included."""
    return and_(metric.within(at, tried), metric.parts[name](at, tried))


def is_over() -> Any:
    """Referrals that have come to an end."""
    return col(FACT.status).in_(TERMINAL)
