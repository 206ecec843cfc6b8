"""Credentials that are over, and forgetting them."""

from datetime import datetime

from sqlalchemy import ColumnElement, Delete, func
from sqlmodel import Session, col, delete, select

from accounts.models import ApiKey, Link, LoginSession, Throttle
from core.clock import now
from core.db import Base

Table = type[Base]


def over(category: str, before: datetime) -> tuple[Table, ColumnElement[bool]]:
    """The table of a category ("sessions", "links", "keys", "throttles"), and what is over in it."""
    match category:
        case "sessions":
            ended = col(LoginSession.ended_at) < before
            return LoginSession, ended | (col(LoginSession.expires_at) < before)
        case "links":
            return Link, col(Link.expires_at) < before
        case "keys":
            revoked = col(ApiKey.revoked_at) < before
            return ApiKey, revoked | (col(ApiKey.expires_on) < before.date())
        case "throttles":
            blocked = col(Throttle.blocked_until)
            free = blocked.is_(None) | (blocked < now())
            return Throttle, free & (col(Throttle.window_started_at) < before)
    raise ValueError(category)


def count(session: Session, category: str, before: datetime) -> int:
    """How many rows of the category are over."""
    table, which = over(category, before)
    return session.exec(select(func.count()).select_from(table).where(which)).one()


def forget(session: Session, category: str, before: datetime) -> int:
    """Delete them; returns how many."""
    table, which = over(category, before)
    statement: Delete = delete(table).where(which)
    return session.connection().execute(statement).rowcount
