"""Several processes on one index, and processes that die."""

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from search.query import SearchQuery
from tests.contract import processes
from tests.contract.checking import check, found
from tests.contract.documents import NOW
from tests.contract.engines import Site

PATIENCE_S = 60
spawning = multiprocessing.get_context("spawn")


def wait_for(condition: Callable[[], bool], *alive: Any) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up, "it never happened"
        assert all(process.is_alive() for process in alive), "a process ended early"
        time.sleep(0.002)


def test_two_readers_see_every_write_of_a_third_process_at_once(site):
    last, stop = spawning.Value("i", -1), spawning.Value("i", 0)
    seen = [spawning.Value("i", 0) for _ in range(2)]
    site.open().close()
    group = [spawning.Process(target=processes.put_one_by_one, args=(site, last, stop))]
    group += [
        spawning.Process(target=processes.find_the_last, args=(site, last, stop, count))
        for count in seen
    ]
    for process in group:
        process.start()
    try:
        wait_for(lambda: last.value > 60 and all(count.value > 40 for count in seen), *group)
    finally:
        stop.value = 1
        for process in group:
            process.join(PATIENCE_S)
    assert [process.exitcode for process in group] == [0, 0, 0]


def kill_during(target: Callable[..., None], site: Site, last: Any, enough: int) -> None:
    """Start it, let it do something, and kill it at a moment nobody chose."""
    stop = spawning.Value("i", 0)
    process = spawning.Process(target=target, args=(site, last, stop))
    before = last.value
    process.start()
    assert process.pid is not None
    wait_for(lambda: bool(last.value >= before + enough), process)
    time.sleep(random.random() * 0.1)
    os.kill(process.pid, signal.SIGKILL)
    process.join(PATIENCE_S)


def test_a_writer_killed_while_putting_or_folding_loses_nothing_it_finished(site):
    last = spawning.Value("i", -1)
    for _ in range(3):
        kill_during(processes.put_batches, site, last, enough=4 * processes.BATCH)
        engine = site.open()
        stored = dict(engine.ids_and_hashes())
        count = len(stored)
        assert count in (last.value + 1, last.value + 1 + processes.BATCH)
        assert stored.keys() == {f"d{number}" for number in range(count)}
        documents = [processes.marked(number) for number in range(count)]
        for text in (f"mark{last.value}", "mark1", ""):
            check(engine, documents, SearchQuery(now=NOW, text=text, facets=("cost",)))
        engine.put([processes.marked(0)])
        engine.close()
        last.value = count - 1


def test_a_rebuild_that_is_killed_leaves_one_whole_edition(site):
    last = spawning.Value("i", 0)
    site.open().rebuild(processes.edition(0))
    for _ in range(3):
        kill_during(processes.rebuild_editions, site, last, enough=1)
        engine = site.open()
        editions = {hash for _, hash in engine.ids_and_hashes()}
        assert editions in ({str(last.value)}, {str(last.value + 1)})
        assert engine.count() == len(found(engine, text="same", per_page=100)) * 3 == 300
        engine.close()
    if site.engine == "embedded":
        site.open().rebuild(processes.edition(0))
        assert len(list(site.folder.glob("index-*.db"))) == 1, "what killed rebuilds left is gone"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_an_engine_opened_before_a_fork_serves_parent_and_child(engine):
    engine.put([processes.marked(0)])
    assert engine.count() == 1
    child = multiprocessing.get_context("fork").Process(
        target=lambda: engine.put([processes.marked(engine.count())])
    )
    child.start()
    child.join(PATIENCE_S)
    assert child.exitcode == 0
    assert engine.count() == 2
