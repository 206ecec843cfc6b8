"""Hours as written in the county's files."""

from datetime import UTC, date, datetime, time

import pytest

from directory.hours import state_at
from directory.models import Frequency, Schedule
from directory.schedules import hours_of
from seed_data.notation import NotationError, Opening, read_hours


def rows(text):
    """(frequency, days, opens, closes) of each schedule."""
    return [
        (r["freq"].value, r["byday"], f"{r['opens_at']:%H:%M}", f"{r['closes_at']:%H:%M}")
        for r in read_hours(text).schedules
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mo-fr 9-17", [("WEEKLY", "MO,TU,WE,TH,FR", "09:00", "17:00")]),
        (
            "mo 9-17; sa 9:30-12",
            [("WEEKLY", "MO", "09:00", "17:00"), ("WEEKLY", "SA", "09:30", "12:00")],
        ),
        (
            "tu 10-12,13-16",
            [("WEEKLY", "TU", "10:00", "12:00"), ("WEEKLY", "TU", "13:00", "16:00")],
        ),
        ("fr,sa 22-2", [("WEEKLY", "FR,SA", "22:00", "02:00")]),
        ("su-th 18-2", [("WEEKLY", "SU,MO,TU,WE,TH", "18:00", "02:00")]),
        ("daily 0-24", [("WEEKLY", "MO,TU,WE,TH,FR,SA,SU", "00:00", "00:00")]),
        ("1,3 sa 9-12", [("MONTHLY", "1SA,3SA", "09:00", "12:00")]),
        ("-1 fr 10-14", [("MONTHLY", "-1FR", "10:00", "14:00")]),
    ],
)
def test_hours_are_read(text, expected):
    assert rows(text) == expected


def test_every_second_week_counts_from_a_day():
    (row,) = read_hours("2w th 10-12 from 2026-01-08").schedules
    assert (row["interval"], row["dtstart"]) == (2, date(2026, 1, 8))


def test_before_and_after_a_season_it_is_closed():
    (row,) = read_hours("season 2027-06-14..2027-08-13: mo 11-13").schedules
    assert (row["dtstart"], row["until"]) == (date(2027, 6, 14), date(2027, 8, 13))
    assert "valid_from" not in row
    hours = hours_of([[Schedule(id="a", **row)]], (), timezone="America/New_York")
    assert hours is not None
    found = state_at(hours, datetime(2026, 11, 22, 17, tzinfo=UTC))
    assert (found.state, str(found.next_opens)) == ("closed", "2027-06-14 11:00:00-04:00")


def test_dates_without_a_season_say_nothing_of_other_days():
    first, second = read_hours("2026-06-15..2026-08-14: mo 11-13; sa 9-10").schedules
    assert first["valid_from"] == second["valid_from"] == date(2026, 6, 15)
    assert first["valid_to"] == second["valid_to"] == date(2026, 8, 14)
    assert second["opens_at"] == time(9)


def test_words_and_appointments_are_not_hours():
    assert read_hours("appointment") == Opening(by_appointment=True)
    assert read_hours("unknown") == Opening()
    assert read_hours("unknown: Call first.").schedules == ({"description": "Call first."},)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "''"),
        ("9-17", "'9-17'"),
        ("mo-fx 9-17", "'mo-fx'"),
        ("mo 9", "'9'"),
        ("mo 25-26", "'25'"),
        ("mo 9:75-10", "'9:75'"),
        ("2w th 10-12", "'from'"),
        ("mo 9-17 sharp", "'mo 9-17 sharp'"),
    ],
)
def test_a_slip_is_named(text, named):
    with pytest.raises(NotationError) as wrong:
        read_hours(text)
    assert named in str(wrong.value)


def test_the_frequency_is_the_tables_own():
    (row,) = read_hours("mo 9-17").schedules
    assert row["freq"] is Frequency.WEEKLY
