"""What was said long ago, and by whose links: what is over, and forgetting it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, func, or_
from sqlmodel import Session, col, delete, select

from notices.models import Notice, WebhookCall
from referrals.links import ReferralLink, ReferralVisit

CATEGORIES: Mapping[str, Any] = {
    "notices": Notice,
    "referral_visits": ReferralVisit,
    "referral_links": ReferralLink,
    "webhook_calls": WebhookCall,
}


def over(category: str, before: datetime) -> ColumnElement[bool]:
    """What is over in the table of that category. Notices that still wait never are."""
    match category:
        case "notices":
            return or_(
                col(Notice.sent_at) < before,
                col(Notice.dropped).is_not(None) & (col(Notice.created_at) < before),
            )
        case "referral_visits":
            return col(ReferralVisit.expires_at) < before
        case "referral_links":
            return or_(col(ReferralLink.expires_at) < before, col(ReferralLink.revoked_at) < before)
        case "webhook_calls":
            return col(WebhookCall.at) < before
    raise ValueError(category)


def count(session: Session, category: str, before: datetime) -> int:
    """How many rows of the category are over."""
    table = CATEGORIES[category]
    return session.exec(select(func.count()).select_from(table).where(over(category, before))).one()


def forget(session: Session, category: str, before: datetime) -> int:
    """Delete them; returns how many. Visits go with their links."""
    which = over(category, before)
    if category == "referral_links":
        links = select(ReferralLink.id).where(which)
        visits = delete(ReferralVisit).where(col(ReferralVisit.link_id).in_(links))
        session.connection().execute(visits)
    statement: Delete = delete(CATEGORIES[category]).where(which)
    return session.connection().execute(statement).rowcount
