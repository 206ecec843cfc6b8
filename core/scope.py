"""The one way to read rows that belong to an organization.

tests/unit/house/test_scope.py refuses `select(Table)` of such a table anywhere else without it.
"""

from typing import Any

from sqlmodel import col

from core.actor import Actor
from core.errors import NotFound


def scoped(statement: Any, table: Any, actor: Actor) -> Any:
    """`statement` narrowed to rows of the actor's organizations; the system sees all."""
    if actor.id == "system":
        return statement
    return statement.where(col(table.organization_id).in_(actor.organization_ids))


def check_owned(actor: Actor, row: Any, what: str) -> None:
    """Raise NotFound unless the row exists and belongs to an organization of the actor."""
    if row is None or (actor.id != "system" and row.organization_id not in actor.organization_ids):
        raise NotFound(f"There is no such {what}.")
