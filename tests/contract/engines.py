"""Every engine that the contract suite runs against. A new engine is a new entry of ENGINES."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine
from search.meili import MeilisearchEngine
from tests.support.meilisearch import Server

EngineFactory = Callable[[], SearchEngine]
"""Opens the same index once more, as another process would."""


@dataclass(frozen=True)
class Site:
    """An index that several processes may open, on `server` if it needs one."""

    engine: str
    folder: Path
    server: Server | None = None

    def open(self) -> SearchEngine:
        """The engine on this index."""
        return ENGINES[self.engine](self)


def embedded(site: Site) -> SearchEngine:
    """A small fold_after, so that folding happens in every test."""
    return EmbeddedEngine(site.folder, fold_after=40)


def meilisearch(site: Site) -> SearchEngine:
    """An index named after the folder. An engine makes none by itself, and a killed writer's work may still
    be on its way: so an empty one is made first, and what is queued is waited for."""
    assert site.server is not None
    name = "test-" + hashlib.sha256(str(site.folder).encode()).hexdigest()[:16]
    engine = MeilisearchEngine(site.server.url, site.server.key, index=name)
    if not engine.health().ok:
        engine.rebuild([])
    engine.delete(["nothing-such"])
    return engine


ENGINES: dict[str, Callable[[Site], SearchEngine]] = {
    "embedded": embedded,
    "meilisearch": meilisearch,
}
NEEDS_SERVER = {"meilisearch"}
