"""Needs, each with what was tried for it: when first sent, when first served."""

from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import col

from core.actor import Actor
from core.scope import scoped
from patients.models import Need
from referrals.reports.models import ReferralFact

NEED = (
    Need.id, Need.patient_id, Need.category, Need.status, Need.loop_confirmation, Need.opened_on,
    Need.screened_on, Need.closed_at,
)  # fmt: skip
FACT = ReferralFact


def tried_for(actor: Actor, organization_id: str, year: int, *, screened: bool) -> Any:
    """The organization's needs of a year, as a subquery with a row for each.

    Needs are grouped together with their facts: the facts of all years grouped by themselves, to be
    joined afterwards, cost SQLite an index of its own for every statement.
    """
    begun = col(Need.screened_on if screened else Need.opened_on)
    its_facts = and_(
        col(FACT.need_id) == col(Need.id),
        col(FACT.organization_id) == organization_id,
        col(FACT.counted),
    )
    statement = select(
        *(col(one) for one in NEED),
        func.min(col(FACT.sent_at)).label("sent_at"),
        func.min(col(FACT.sent_on)).label("sent_on"),
        func.min(col(FACT.first_service_on)).label("first_service_on"),
    ).outerjoin(FACT, its_facts)
    return (
        scoped(statement, Need, actor)
        .where(col(Need.organization_id) == organization_id)
        .where(begun.between(date(year, 1, 1), date(year, 12, 31)))
        .group_by(col(Need.id))
        .subquery("tried")
    )
