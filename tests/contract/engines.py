"""Every engine that the contract suite runs against. A new engine is a new entry of ENGINES."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine

EngineFactory = Callable[[], SearchEngine]
"""Opens the same index once more, as another process would."""


def embedded(folder: Path) -> SearchEngine:
    """A small fold_after, so that folding happens in every test."""
    return EmbeddedEngine(folder, fold_after=40)


ENGINES: dict[str, Callable[[Path], SearchEngine]] = {"embedded": embedded}


@dataclass(frozen=True)
class Site:
    """An index that several processes may open."""

    engine: str
    folder: Path

    def open(self) -> SearchEngine:
        """The engine on this index."""
        return ENGINES[self.engine](self.folder)
