"""Every engine that the suite runs against. A new engine is a new entry of ENGINES."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine

EngineFactory = Callable[[], SearchEngine]
"""Opens the same index once more, as another process would."""


def embedded(folder: Path) -> EngineFactory:
    """A small fold_after, so that folding happens in every test."""
    return lambda: EmbeddedEngine(folder, fold_after=40)


ENGINES: dict[str, Callable[[Path], EngineFactory]] = {"embedded": embedded}


@pytest.fixture(params=sorted(ENGINES))
def engine_factory(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EngineFactory]:
    opened: list[SearchEngine] = []
    make = ENGINES[request.param](tmp_path / "index")

    def factory() -> SearchEngine:
        opened.append(make())
        return opened[-1]

    yield factory
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(engine_factory: EngineFactory) -> SearchEngine:
    return engine_factory()


@pytest.fixture(scope="module", params=sorted(ENGINES))
def module_factory(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> EngineFactory:
    """As engine_factory, with one index for all tests of a module."""
    return ENGINES[request.param](tmp_path_factory.mktemp(request.param) / "index")
