"""When something is due, and when to remind of it, in the receiving organization's time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from patients.models import Urgency
from referrals.calendar import BusinessCalendar, add_business, business_minutes_between
from referrals.models import LimitUnit, ReferralLimit
from referrals.states import TABLE, Clock, Limit


@dataclass(frozen=True, slots=True)
class Running:
    """A clock that was started: when it is over, and when to remind, in order."""

    started_at: datetime
    due_at: datetime
    reminders: tuple[datetime, ...] = ()


def usual_limit(clock: Clock, urgency: Urgency) -> Limit:
    """The limit of states.json."""
    rule = TABLE.clocks[clock]
    return rule.urgent if urgency is Urgency.URGENT else rule.routine


def limit_for(session: Session, clock: Clock, category: str, urgency: Urgency) -> Limit:
    """The network's own limit for this category, else for every category, else the usual one."""
    own = session.exec(
        select(ReferralLimit)
        .where(ReferralLimit.clock == clock, ReferralLimit.urgency == urgency)
        .where(col(ReferralLimit.category).in_(("", category)))
        .order_by(col(ReferralLimit.category).desc())
    ).first()
    return Limit(own.unit.value, own.amount) if own else usual_limit(clock, urgency)


def start(calendar: BusinessCalendar, clock: Clock, limit: Limit, at: datetime) -> Running:
    """The clock running from `at`; its grace comes after the limit that reminders divide."""
    rule, over = TABLE.clocks[clock], after(calendar, at, limit)
    reminders = tuple(share(calendar, at, over, percent) for percent in rule.remind)
    return Running(at, after(calendar, over, rule.grace) if rule.grace else over, reminders)


def start_with(calendar: BusinessCalendar, clock: Clock, minutes: int, at: datetime) -> Running:
    """The clock running from `at` with so many minutes of business time left."""
    over = add_business(calendar, at, minutes=minutes)
    percents = TABLE.clocks[clock].remind
    return Running(at, over, tuple(share(calendar, at, over, percent) for percent in percents))


def after(calendar: BusinessCalendar, at: datetime, limit: Limit) -> datetime:
    """The moment (UTC) a limit from `at` is over."""
    match LimitUnit(limit.unit):
        case LimitUnit.BUSINESS_DAYS:
            return add_business(calendar, at, days=limit.amount)
        case LimitUnit.BUSINESS_HOURS:
            return add_business(calendar, at, hours=limit.amount)
        case LimitUnit.DAYS:
            return at + timedelta(days=limit.amount)


def share(calendar: BusinessCalendar, start: datetime, end: datetime, percent: int) -> datetime:
    """The moment when that percent of the business time between the two has passed."""
    minutes = business_minutes_between(calendar, start, end)
    return add_business(calendar, start, minutes=minutes * percent // 100)
