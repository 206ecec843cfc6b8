"""Free time from what people say: windows that neither overlap nor touch."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Invalid
from directory.hours import Window, free_windows, parse_windows
from tests.support.hours_strategies import examples, windows

WEEK = 7 * 1440


def read(*texts):
    return [window for text in texts for window in parse_windows(text)]


@pytest.mark.parametrize(
    ("free", "blocked", "left"),
    [
        ([], [], []),
        (["sat 09:00-12:00"], [], ["sat 09:00-12:00"]),
        (["sat 09:00-12:00", "sat 11:00-13:00"], [], ["sat 09:00-13:00"]),
        (["sat 09:00-12:00", "sat 12:00-13:00"], [], ["sat 09:00-13:00"]),
        (["fri 22:00-24:00", "sat 00:00-02:00"], [], ["fri 22:00-02:00"]),
        (["sun 22:00-24:00", "mon 00:00-02:00"], [], ["sun 22:00-02:00"]),
        (["sat 09:00-12:00"], ["sat 10:00-11:00"], ["sat 09:00-10:00", "sat 11:00-12:00"]),
        (["sat 09:00-12:00"], ["sat 09:20-11:00"], ["sat 11:00-12:00"]),  # 20 minutes are nothing
        (["sat 09:00-09:20"], [], ["sat 09:00-09:20"]),  # unless they are what was said
        (["daily 00:00-24:00"], [], ["daily 00:00-24:00"]),
        (
            [],
            ["tue,thu,sat,sun 00:00-24:00", "mon 07:00-20:00"],
            ["mon 20:00-22:00", "wed,fri 07:00-22:00"],
        ),
    ],
)
def test_what_is_left(free, blocked, left):
    assert free_windows(read(*free), read(*blocked)) == tuple(sorted(read(*left)))


def test_somebody_who_is_never_free_is_told_so():
    with pytest.raises(Invalid, match="half an hour") as caught:
        free_windows([], read("daily 07:00-21:45"))
    assert caught.value.parameter == "blocked"


def _minutes(found):
    starts = [(w.weekday * 1440 + w.start_minute, w.end_minute - w.start_minute) for w in found]
    return [(start + n) % WEEK for start, length in starts for n in range(length)]


@given(st.lists(windows(), min_size=1, max_size=4), st.lists(windows(), max_size=3))
@examples(60)
def test_every_free_minute_is_there_once(free, blocked):
    try:
        found = _minutes(free_windows(free, blocked))
    except Invalid:
        found = []
    wanted = set(_minutes(free)) - set(_minutes(blocked))
    assert len(found) == len(set(found))
    assert set(found) <= wanted
    if not blocked:
        assert set(found) == wanted
    assert all(_in_a_short_stretch(minute, wanted) for minute in wanted - set(found))


def _in_a_short_stretch(minute, wanted):
    length = 1
    for step in (1, -1):
        at = (minute + step) % WEEK
        while at in wanted and length < 30:
            length, at = length + 1, (at + step) % WEEK
    return length < 30


def test_a_window_past_midnight_stays_one():
    assert free_windows([Window(4, 1320, 1560)]) == (Window(4, 1320, 1560),)
