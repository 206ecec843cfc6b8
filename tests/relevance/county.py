"""The demonstration county in an engine of one kind."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from app.tables import metadata
from core.db import Database
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine
from search.meili import MeilisearchEngine
from search.rebuild import reindex
from seed_data.load import load
from tests.support import meilisearch

ENGINES = ("embedded", "meilisearch")
TIME_ZONE = "America/New_York"


@contextmanager
def county_in(engine: str) -> Iterator[SearchEngine]:
    """An engine that holds the county; it goes with its index."""
    with TemporaryDirectory(prefix="handrail-relevance") as name, _made(engine, Path(name)) as made:
        database = Database(f"sqlite:///{name}/handrail.db")
        metadata.create_all(database.engine)
        load(database)
        reindex(database, made, TIME_ZONE)
        database.close()
        yield made
        made.close()


@contextmanager
def _made(engine: str, folder: Path) -> Iterator[SearchEngine]:
    if engine == "embedded":
        yield EmbeddedEngine(folder / "index")
        return
    server = meilisearch.shared_server()
    try:
        yield MeilisearchEngine(server.url, server.key, index="relevance")
    finally:
        server.stop()
