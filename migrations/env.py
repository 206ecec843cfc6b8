"""How Alembic reaches the database, and how it writes a migration down.

`handrail migrate` (app/migrating.py) hands over its connection; run through Alembic's own command
this opens one by the same settings.
"""

import os
from typing import Any

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, Enum, String, Text
from sqlmodel import AutoString

from app.migrating import prepared
from app.tables import metadata
from core.db import UTCDateTime
from core.settings import Settings
from directory.prices.columns import Exact


def render(kind: str, item: Any, _context: AutogenContext) -> str | bool:
    """Write column types in SQLAlchemy's own words, so that a migration stays as it was."""
    if kind != "type":
        return False
    if isinstance(item, UTCDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, Exact):
        return "sa.BigInteger()"
    if isinstance(item, Enum | String | AutoString) and not isinstance(item, Text):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_item=render,
        render_as_batch=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with prepared(Settings.from_env(os.environ).database_url) as own:
        run(own)
