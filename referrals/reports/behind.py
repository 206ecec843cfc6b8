"""The referrals and needs behind a number, for those who may see them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col

from core.actor import Actor
from core.clock import now
from core.paging import DEPTH_MAX, Page, check_paging, offset
from referrals.errors import must_be
from referrals.reports.counting import Asked, behind_parts
from referrals.reports.metrics import BY_KEY, FACT, Of, Tried
from referrals.reports.permissions import check_behind
from referrals.reports.questions import Question


@dataclass(frozen=True, slots=True)
class Behind:
    """One referral, or one need when `referral_id` is None; `on` is the day it counts from."""

    need_id: str
    referral_id: str | None
    category: str
    status: str
    on: date


def behind(
    session: Session,
    actor: Actor,
    organization_id: str,
    question: Question,
    metric: str,
    part: str = "",
    *,
    page: int = 1,
    per_page: int = 20,
    at: datetime | None = None,
) -> Page[Behind]:
    """What a metric counts in that part of it (all parts when none is named), oldest first."""
    check_behind(actor, organization_id)
    check_paging(page, per_page)
    chosen = BY_KEY.get(metric)
    if chosen is None:
        raise must_be("metric", BY_KEY)
    if part and part not in chosen.parts:
        raise must_be("part", chosen.parts)
    asked = Asked(session, actor, organization_id, question, at or now())
    parts = (part,) if part else tuple(chosen.parts)
    found = behind_parts(asked, chosen, parts, _columns)
    need, referral, _, _, day = found.selected_columns
    key = referral if chosen.of is Of.REFERRALS else need
    counted = found.with_only_columns(key).limit(DEPTH_MAX).subquery()
    total = session.execute(func.count().select().select_from(counted)).scalar_one()
    ordered = found.order_by(day, key)
    rows = session.execute(ordered.offset(offset(page, per_page)).limit(per_page))
    return Page(tuple(Behind(*row) for row in rows), total, page, per_page)


def _columns(tried: Tried) -> list[Any]:
    if tried is None:
        named = (FACT.need_id, FACT.referral_id, FACT.category, FACT.status, FACT.sent_on)
        return [col(one) for one in named]
    return [tried.id, func.nullif("", ""), tried.category, tried.status, tried.opened_on]
