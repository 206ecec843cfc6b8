"""Openings as moments: spans, overlaps, the next one, and the time of week somebody is free."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from core.errors import Invalid
from directory.hours import (
    Hours,
    Span,
    Window,
    next_opening,
    next_overlap,
    overlap_minutes,
    parse_window,
    parse_windows,
    spans,
)
from tests.support.hours_words import EVERY_DAY, NIGHTS, OFFICE, days, hours, moment, rule, shown

SATURDAY_NIGHT = hours(rule("SA", "22:00", "06:00"))


def written(found):
    return [f"{shown(span.start)} to {shown(span.end)}" for span in found]


def test_the_spans_of_some_dates():
    place = hours(OFFICE, rule("WE", "17:00", "19:00"), exceptions=(days("2026-06-02"),))
    assert written(spans(place, date(2026, 6, 1), date(2026, 6, 4))) == [
        "06-01 09:00 to 06-01 17:00",
        "06-03 09:00 to 06-03 19:00",
        "06-04 09:00 to 06-04 17:00",
    ]


def test_a_night_belongs_to_the_date_it_opens():
    assert written(spans(hours(NIGHTS), date(2026, 6, 5), date(2026, 6, 5))) == [
        "06-05 22:00 to 06-06 06:00"
    ]
    assert spans(hours(NIGHTS), date(2026, 6, 7), date(2026, 6, 7)) == []


def test_days_of_24_hours_are_one_span():
    assert written(spans(Hours(always_open=True), date(2026, 6, 1), date(2026, 6, 30))) == [
        "06-01 00:00 to 07-01 00:00"
    ]


def test_no_dates_have_no_spans():
    assert spans(hours(OFFICE), date(2026, 6, 2), date(2026, 6, 1)) == []


@pytest.mark.parametrize(
    ("on", "minutes"),
    [(date(2026, 3, 7), 7 * 60), (date(2026, 10, 31), 9 * 60), (date(2026, 6, 6), 8 * 60)],
)
def test_a_night_of_a_clock_change_is_an_hour_shorter_or_longer(on, minutes):
    [night] = spans(SATURDAY_NIGHT, on, on)
    assert night.minutes == minutes
    assert (night.start.hour, night.end.hour) == (22, 6)
    assert overlap_minutes(SATURDAY_NIGHT, night.start, night.end) == minutes


def test_a_span_holds_its_start_and_not_its_end_also_when_an_hour_comes_twice():
    zone = ZoneInfo("America/New_York")
    span = Span(datetime(2026, 11, 1, 1, 30, tzinfo=zone), datetime(2026, 11, 1, 2, tzinfo=zone))
    assert span.minutes == 90
    assert span.start in span
    assert datetime(2026, 11, 1, 1, 10, fold=1, tzinfo=zone) in span
    assert datetime(2026, 11, 1, 1, 10, tzinfo=zone) not in span
    assert span.end not in span


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("06-01 08:00", "06-01 18:00", 480),
        ("06-01 10:00", "06-01 10:45", 45),
        ("06-01 16:30", "06-02 09:30", 60),
        ("06-06 00:00", "06-08 00:00", 0),
        ("06-01 10:00", "06-01 10:00", 0),
        ("06-01 10:00", "06-01 09:00", 0),
        ("06-01 00:00", "06-08 00:00", 5 * 480),
    ],
)
def test_overlap_in_minutes(start, end, minutes):
    assert overlap_minutes(hours(OFFICE), moment(start), moment(end)) == minutes


@pytest.mark.parametrize(
    ("after", "opens"),
    [
        ("06-01 08:00", "06-01 09:00"),
        ("06-01 09:00", "06-01 09:00"),
        ("06-01 09:00:01", "06-02 09:00"),
        ("06-01 12:00", "06-02 09:00"),
        ("06-05 17:00", "06-08 09:00"),
    ],
)
def test_the_next_opening_starts_then_or_later(after, opens):
    found = next_opening(hours(OFFICE), moment(after))
    assert found and shown(found.start) == opens


def test_the_next_opening_is_looked_for_within_the_horizon():
    place = hours(rule("MO", "09:00", "17:00"))
    assert next_opening(place, moment("06-01 10:00"), horizon_days=6) is None
    assert next_opening(place, moment("06-01 10:00"), horizon_days=7) is not None


def test_midnight_of_a_place_that_goes_on_is_no_opening():
    place = hours(rule(EVERY_DAY, "00:00", "00:00"), exceptions=(days("2026-06-10"),))
    found = next_opening(place, moment("06-01 12:00"))
    assert found and shown(found.start) == "06-11 00:00"
    assert next_opening(Hours(always_open=True), moment("06-01 12:00")) is None


@pytest.mark.parametrize(
    "ask", [lambda h, d: spans(h, d, d), lambda h, d: spans(h, date.today(), d)]
)
@pytest.mark.parametrize("on", [date.min, date.max, date(1969, 12, 31), date(2200, 1, 1)])
def test_far_dates_are_refused(ask, on):
    with pytest.raises(Invalid):
        ask(hours(OFFICE), on)


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("sat 09:00-12:00", Window(5, 540, 720)),
        ("  Sun 9:00-24:00 ", Window(6, 540, 1440)),
        ("mon 00:00-24:00", Window(0, 0, 1440)),
        ("fri 22:00-02:00", Window(4, 1320, 1560)),
    ],
)
def test_a_window_as_text(text, window):
    assert parse_window(text) == window


@pytest.mark.parametrize(
    ("text", "weekdays"),
    [
        ("weekdays 17:00-21:00", [0, 1, 2, 3, 4]),
        ("weekend 17:00-21:00", [5, 6]),
        ("daily 17:00-21:00", [0, 1, 2, 3, 4, 5, 6]),
        ("tue,thu,tue 17:00-21:00", [1, 3]),
        ("weekdays,sat 17:00-21:00", [0, 1, 2, 3, 4, 5]),
    ],
)
def test_a_text_of_several_days_is_several_windows(text, weekdays):
    assert [window.weekday for window in parse_windows(text)] == weekdays
    assert {(window.start_minute, window.end_minute) for window in parse_windows(text)} == {
        (1020, 1260)
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "sat",
        "09:00-12:00",
        "caturday 09:00-12:00",
        "sat 9-12",
        "sat 09:00",
        "sat 09:60-12:00",
        "sat 09:00-24:01",
        "sat 25:00-26:00",
        "sat 24:00-25:00",
        "sat 24:00-02:00",
        "sat 09:00-12:00 or so",
        "weekdays 17:00-21:00, sat 09:00-12:00",
        "s" * 10_000,
        "sat\x00 09:00-12:00",
        "sat ٠٩:00-12:00",
    ],
)
def test_anything_else_is_no_window_and_the_message_says_what_is(text):
    with pytest.raises(Invalid, match="24:00") as refused:
        parse_windows(text)
    assert refused.value.parameter == "open_during"


def test_one_window_needs_one_day():
    with pytest.raises(Invalid):
        parse_window("weekend 09:00-12:00")


@pytest.mark.parametrize(
    "window", [(7, 0, 10), (0, -1, 10), (0, 10, 10), (0, 1440, 1450), (0, 0, 1441)]
)
def test_a_window_that_cannot_be_is_refused(window):
    with pytest.raises(Invalid):
        Window(*window)


@pytest.mark.parametrize(
    ("place", "window", "after", "found"),
    [
        (hours(OFFICE), "mon 08:00-10:00", "06-01 00:00", "06-01 09:00 to 06-01 10:00"),
        (hours(OFFICE), "mon 16:30-18:00", "06-01 00:00", "06-01 16:30 to 06-01 17:00"),
        (hours(OFFICE), "mon 16:31-18:00", "06-01 00:00", None),
        (hours(OFFICE), "mon 16:40-17:00", "06-01 00:00", "06-01 16:40 to 06-01 17:00"),
        (hours(OFFICE), "mon 08:00-10:00", "06-01 09:20", "06-01 09:20 to 06-01 10:00"),
        (hours(OFFICE), "mon 08:00-10:00", "06-01 09:31", "06-08 09:00 to 06-08 10:00"),
        (hours(OFFICE), "sat 08:00-10:00", "06-01 00:00", None),
        (hours(NIGHTS), "sat 05:00-09:00", "06-01 00:00", "06-06 05:00 to 06-06 06:00"),
        (hours(NIGHTS), "fri 23:00-02:00", "06-01 00:00", "06-05 23:00 to 06-06 02:00"),
        (
            hours(rule("1SA", "09:00", "11:00", freq="MONTHLY")),
            "sat 10:00-12:00",
            "06-10 00:00",
            "07-04 10:00 to 07-04 11:00",
        ),
        (
            hours(rule("1SA", "09:00", "11:00", freq="MONTHLY")),
            "sat 10:00-12:00",
            "08-02 00:00",
            None,
        ),
        (hours(NIGHTS), "fri 22:00-03:00", "06-06 00:30", "06-06 00:30 to 06-06 03:00"),
        (
            hours(rule("MO", "09:00", "17:00", dtstart=date(2026, 6, 29))),
            "mon 10:00-12:00",
            "06-01 10:01",
            "06-29 10:00 to 06-29 12:00",
        ),
        (
            hours(rule("MO", "09:00", "17:00", dtstart=date(2026, 6, 29))),
            "mon 10:00-12:00",
            "06-01 10:00",
            None,
        ),
        (hours(rule("MO")), "mon 10:00-12:00", "06-01 00:00", None),
        (hours(by_appointment=True), "mon 10:00-12:00", "06-01 00:00", None),
    ],
)
def test_the_next_time_somebody_is_free_and_it_is_open(place, window, after, found):
    overlap = next_overlap(place, [parse_window(window)], moment(after))
    assert (written([overlap]) if overlap else None) == ([found] if found else None)


def test_of_several_windows_the_earliest_counts():
    free = [parse_window("tue 10:00-12:00"), parse_window("mon 10:00-12:00")]
    found = next_overlap(hours(OFFICE), free, moment("06-01 00:00"))
    assert found and shown(found.start) == "06-01 10:00"
    assert next_overlap(hours(OFFICE), [], moment("06-01 00:00")) is None


def test_how_much_is_enough_can_be_said():
    free = [parse_window("mon 16:00-20:00")]
    at = moment("06-01 00:00").astimezone(UTC)
    assert next_overlap(hours(OFFICE), free, at, minutes=60) is not None
    assert next_overlap(hours(OFFICE), free, at, minutes=61) is None
    assert next_overlap(hours(OFFICE), free, at + timedelta(days=1), days=5) is None
