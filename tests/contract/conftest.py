"""Fixtures of the contract suite: each test runs once for each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engine import SearchEngine
from tests.contract.engines import ENGINES, NEEDS_SERVER, EngineFactory, Site
from tests.support.meilisearch import Server


def _site(request: pytest.FixtureRequest, folder: Path) -> Site:
    if request.param not in NEEDS_SERVER:
        return Site(request.param, folder)
    server: Server = request.getfixturevalue("meilisearch_server")
    return Site(request.param, folder, Server(server.url, server.key))  # as other processes know it


@pytest.fixture(params=sorted(ENGINES))
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """A place for an index of its own."""
    return _site(request, tmp_path / "index")


@pytest.fixture
def many(site: Site) -> int:
    """How many changes, one after another, are many: a server takes its time for each."""
    return 30 if site.engine in NEEDS_SERVER else 200


@pytest.fixture
def engine_factory(site: Site) -> Iterator[EngineFactory]:
    """Opens the test's index, as often as it likes."""
    opened: list[SearchEngine] = []

    def factory() -> SearchEngine:
        opened.append(site.open())
        return opened[-1]

    yield factory
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(engine_factory: EngineFactory) -> SearchEngine:
    """One engine on an empty index."""
    return engine_factory()


@pytest.fixture(scope="module", params=sorted(ENGINES))
def module_site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """A place for an index that all tests of a module share."""
    return _site(request, tmp_path_factory.mktemp(request.param) / "index")
