"""The times of the week somebody is free, from what they say they are free and what keeps them busy."""

from collections.abc import Iterable, Iterator

from core.errors import Invalid
from directory.hours.window import Window
from directory.hours.zones import DAY

WEEK = 7 * DAY
WAKING = tuple(Window(day, 7 * 60, 22 * 60) for day in range(7))
"""When people go somewhere: 7 a.m. to 10 p.m. Where only blocked times are said, the rest of it is free."""
ENOUGH_MINUTES = 30

Minutes = tuple[int, int]
"""[start, end) in minutes from Monday 00:00."""


def free_windows(free: Iterable[Window], blocked: Iterable[Window] = ()) -> tuple[Window, ...]:
    """Free time less blocked time, as windows in order that neither overlap nor touch.

    With nothing said to be free, all waking hours are. What blocked times leave of less than half an
    hour is not free time. A stretch of more than a day is cut at midnight. Raises Invalid when
    nothing is left.
    """
    busy = _merged(part for window in blocked for part in _parts(window))
    said = list(free) or (WAKING if busy else ())
    left = _merged(part for window in said for part in _parts(window))
    if busy:
        left = [part for span in left for part in _less(span, busy)]
    joined = _around_the_week(left)
    if busy:
        joined = [(start, end) for start, end in joined if end - start >= ENOUGH_MINUTES]
    if said and not joined:
        raise Invalid("blocked must leave half an hour that is free.", parameter="blocked")
    return tuple(sorted(window for span in joined for window in _windows(span)))


def _parts(window: Window) -> Iterator[Minutes]:
    """The window on the line of one week; what runs past its end begins it."""
    start = window.weekday * DAY + window.start_minute
    end = window.weekday * DAY + window.end_minute
    yield start, min(end, WEEK)
    if end > WEEK:
        yield 0, end - WEEK


def _merged(parts: Iterable[Minutes]) -> list[Minutes]:
    found: list[Minutes] = []
    for start, end in sorted(parts):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _less(span: Minutes, busy: list[Minutes]) -> Iterator[Minutes]:
    start, end = span
    for low, high in busy:
        if low >= end:
            break
        if high > start:
            if low > start:
                yield start, low
            start = high
    if start < end:
        yield start, end


def _around_the_week(parts: list[Minutes]) -> list[Minutes]:
    """The end of Sunday joined to the beginning of Monday."""
    if len(parts) < 2 or parts[0][0] != 0 or parts[-1][1] != WEEK:
        return parts
    return [*parts[1:-1], (parts[-1][0], WEEK + parts[0][1])]


def _windows(span: Minutes) -> Iterator[Window]:
    start, end = span
    while start < end:
        stop = end if end - start <= DAY else (start // DAY + 1) * DAY
        low = start % WEEK
        yield Window(low // DAY, low % DAY, low % DAY + stop - start)
        start = stop
