"""Hours in the index: each distinct value is a numbered pattern, and a row has a pattern's number.

A time is asked of the patterns once, and the answer kept for the minute; rows then look up their pattern.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from pyroaring import BitMap

from directory.hours.book import NEVER, HoursBook
from search.embedded.bitmaps import Rows, bitmap_of
from search.embedded.columns import Columns
from search.embedded.store import Store
from search.openings import Minutes, next_openings, overlaps
from search.query import SearchQuery

KEPT = 16
"""Answers kept: a minute or set of windows each."""

Flags = npt.NDArray[np.bool_]


class Answer:
    """Which patterns say yes, with a last place for UNKNOWN (-1), which says no; and which rows."""

    def __init__(self, yes: Flags) -> None:
        self.yes = np.append(yes, False)
        self.rows: BitMap | None = None

    def test(self, columns: Columns, rows: Rows) -> Flags:
        """Which of the rows say yes."""
        return self.yes.take(columns.pattern.take(rows))

    def all_rows(self, columns: Columns) -> BitMap:
        """Every row that says yes, dead ones too; worked out once."""
        if self.rows is None:
            yes = self.yes.take(columns.pattern[: columns.size])
            self.rows = bitmap_of(np.flatnonzero(yes).astype(np.uint32))
        return self.rows


class Patterns:
    """The patterns of an index file and what they answer."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers: dict[str, int] = {}
        self._book = HoursBook()
        self._answers: OrderedDict[Hashable, Answer] = OrderedDict()

    def number(self, hours: str) -> int:
        """Number of an hours value that the file holds."""
        if hours not in self._numbers:
            self._read()
        return self._numbers[hours]

    def open_at(self, at: datetime) -> Answer:
        """Open at that minute."""
        key = ("at", int(at.timestamp()) // 60)
        return self._answer(key, lambda: Answer(self._book.open_at(at)))

    def open_during(self, windows: tuple[Any, ...], now: datetime) -> Answer:
        """Open during one of the windows within the next weeks."""
        key = ("during", windows, int(now.timestamp()) // 60)
        return self._answer(key, lambda: Answer(self._book.open_during(windows, now)))

    def next_opening(self, query: SearchQuery) -> Minutes:
        """Next opening that fits, in epoch minutes, by pattern; the last place (for -1) is never."""
        self._fill()
        return np.append(next_openings(self._book, query), NEVER)

    def overlap(self, query: SearchQuery) -> Minutes:
        """Minutes open in free time, by pattern; the last place (for -1) has none."""
        self._fill()
        return np.append(overlaps(self._book, query), 0)

    def row_added(self, row: int, pattern: int) -> None:
        """Keep the answers true for a new row."""
        for key, answer in list(self._answers.items()):
            if pattern >= len(answer.yes) - 1:
                del self._answers[key]
            elif answer.rows is not None and answer.yes[pattern]:
                answer.rows.add(row)

    def _answer(self, key: Hashable, ask: Callable[[], Answer]) -> Answer:
        if key not in self._answers:
            self._fill()
            self._answers[key] = ask()
            if len(self._answers) > KEPT:
                self._answers.popitem(last=False)
        self._answers.move_to_end(key)
        return self._answers[key]

    def _read(self) -> None:
        for number, hours in self._store.patterns_from(len(self._numbers)):
            self._numbers[hours] = number

    def _fill(self) -> None:
        """Bring the book up to the file."""
        self._read()
        for hours in list(self._numbers)[len(self._book) :]:
            self._book.add(hours)
