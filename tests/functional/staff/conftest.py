"""The whole application with people in it."""

import pickle
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from litestar.testing import TestClient

from app.denials import Denials
from core.db import Database
from core.settings import Settings
from search.embedded.engine import EmbeddedEngine
from search.rebuild import reindex
from tests.functional.conftest import Client
from tests.support.applications import application
from tests.support.county import fill
from tests.support.engines import CannedEngine
from tests.support.network_town import Town, settle

DEMO = Settings.from_env({"HANDRAIL_DEMO": "1"})


@dataclass
class Staffed:
    """An application, and who and what is in it."""

    client: Client
    town: Town
    settings: Settings


@pytest.fixture(scope="package")
def _settled(
    slow_hasher: None, _sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, bytes]:
    """A database with the town settled (hashing passwords is slow, so once), and the town."""
    path = tmp_path_factory.mktemp("town") / "handrail.db"
    shutil.copyfile(_sqlite_template, path)
    database = Database(f"sqlite:///{path}")
    with database.write() as session:
        town = settle(session, DEMO)
    database.close()
    return path, pickle.dumps(town)


@pytest.fixture(scope="package")
def _application(
    _settled: tuple[Path, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    """One application for all of these tests: making one costs more than most of them."""
    home = tmp_path_factory.mktemp("application")
    shutil.copyfile(_settled[0], home / "town.db")
    chosen = replace(DEMO, home=home, database_url=f"sqlite:///{home / 'town.db'}", rate_limit=0)
    with (
        application(chosen, CannedEngine()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        yield client


@pytest.fixture
def staffed(
    _settled: tuple[Path, bytes], _application: Client, tmp_path: Path, settings: Settings
) -> Iterator[Staffed]:
    """The application on SQLite, with the town settled; each test has a database of its own."""
    path, town = _settled
    shutil.copyfile(path, tmp_path / "town.db")
    database = Database(f"sqlite:///{tmp_path / 'town.db'}")
    state = _application.app.state
    before = {name: state[name] for name in ("settings", "database", "denials", "search")}
    state.settings, state.database, state.search = settings, database, CannedEngine()
    state.denials = Denials(database)
    _application.cookies.clear()
    yield Staffed(_application, pickle.loads(town), settings)
    state.denials.close()
    state.database.close()
    for name, value in before.items():
        state[name] = value


@pytest.fixture(scope="module")
def shared_staffed(
    _settled: tuple[Path, bytes], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Staffed]:
    """One application for all tests of a module, for tests that change nothing."""
    path, town = _settled
    home = tmp_path_factory.mktemp("shared")
    shutil.copyfile(path, home / "town.db")
    chosen = replace(DEMO, home=home, database_url=f"sqlite:///{home / 'town.db'}", rate_limit=0)
    with (
        application(chosen, CannedEngine()) as app,
        TestClient(app, raise_server_exceptions=False) as client,
    ):
        yield Staffed(client, pickle.loads(town), chosen)


@pytest.fixture
def stocked(staffed: Staffed) -> Iterator[Staffed]:
    """The town with a directory that can be searched."""
    database: Database = staffed.client.app.state.database
    with database.write() as session:
        fill(session)
    engine = EmbeddedEngine(staffed.settings.home / "search")
    reindex(database, engine, staffed.settings.time_zone)
    staffed.client.app.state.search = engine
    yield staffed
    engine.close()
