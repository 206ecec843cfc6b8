"""Hours as hypothesis makes them: every kind of rule, near both clock changes of 2026."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from directory.hours import ExceptionDay, Hours, Rule, Window

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "America/Phoenix",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Kiritimati",
    "UTC",
)
# Round times meet and touch; the small hours are where clocks change.
_TIMES = st.one_of(
    st.sampled_from([time(hour, minute) for hour in range(24) for minute in (0, 30)]),
    st.sampled_from([time(0), time(1, 30), time(2), time(2, 30), time(3), time(9), time(17)]),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
)
_DATES = st.dates(date(2025, 9, 1), date(2027, 3, 31))


def examples(count):
    """So many examples, however long a busy machine takes to make and check one."""
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _optional(strategy, none_of_ten=7):
    return st.integers(1, 10).flatmap(lambda n: st.none() if n <= none_of_ten else strategy)


def _numbers(limit):
    number = st.integers(-limit, limit).filter(bool)
    listed = st.lists(number, min_size=1, max_size=3).map(lambda found: ",".join(map(str, found)))
    return _optional(listed, 8).map(lambda text: text or "")


def _byday(freq):
    day = st.sampled_from(_WEEKDAYS)
    if freq == "MONTHLY":
        ordinal = st.sampled_from(["", "1", "2", "3", "4", "5", "-1", "-2", "-5"])
        day = st.tuples(ordinal, day).map("".join)
    return st.lists(day, max_size=5).map(",".join)


def _rules(freq):
    return st.builds(
        Rule,
        freq=st.just(freq),
        interval=st.sampled_from([1, 1, 1, 1, 2, 3, 5]),
        wkst=st.sampled_from(["MO", "MO", "SU", "WE"]),
        byday=_byday(freq),
        bymonthday=_numbers(31),
        byweekno=_numbers(53),
        byyearday=_numbers(366),
        dtstart=_optional(_DATES, 5),
        until=_optional(_DATES),
        count=_optional(st.integers(1, 40), 8),
        valid_from=_optional(_DATES, 8),
        valid_to=_optional(_DATES, 8),
        opens_at=_optional(_TIMES, 1),
        closes_at=_optional(_TIMES, 1),
    )


def plain_rules():
    """Weekly rules with times, as most are."""
    days = st.lists(st.sampled_from(_WEEKDAYS), min_size=1, max_size=5).map(",".join)
    return st.builds(Rule, byday=days, opens_at=_TIMES, closes_at=_TIMES)


def rules():
    """Every kind of rule."""
    return st.sampled_from(["WEEKLY", "MONTHLY"]).flatmap(_rules)


@st.composite
def exceptions(draw):
    """Closed days, other hours, unknown hours."""
    first = draw(_DATES)
    last = first + timedelta(days=draw(st.sampled_from([0, 0, 1, 9])))
    make = partial(ExceptionDay, first, last, reason=draw(st.sampled_from(["", "Snow"])))
    if draw(st.booleans()):
        return make()
    return make(draw(_optional(_TIMES, 1)), draw(_optional(_TIMES, 1)), closed=False)


def some_hours():
    """Hours of every kind, most of them plain."""
    return st.builds(
        Hours,
        timezone=st.sampled_from(_ZONES),
        rules=st.lists(st.one_of(plain_rules(), plain_rules(), rules()), max_size=4).map(tuple),
        exceptions=st.lists(exceptions(), max_size=3).map(tuple),
        holidays=st.sampled_from(["", "", "US", "US-NC"]),
        by_appointment=st.booleans(),
        always_open=st.sampled_from([False] * 9 + [True]),
    )


def moments():
    """Any time of 2026, often within two days of a clock change in New York."""
    near = [datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)]
    minutes = st.integers(-2 * 24 * 60, 2 * 24 * 60)
    return st.one_of(
        st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC)),
        st.tuples(st.sampled_from(near), minutes).map(
            lambda pair: pair[0] + timedelta(minutes=pair[1])
        ),
    )


def windows():
    """Windows of any length up to a day, past midnight too."""
    return st.builds(
        lambda weekday, start, length: Window(weekday, start, start + length),
        st.integers(0, 6),
        st.one_of(st.integers(0, 1439), st.sampled_from([0, 90, 120, 540, 1410])),
        st.one_of(st.integers(1, 1440), st.sampled_from([10, 30, 60, 180])),
    )
