"""What a query asks of hours, answered by a book of patterns: the same for every engine."""

from typing import Any

import numpy as np
import numpy.typing as npt

from directory.hours import Window
from directory.hours.book import HoursBook
from search.query import SearchQuery
from search.words import read

DAY = 1440
Minutes = npt.NDArray[np.int64]


def asks_hours(query: SearchQuery) -> bool:
    """Whether hours decide who is found."""
    return query.open_at is not None or bool(query.open_during or query.free)


def times_asked(query: SearchQuery) -> tuple[Window, ...]:
    """The times of the week somebody can go, or else asks about."""
    return query.free or query.open_during


def ranks_overlap(query: SearchQuery) -> bool:
    """Whether results are in order of how long they are open in free time: only words rank above."""
    return query.sort == "match" and bool(query.free) and not read(query.text)


def passing(book: HoursBook, query: SearchQuery) -> npt.NDArray[np.bool_]:
    """Which patterns pass all that is asked of hours."""
    found: npt.NDArray[Any] = np.ones(len(book), np.bool_)
    if query.open_at is not None:
        found = found & book.open_at(query.open_at)
    for windows in (query.open_during, query.free):
        if windows:
            found = found & book.open_during(windows, query.now)
    return found


def next_openings(book: HoursBook, query: SearchQuery) -> Minutes:
    """Epoch minute each pattern opens next (in the time asked for, if any is); or NEVER."""
    if windows := times_asked(query):
        return book.next_fitting_minutes(windows, query.now)
    return book.next_opening_minutes(query.now)


def earliest(opening: int, wait_days: int | None, query: SearchQuery) -> int:
    """Epoch minute somebody is served first: at an opening, once the promised wait is over."""
    return max(opening, _minute(query) + (wait_days or 0) * DAY)


def all_earliest(
    openings: Minutes, wait_days: npt.NDArray[np.int32], query: SearchQuery
) -> Minutes:
    """`earliest` for many; a wait below 0 is not known."""
    waits = np.maximum(wait_days, 0).astype(np.int64)
    return np.maximum(openings, _minute(query) + waits * DAY)


def _minute(query: SearchQuery) -> int:
    return int(query.now.timestamp()) // 60


def overlaps(book: HoursBook, query: SearchQuery) -> Minutes:
    """Minutes of free time in which each pattern is open."""
    return book.overlap_minutes(query.free, query.now)
