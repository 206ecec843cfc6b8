"""Fixtures every test may use.

A machine without PostgreSQL or Chromium skips what needs them and says what to install; with
CI=true that is a failure instead, so that a green run always means both were tried.
"""

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import pytest
from argon2 import PasswordHasher
from sqlmodel import Session

from accounts import passwords
from app.tables import metadata
from core.db import Database
from core.settings import Settings, get_settings
from tests.support import browser, meilisearch, network, postgres

TEMPLATE = "handrail_template"
_number = count(1)

# Thousands of tests are kept until the end. Looking through them for what nobody needs any more,
# again and again, takes a third of collecting, so it waits until there is something to find.
gc.disable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Who runs which tests, where several processes do (`--dist loadfile`)."""
    from tests.support.sharing import Sharing  # needs the plugin, which may be left out

    return Sharing(config, log) if config.getoption("dist") == "loadfile" else None


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In one of several processes: what takes longest is first."""
    if hasattr(config, "workerinput"):
        from tests.support.sharing import rank

        items.sort(key=lambda item: rank(item.nodeid))


def pytest_collection_finish() -> None:
    """From here on what tests leave is looked for, but no more among what was there before."""
    gc.freeze()
    gc.enable()


def missing(advice: str) -> NoReturn:
    """Skip, or fail where everything has to be installed."""
    if os.environ.get("CI") == "true":
        pytest.fail(advice)
    pytest.skip(advice)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    network.block(monkeypatch)


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("HANDRAIL_"):
            monkeypatch.delenv(name)
    get_settings.cache_clear()  # those of the test before, whose folder is gone


@pytest.fixture(scope="session", autouse=True)
def slow_hasher() -> Iterator[PasswordHasher]:
    """Hashing is slow on purpose; few tests depend on that, and they use the hasher given here."""
    with pytest.MonkeyPatch.context() as patch:
        slow, quick = passwords._hasher, PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
        patch.setattr(passwords, "_hasher", quick)
        yield slow


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """The PostgreSQL cluster of this test process."""
    programs = postgres.binaries()
    if programs is None:
        missing(postgres.INSTALL)
    running = postgres.Cluster(programs)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def meilisearch_server() -> Iterator[meilisearch.Server]:
    """The search server of this test process, or the one that HANDRAIL_TEST_MEILISEARCH_URL names."""
    if not meilisearch.is_there():
        missing(meilisearch.INSTALL)
    server = meilisearch.shared_server()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the Chromium that browser tests start (with --no-sandbox)."""
    path = browser.chromium()
    if path is None:
        missing(browser.INSTALL)
    return path


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "handrail.db"
    database = Database(f"sqlite:///{path}")
    metadata.create_all(database.engine)
    database.close()
    return path


@pytest.fixture(scope="session")
def _postgresql_template(cluster: postgres.Cluster) -> str:
    database = Database(cluster.create(TEMPLATE))
    metadata.create_all(database.engine)
    database.close()
    return TEMPLATE


@pytest.fixture
def sqlite_url(_sqlite_template: Path, tmp_path: Path) -> str:
    """URL of a fresh SQLite database with all tables, at `tmp_path`/handrail.db."""
    path = tmp_path / "handrail.db"
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(cluster: postgres.Cluster, _postgresql_template: str) -> Iterator[str]:
    """URL of a fresh PostgreSQL database with all tables."""
    name = f"handrail_{next(_number)}"
    yield cluster.create(name, _postgresql_template)
    cluster.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """URL of a fresh database with all tables: each test runs once on each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a fresh database without any table, of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    cluster: postgres.Cluster = request.getfixturevalue("cluster")
    name = f"empty_{next(_number)}"
    yield cluster.create(name)
    cluster.drop(name)


@pytest.fixture
def open_database() -> Iterator[Callable[[str], Database]]:
    """Opens databases by URL and closes them after the test."""
    opened: list[Database] = []

    def open_one(url: str) -> Database:
        opened.append(Database(url))
        return opened[-1]

    yield open_one
    for database in opened:
        database.close()


@pytest.fixture
def database(database_url: str, open_database: Callable[[str], Database]) -> Database:
    """A fresh database with all tables; the test runs once on each kind."""
    return open_database(database_url)


@pytest.fixture
def sqlite_database(sqlite_url: str, open_database: Callable[[str], Database]) -> Database:
    """A fresh SQLite database, for tests that are not about the database."""
    return open_database(sqlite_url)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A write session on `database`, rolled back after the test."""
    engine = database.engine.execution_options(write=True)
    with Session(engine, expire_on_commit=False) as opened:
        yield opened


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a demonstration whose home is `tmp_path`."""
    return Settings.from_env({"HANDRAIL_HOME": str(tmp_path), "HANDRAIL_DEMO": "1"})
