"""Thousands of hours asked at once, exact to the minute: what search compiles schedules into.

A date's openings are worked out for all patterns together (`columns`) and kept; a question is then
a comparison over a few thousand spans. The answers are those of `spans`, `state` and
`next_overlap`. Hours that are unknown or by appointment never match. Not locked: one thread at a
time.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date, datetime
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from directory.hours.columns import NOTHING, Bools, Columns, Ints, Opened, between, joined, merged
from directory.hours.pattern import Hours
from directory.hours.window import Window
from directory.hours.zones import DAY, epoch_minute

DAYS_AHEAD = 28
ENOUGH_MINUTES = 30
NEVER = int(np.iinfo(np.int64).max)

_DATES_KEPT = 64
_UTC_DAYS_KEPT = 8
_ANSWERS_KEPT = 16

A = TypeVar("A", Bools, npt.NDArray[np.int64])
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class HoursBook:
    """Patterns by number, in the order they were added, and bool or int arrays over them."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._columns = Columns()
        self._dates: OrderedDict[int, tuple[int, Opened]] = OrderedDict()
        self._days: OrderedDict[int, tuple[int, Opened]] = OrderedDict()
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, pattern_json: str) -> int:
        """The number of a pattern given by `Hours.key()`; the same text has the same number.

        Raises Invalid for what is not a pattern, and then nothing is added.
        """
        number = self._numbers.get(pattern_json)
        if number is not None:
            return number
        hours = Hours.from_json(pattern_json)
        self._numbers[pattern_json] = number = len(self)
        self._columns.add(hours)
        return number

    def open_at(self, at: datetime) -> Bools:
        """Which patterns are open at an aware moment."""
        minute = epoch_minute(at)
        spans = self._utc_day(minute // DAY)
        found = np.zeros(len(self), np.bool_)
        found[spans.pattern[(spans.start <= minute) & (spans.end > minute)]] = True
        return found

    def open_during(self, windows: Iterable[Window], now: datetime) -> Bools:
        """Which patterns have an opening that covers enough of one of the windows.

        Enough is 30 minutes of it, or all of it where it is shorter, on one of its occurrences in
        the 28 days from `now`; what has passed by then does not count. The array is read-only.
        """
        minute, wanted = epoch_minute(now), frozenset(windows)
        return self._once((minute, wanted), lambda: self._during(wanted, minute))

    def next_opening_minutes(self, now: datetime) -> npt.NDArray[np.int64]:
        """Epoch minute each pattern opens next; `now` when it is open; NEVER when it does not.

        Looks 28 days ahead. The array is read-only.
        """
        minute = epoch_minute(now)
        return self._once(minute, lambda: self._first_from(minute))

    def next_fitting_minutes(
        self, windows: Iterable[Window], now: datetime
    ) -> npt.NDArray[np.int64]:
        """Epoch minute from which each pattern covers enough of one of the windows; NEVER if not.

        Enough, and how far ahead, as in `open_during`. The array is read-only.
        """
        minute, wanted = epoch_minute(now), frozenset(windows)
        return self._once(("next", minute, wanted), lambda: self._fitting_from(wanted, minute))

    def overlap_minutes(self, windows: Iterable[Window], now: datetime) -> npt.NDArray[np.int64]:
        """How many minutes each pattern is open inside the windows, in the 28 days from `now`.

        The windows must not overlap (see `free_windows`). The array is read-only.
        """
        minute, wanted = epoch_minute(now), frozenset(windows)
        return self._once(("overlap", minute, wanted), lambda: self._overlap(wanted, minute))

    def _once(self, question: Hashable, answer: Callable[[], A]) -> A:
        """The answer, worked out once for all who ask it in the same minute."""
        key = (question, len(self))
        found = self._answers.get(key)
        if found is None:
            found = answer()
            found.setflags(write=False)
        _keep(self._answers, key, found, _ANSWERS_KEPT)
        return found

    def _during(self, windows: frozenset[Window], minute: int) -> Bools:
        found = np.zeros(len(self), np.bool_)
        for window, ordinal in _occurrences(windows, minute):
            spans, needs = self._inside(window, ordinal, minute)
            found[spans.pattern[spans.end - spans.start >= needs]] = True
            rest = np.flatnonzero(~found[spans.pattern])
            if len(rest) > 1:
                part = Opened(*(column[rest] for column in spans))
                found[self._enough(part, needs[rest]).pattern] = True
        return found

    def _fitting_from(self, windows: frozenset[Window], minute: int) -> npt.NDArray[np.int64]:
        found = np.full(len(self), NEVER, np.int64)
        for window, ordinal in _occurrences(windows, minute):
            part = self._enough(*self._inside(window, ordinal, minute))
            np.minimum.at(found, part.pattern, part.start)
        return found

    def _overlap(self, windows: frozenset[Window], minute: int) -> npt.NDArray[np.int64]:
        found = np.zeros(len(self), np.int64)
        for window, ordinal in _occurrences(windows, minute):
            part = merged(self._inside(window, ordinal, minute)[0])
            np.add.at(found, part.pattern, part.end - part.start)
        return found

    def _first_from(self, minute: int) -> npt.NDArray[np.int64]:
        end = minute + DAYS_AHEAD * DAY
        found = np.full(len(self), NEVER, np.int64)
        for ordinal in between(minute, end):
            spans = self._opened_on(ordinal)
            ahead = (spans.end > minute) & (spans.start < end)
            starts = np.maximum(spans.start[ahead], minute)
            np.minimum.at(found, spans.pattern[ahead], starts)
        return found

    def _enough(self, spans: Opened, needs: Ints) -> Opened:
        """The merged spans that are as long as their pattern needs."""
        needs_of = np.zeros(len(self), np.int32)
        needs_of[spans.pattern] = needs
        whole = merged(spans)
        enough = whole.end - whole.start >= needs_of[whole.pattern]
        return Opened(*(column[enough] for column in whole))

    def _inside(self, window: Window, ordinal: int, minute: int) -> tuple[Opened, Ints]:
        """What openings have of the window on one date, and how many minutes of it are enough."""
        zones, zone_of = self._columns.zones
        end = minute + DAYS_AHEAD * DAY
        times = []
        for zone in zones:
            low, high = window.on(zone, date.fromordinal(ordinal))
            passes = low < high and low < end
            need = min(ENOUGH_MINUTES, high - low)
            times.append((max(low, minute), high, need) if passes else (0, 0, 1))
        lows, highs, needs = np.array(times, np.int32).reshape(-1, 3).T
        last = ordinal + (1 if window.end_minute > DAY else 0)
        spans = joined([self._opened_on(day) for day in range(ordinal - 1, last + 1)])
        zone = zone_of[spans.pattern]
        start, stop = np.maximum(spans.start, lows[zone]), np.minimum(spans.end, highs[zone])
        some = stop > start
        return Opened(spans.pattern[some], start[some], stop[some]), needs[zone[some]]

    def _utc_day(self, day: int) -> Opened:
        """The spans that have a minute in a day counted from the epoch."""
        kept = self._days.get(day)
        if kept is None or kept[0] != len(self):
            start, end = day * DAY, (day + 1) * DAY
            spans = joined([self._opened_on(ordinal) for ordinal in between(start, end)])
            inside = (spans.start < end) & (spans.end > start)
            kept = (len(self), Opened(*(column[inside] for column in spans)))
        _keep(self._days, day, kept, _UTC_DAYS_KEPT)
        return kept[1]

    def _opened_on(self, ordinal: int) -> Opened:
        """What opens on a date of each pattern's own calendar."""
        seen, spans = self._dates.get(ordinal, (0, NOTHING))
        if seen < len(self):
            spans = joined([spans, self._columns.opened_on(date.fromordinal(ordinal), seen)])
        _keep(self._dates, ordinal, (len(self), spans), _DATES_KEPT)
        return spans


def _occurrences(windows: Iterable[Window], minute: int) -> Iterator[tuple[Window, int]]:
    """Each window with every date (its ordinal) ahead on which it may be."""
    for ordinal in between(minute, minute + DAYS_AHEAD * DAY):
        for window in windows:
            if (ordinal - 1) % 7 == window.weekday:
                yield window, ordinal


def _keep(kept: OrderedDict[K, V], key: K, value: V, limit: int) -> None:
    """Stores as the most recently used, and lets the least recently used go."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > limit:
        kept.popitem(last=False)
