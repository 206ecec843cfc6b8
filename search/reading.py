"""Every document of the directory, for whoever builds or compares an index.

A large directory is read by processes beside this one: an engine takes in a document in less time than
Python needs to make it.
"""

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context

from core.db import Database
from core.processes import leave_with_the_parent
from directory import queries
from directory.views import ServiceView
from search.admission import Document
from search.documents import document

BATCH = 500
ALONE = 5_000
"""Units up to which starting processes would take as long as reading."""
PROCESSES = 4
AHEAD = 2
"""Batches for each process that are read, or asked for, before somebody wants them."""

Progress = Callable[[int, int], None]
"""Called with units read so far, and how many there are."""
Read = tuple[int, list[Document]]
"""How many units a batch had, and their documents."""


def silent(done: int, total: int) -> None:
    """No progress is told."""


def all_documents(database: Database, timezone: str, progress: Progress) -> Iterator[Document]:
    """Every document of the directory, in order of id, read in batches.

    The units are those of one moment; each batch is read in one state, of that moment or a later one.
    """
    with database.read() as session:
        total, done = queries.count_units(session), 0
        processes = min(PROCESSES, os.cpu_count() or 1)
        if total > ALONE and processes > 1:
            batches = _beside(
                database.url, timezone, queries.unit_batches(session, BATCH), processes
            )
        else:
            walk = queries.walk(session, timezone=timezone, batch=BATCH)
            batches = ((len(views), _made(views)) for views in walk)
        for count, documents in batches:
            yield from documents
            done += count
            progress(done, total)


def _made(views: Iterable[ServiceView]) -> list[Document]:
    return [made for view in views if (made := document(view)) is not None]


def _beside(
    url: str, timezone: str, batches: Iterable[Sequence[str]], processes: int
) -> Iterator[Read]:
    """The documents of these batches of units, in order, made by other processes."""
    # Not forked: a thread of this process may hold a lock just then.
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin)
    waiting: deque[tuple[int, Future[list[Document]]]] = deque()
    try:
        for units in batches:
            waiting.append((len(units), pool.submit(_read, url, timezone, units)))
            if len(waiting) > processes * AHEAD:
                count, first = waiting.popleft()
                yield count, first.result()
        yield from ((count, last.result()) for count, last in waiting)
    finally:
        pool.shutdown(cancel_futures=True)


# ---- in the other processes


def _begin() -> None:
    leave_with_the_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever is asked to stop stops these


def _read(url: str, timezone: str, units: Sequence[str]) -> list[Document]:
    with _database(url).read() as session:
        return _made(queries.service_views(session, units, timezone=timezone))


@cache
def _database(url: str) -> Database:
    return Database(url)
