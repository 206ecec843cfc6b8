"""The scene of referral tests, on either database."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session

from core.db import Database
from tests.support.referring import Scene, settle


@pytest.fixture
def scene(session: Session) -> Scene:
    """A clinic, a pantry, a patient with a need; on each kind of database."""
    return settle(session)


@pytest.fixture
def sqlite_scene(sqlite_database: Database) -> Iterator[Scene]:
    """The same on SQLite alone, for what is not about the database."""
    engine = sqlite_database.engine.execution_options(write=True)
    with Session(engine, expire_on_commit=False) as opened:
        yield settle(opened)
