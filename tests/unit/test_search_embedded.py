"""What only the embedded engine can suffer: full disks, broken files, small caches, many threads."""

import logging
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from core.errors import Unavailable
from search.embedded import columns, postings
from search.embedded.engine import EmbeddedEngine
from search.embedded.store import Store
from search.query import Point, SearchQuery
from tests.contract.checking import check
from tests.contract.corpus import random_documents
from tests.contract.documents import NOW, make_document

DURHAM = Point(36.0, -78.9)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    opened = EmbeddedEngine(tmp_path / "search", fold_after=50)
    yield opened
    opened.close()


def names(engine: EmbeddedEngine) -> list[str]:
    return [id for id, _ in engine.ids_and_hashes()]


def limit_pages(engine: EmbeddedEngine, more: int) -> None:
    """Let the index file grow by so many pages only, as on a full disk."""
    assert engine._opened is not None
    database = engine._opened.store.db
    (count,) = database.execute("PRAGMA page_count").fetchone()
    database.execute(f"PRAGMA max_page_count={count + more}")


def many(count: int, prefix: str = "d") -> list[dict[str, Any]]:
    return [make_document(f"{prefix}{n}", summary=f"w{n:03} " * 40) for n in range(count)]


def test_a_put_on_a_full_disk_changes_nothing(engine):
    engine.put(many(10))
    limit_pages(engine, 2)
    with pytest.raises(Unavailable):
        engine.put(many(40, "e"))
    assert names(engine) == sorted(f"d{n}" for n in range(10))
    assert engine.search(SearchQuery(now=NOW, text="w003")).total == 1
    engine.delete(["d3"])
    assert engine.search(SearchQuery(now=NOW, text="w003")).total == 0


def test_a_put_that_cannot_be_folded_is_kept_all_the_same(engine, monkeypatch, caplog):
    engine.put(many(45))

    def full(self: Store, blobs: Any) -> None:
        self.db.execute("DELETE FROM idx")
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(logging.getLogger("handrail.search"), "disabled", False)  # by other tests
    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(Store, "write_blobs", full)
        engine.put(many(8, "e"))
    assert "not folded: The search index cannot be used: database or disk is full" in caplog.text
    assert engine.count() == 53
    assert engine.search(SearchQuery(now=NOW, text="w007")).total == 2
    engine.compact()
    engine.close()
    assert engine.search(SearchQuery(now=NOW, text="w007")).total == 2


def test_a_rebuild_on_a_full_disk_leaves_the_old_index_and_no_rubbish(engine, monkeypatch):
    engine.put(many(5))
    original = Store.__init__

    def small(self: Store, path: Path, *, create: bool = False) -> None:
        original(self, path, create=create)
        if create:
            self.db.execute("PRAGMA max_page_count=40")

    with monkeypatch.context() as patched:
        patched.setattr(Store, "__init__", small)
        with pytest.raises(Unavailable):
            engine.rebuild(many(500))
    assert engine.count() == 5
    assert len(list(engine._files.folder.glob("index-*.db"))) == 1


def test_a_first_rebuild_keeps_what_is_put_meanwhile(engine):
    def documents() -> Iterator[dict[str, Any]]:
        yield from many(3)
        engine.put(many(1, "e"))

    assert engine.rebuild(documents()).count == 4
    assert names(engine) == ["d0", "d1", "d2", "e0"]


def test_a_second_rebuild_at_the_same_time_is_refused(engine, monkeypatch):
    monkeypatch.setattr(engine._files.building.__wrapped__, "__defaults__", (0.05,))

    def documents() -> Iterator[dict[str, Any]]:
        with pytest.raises(Unavailable, match="Another rebuild"):
            engine.rebuild(many(1))
        yield from many(2)

    assert engine.rebuild(documents()).count == 2


def test_a_broken_file_is_said_so_and_mended_by_a_rebuild(engine):
    engine.put(many(5))
    engine.close()
    current = engine._files.current()
    current.write_bytes(b"not a database" * 1000)
    with pytest.raises(Unavailable):
        engine.search(SearchQuery(now=NOW))
    health = engine.health()
    assert not health.ok and "search index" in health.detail
    assert engine.rebuild(many(3)).count == 3
    assert engine.health().ok and engine.count() == 3


def test_an_index_of_another_version_asks_to_be_rebuilt(engine):
    engine.put(many(5))
    assert engine._opened is not None
    engine._opened.store.db.execute("PRAGMA user_version=99")
    engine.close()
    with pytest.raises(Unavailable, match="handrail reindex"):
        engine.count()
    assert engine.rebuild(many(2)).count == 2


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path):
    (tmp_path / "file").write_text("in the way")
    engine = EmbeddedEngine(tmp_path / "file" / "search")
    with pytest.raises(Unavailable):
        engine.count()


def test_answers_do_not_depend_on_what_is_kept_in_memory(engine, monkeypatch):
    monkeypatch.setattr(postings, "CACHE_BYTES", 0)
    documents = random_documents(seed=4, count=80)
    engine.rebuild(documents[:60])
    texts = ("pantry", "transportatoin", "c", "clinic evening")
    for start in range(0, 80, 16):
        engine.put(documents[start : start + 16])
        for text in texts:
            stored = documents[: max(60, start + 16)]
            query = SearchQuery(now=NOW, text=text, origin=DURHAM, facets=("languages",))
            check(engine, stored, query)


def test_columns_grow_beyond_the_room_they_were_loaded_with(engine, monkeypatch):
    monkeypatch.setattr(columns, "SPARE", 0)
    documents = random_documents(seed=5, count=60)
    engine.rebuild(documents[:30])
    engine.count()
    engine.put(documents[30:])
    query = SearchQuery(now=NOW, sort="distance", origin=DURHAM, radius_m=60_000.0)
    check(engine, documents, query)


def test_threads_may_share_an_engine(engine):
    engine.rebuild(many(100))

    def work(number: int) -> int:
        if number % 3 == 0:
            engine.put([make_document(f"t{number}", name="Threaded")])
        return int(engine.search(SearchQuery(now=NOW, text="w007", origin=DURHAM)).total)

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(work, range(120))) == {1}
    assert engine.count() == 140
    assert engine.search(SearchQuery(now=NOW, text="threaded")).total == 40


def test_what_is_stored_already_is_not_written_again(engine):
    documents = many(5)
    engine.put(documents)
    assert engine._opened is not None
    before = engine._opened.store.head()
    engine.put(documents)
    assert engine._opened.store.head() == before
