"""The whole application, over a small county."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import text

from app.migrating import newest
from core.db import Database
from core.settings import Settings
from tests.support import applications
from tests.support.county import fill
from tests.support.engines import CannedEngine
from tests.support.postgres import Cluster

Client = TestClient[Litestar]
_number = count(1)


def prepare(url: str) -> None:
    """Put the county into the database, and say that it is migrated."""
    database = Database(url)
    with database.write() as session:
        fill(session)
        session.connection().execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
        session.connection().execute(
            text("INSERT INTO alembic_version VALUES (:newest)"), {"newest": newest()}
        )
    database.close()


@pytest.fixture(scope="session")
def _filled(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("county") / "handrail.db"
    shutil.copyfile(_sqlite_template, path)
    prepare(f"sqlite:///{path}")
    return path


@pytest.fixture
def county_url(_filled: Path, tmp_path: Path) -> str:
    """A fresh SQLite database with the county in it."""
    shutil.copyfile(_filled, tmp_path / "county.db")
    return f"sqlite:///{tmp_path / 'county.db'}"


@pytest.fixture(scope="session")
def _filled_postgresql(cluster: Cluster, _postgresql_template: str) -> str:
    prepare(cluster.create("county_template", _postgresql_template))
    return "county_template"


@pytest.fixture
def postgresql_county_url(cluster: Cluster, _filled_postgresql: str) -> Iterator[str]:
    """A fresh PostgreSQL database with the county in it."""
    name = f"county_{next(_number)}"
    yield cluster.create(name, _filled_postgresql)
    cluster.drop(name)


@pytest.fixture(params=["county_url", "postgresql_county_url"], ids=["sqlite", "postgresql"])
def county_url_on_each(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind with the county in it."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def canned() -> CannedEngine:
    """An engine that finds what a test puts into it."""
    return CannedEngine()


@pytest.fixture
def running() -> Iterator[ExitStack]:
    """Applications that run until the test ends."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def application(
    settings: Settings, canned: CannedEngine, running: ExitStack
) -> Callable[..., Litestar]:
    """Makes applications: `application(url, rate_limit=5)`."""

    def make(url: str, **changes: Any) -> Litestar:
        chosen = replace(settings, **{"database_url": url, "rate_limit": 0, **changes})
        return running.enter_context(applications.application(chosen, canned))

    return make


@pytest.fixture
def start(application: Callable[..., Litestar], running: ExitStack) -> Callable[..., Client]:
    """Starts applications: `start(url, rate_limit=5)`; stopped after the test."""

    def start_one(url: str, **changes: Any) -> Client:
        client = TestClient(application(url, **changes), raise_server_exceptions=False)
        return running.enter_context(client)

    return start_one


@pytest.fixture
def client(county_url: str, start: Callable[..., Client]) -> Client:
    """The application on SQLite."""
    return start(county_url)


@pytest.fixture
def client_on_each(county_url_on_each: str, start: Callable[..., Client]) -> Client:
    """The application on each database in turn."""
    return start(county_url_on_each)
