"""A search server that is away, slow, cut short, killed or full: searches say so, and the index converges."""

import resource
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from app.worker import Worker
from core.actor import SYSTEM
from core.clock import frozen, now
from core.db import Database
from core.errors import Unavailable
from directory import commands
from search.embedded.engine import EmbeddedEngine
from search.fallback import FallbackEngine
from search.meili import MeilisearchEngine, breaker, pool
from search.meili.client import ServerAway
from search.query import SearchQuery
from search.rebuild import build_if_missing, reindex
from search.sync import TOPIC, handler
from search.verify import verify
from tests import factories as make
from tests.conftest import missing
from tests.contract.checking import found
from tests.contract.documents import NOW, make_document
from tests.support import meilisearch
from tests.support.meilisearch import MASTER_KEY, OwnServer, free_port, own_server
from tests.support.proxy import proxied

ZONE = "America/New_York"


@pytest.fixture
def server():
    """A server that may be killed."""
    if not meilisearch.is_there():
        missing(meilisearch.INSTALL)
    server = own_server()
    yield server
    server.stop()


@pytest.fixture
def engine(server):
    engine = MeilisearchEngine(server.url, server.key)
    engine.rebuild([make_document("a", name="Pantry"), make_document("b")])
    yield engine
    engine.close()


@pytest.fixture
def proxy(server, engine):
    with proxied(server.url) as proxy:
        yield proxy


@pytest.fixture
def through(proxy):
    """An engine that asks through the proxy."""
    engine = MeilisearchEngine(proxy.url, MASTER_KEY)
    assert sorted(found(engine)) == ["a", "b"]
    yield engine
    engine.close()


# ---- one fault each


def test_an_absent_server_is_said_at_once_and_again_without_asking():
    engine = MeilisearchEngine(f"http://127.0.0.1:{free_port()}", "key")
    for _ in range(3):
        with pytest.raises(ServerAway, match="does not answer") as raised:
            found(engine)
        assert raised.value.retry_after_s >= 1
    assert not engine.health().ok
    for use in (lambda: engine.put([make_document("a")]), lambda: engine.delete(["a"])):
        with pytest.raises(Unavailable):
            use()
    engine.close()


def test_a_slow_answer_is_not_waited_for(through, proxy, monkeypatch):
    monkeypatch.setattr(pool, "ANSWER_TIMEOUT_S", 0.2)
    proxy.delay_s = 1.0
    started = time.monotonic()
    with pytest.raises(ServerAway, match="too long"):
        found(through)
    assert time.monotonic() - started < 0.9


def test_a_server_that_rests_is_not_asked_and_found_again(through, proxy, monkeypatch):
    monkeypatch.setattr(pool, "ANSWER_TIMEOUT_S", 0.2)
    proxy.delay_s = 1.0
    with pytest.raises(ServerAway):
        found(through)
    asked = proxy.asked
    for _ in range(20):
        with pytest.raises(ServerAway):
            found(through)
    assert proxy.asked == asked
    proxy.delay_s = 0.0
    time.sleep(breaker.FIRST_PAUSE_S)
    assert sorted(found(through)) == ["a", "b"]


def test_only_one_tries_whether_the_server_is_back():
    clock = [0.0]
    one = breaker.Breaker(lambda: clock[0])
    with pytest.raises(ServerAway, match="first"), one.passing():
        raise ServerAway("first")
    clock[0] = 10.0
    with one.passing(), pytest.raises(ServerAway, match="does not answer"), one.passing():
        pytest.fail("entered")
    with one.passing():
        pass


def test_an_answer_that_breaks_off_is_not_read(through, proxy):
    proxy.cut = True
    with pytest.raises(ServerAway, match="cut short"):
        found(through)
    proxy.cut = False
    time.sleep(breaker.FIRST_PAUSE_S)
    assert sorted(found(through)) == ["a", "b"]


def test_something_else_at_the_address_is_said(tmp_path):
    import http.server

    with http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler
    ) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        engine = MeilisearchEngine(f"http://127.0.0.1:{other.server_address[1]}")
        with pytest.raises(Unavailable):
            found(engine)
        assert not engine.health().ok
        engine.close()
        other.shutdown()


def test_a_restart_between_two_searches_is_not_noticed(server, engine):
    assert found(engine, text="pantry") == ["a"]
    server.kill()
    server.start()
    assert found(engine, text="pantry") == ["a"]


def test_a_full_disk_fails_the_write_and_keeps_the_rest():
    """The data file may not grow: as on a full disk, for this server alone."""
    if not meilisearch.is_there():
        missing(meilisearch.INSTALL)
    server = own_server()
    try:
        engine = MeilisearchEngine(server.url, server.key)
        engine.rebuild([make_document("a", name="Pantry")])
        largest = max(path.stat().st_size for path in Path(server.folder).rglob("*.mdb"))
        assert server.process is not None
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (largest, largest))
        many = [make_document(f"d{n}", summary=f"{n} " * 3_000) for n in range(2_000)]
        with pytest.raises(Unavailable):
            engine.put(many)
        server.kill()
        server.start()
        time.sleep(breaker.FIRST_PAUSE_S)
        assert found(engine, text="pantry") == ["a"]
        engine.put([make_document("b")])
        assert engine.get("b") is not None
        engine.close()
    finally:
        server.stop()


# ---- converging


def save(database: Database, *names: str) -> None:
    with database.write() as session:
        for name in names:
            org = make.organization(id=f"org-{name}")
            commands.save(session, SYSTEM, [org, make.service(org, id=name, name=name)])


def work(database: Database, engine: object) -> None:
    """What the worker does until nothing is due, some time later."""
    worker = Worker(database, {TOPIC: handler(database, engine, ZONE)})  # type: ignore[arg-type]
    while worker.run_once():
        pass


def test_what_was_changed_while_the_server_was_dead_is_found_after(database, server, engine):
    reindex(database, engine, ZONE)
    save(database, "before")
    work(database, engine)
    assert found(engine, text="before") == ["before"]
    server.kill()
    save(database, "meanwhile")  # does not wait for it
    work(database, engine)
    with pytest.raises(ServerAway):
        found(engine)
    server.start()
    with frozen(now() + timedelta(days=1)):
        work(database, engine)
    time.sleep(breaker.FIRST_PAUSE_S)
    assert found(engine, text="meanwhile") == ["meanwhile"]
    assert verify(database, engine, ZONE).differences == ()


def test_an_index_that_was_deleted_is_built_again(database, engine):
    save(database, "one", "two")
    reindex(database, engine, ZONE)
    assert not build_if_missing(database, engine, ZONE)
    engine._client.wait(engine._client.delete_index("services"))
    assert build_if_missing(database, engine, ZONE)
    assert verify(database, engine, ZONE).differences == ()


def test_a_server_killed_again_and_again_during_changes_loses_none(database, server, engine):
    reindex(database, engine, ZONE)
    for n in range(5):
        killer = threading.Timer(0.05 * n, server.kill)
        killer.start()
        for name in range(4):
            save(database, f"s{n}-{name}")
            work(database, engine)
        killer.join()
        server.start()
    with frozen(now() + timedelta(days=1)):
        work(database, engine)
    verified = verify(database, engine, ZONE)
    assert (verified.expected, verified.indexed, verified.differences) == (20, 20, ())


# ---- with a fallback


@pytest.fixture
def both(server, tmp_path):
    engine = FallbackEngine(
        MeilisearchEngine(server.url, server.key), EmbeddedEngine(tmp_path / "spare")
    )
    engine.rebuild([make_document("a", name="Pantry")])
    yield engine
    engine.close()


def test_the_spare_answers_while_the_server_is_away(server: OwnServer, both):
    both.put([make_document("b", name="Clinic")])
    assert both.health().engine == "meilisearch" and both.health().ok
    server.kill()
    assert found(both, text="pantry") == ["a"] and found(both, text="clinic") == ["b"]
    health = both.health()
    assert health.ok and "embedded" in health.detail and health.documents == 2
    started = time.monotonic()
    for _ in range(50):
        found(both, text="pantry")
    assert time.monotonic() - started < 1.0  # a dead server does not slow every search
    with pytest.raises(Unavailable):
        both.put([make_document("c", name="Shelter")])
    assert found(both, text="shelter") == ["c"]
    server.start()
    both.put([make_document("c", name="Shelter")])
    both.delete(["a"])
    assert both.count() == 2 and sorted(id for id, _ in both.ids_and_hashes()) == ["b", "c"]


def test_a_rebuild_fills_both(server: OwnServer, both):
    both.rebuild(make_document(f"d{n}") for n in range(2_500))
    assert both.count() == 2_500
    server.kill()
    assert both.search(SearchQuery(now=NOW)).total == 2_500


def test_a_rebuild_that_fails_leaves_both_as_they_were(server: OwnServer, both):
    def documents():
        yield make_document("b")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        both.rebuild(documents())
    assert found(both) == ["a"]
    server.kill()
    assert found(both) == ["a"]


def test_a_spare_that_cannot_be_rebuilt_does_not_stop_the_server(both, monkeypatch):
    def broken(_documents):
        raise Unavailable("full")

    monkeypatch.setattr(both._spare, "rebuild", broken)
    assert both.rebuild([make_document("b"), make_document("c")]).count == 2
