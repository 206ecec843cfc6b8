"""Fixtures of the contract suite: each test runs once for each engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from search.engine import SearchEngine
from tests.contract.engines import ENGINES, EngineFactory, Site


@pytest.fixture(params=sorted(ENGINES))
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Site:
    """A place for an index of its own."""
    return Site(request.param, tmp_path / "index")


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
    return Site(request.param, tmp_path_factory.mktemp(request.param) / "index")
