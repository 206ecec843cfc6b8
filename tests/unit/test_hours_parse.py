"""Opening hours read out of prose: what is understood, and all that is not."""

from datetime import time

import pytest

from directory.hours import Hours, Rule, State, state_at
from directory.hours.parse import parse_clock, parse_columns, parse_hours_text, parse_weekdays
from tests.support.hours_words import EVERY_DAY, WEEKDAYS, moment, rule

OFFICE = (rule(WEEKDAYS, "09:00", "17:00"),)


def monthly(byday, opens, closes):
    return rule(byday, opens, closes, freq="MONTHLY")


@pytest.mark.parametrize(
    "text",
    [
        "Mon-Fri 9am-5pm",
        "Monday - Friday: 9:00 AM - 5:00 PM",
        "Monday through Friday, 9 a.m. to 5 p.m.",
        "MONDAY–FRIDAY 9AM–5PM",
        "M-F 9a-5p",
        "Weekdays 9-5pm",
        "weekdays from 9:00 to 17:00",
        "Open Mon., Tue., Wed., Thu. and Fri. 09:00-17:00",
        "Mondays, Tuesdays, Wednesdays, Thursdays & Fridays: 9am - 5pm",
        "9am-5pm Monday-Friday",
        "Hours: Mon-Fri 9:00:00-17:00:00",
        "Mon-Wed 9am-5pm; Thu/Fri 9am-5pm",
        "Mon-Fri\u00a09\u202fAM – 5\u202fPM",
        "Monday: 9 AM - 5 PM Tuesday: 9 AM - 5 PM Wednesday: 9 AM - 5 PM\n"
        + "Thursday: 9 AM - 5 PM Friday: 9 AM - 5 PM Saturday: Closed Sunday: closed",
        "<tr><td>Monday</td><td><time>9:00 AM - 5:00 PM</time></td></tr>"
        + "<tr><td>Tue &#8211; Fri</td><td>9:00 AM - 5:00 PM</td></tr><tr><td>Sun</td><td>Closed",
    ],
)
def test_office_hours_in_many_ways(text):
    assert same_week(parse_hours_text(text), OFFICE)


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("24 hours", (rule(EVERY_DAY, "00:00", "00:00"),)),
        ("Open 24/7", (rule(EVERY_DAY, "00:00", "00:00"),)),
        ("24 hours a day, 7 days a week", (rule(EVERY_DAY, "00:00", "00:00"),)),
        ("Daily 24 hours", (rule(EVERY_DAY, "00:00", "00:00"),)),
        ("Every day 8am-8pm", (rule(EVERY_DAY, "08:00", "20:00"),)),
        ("Weekends: noon - 4 p.m.", (rule("SA,SU", "12:00", "16:00"),)),
        ("Sat-Sun 12:00AM-12:00AM", (rule("SA,SU", "00:00", "00:00"),)),
        ("Fri 6am-midnight", (rule("FR", "06:00", "00:00"),)),
        ("Fri 6pm-midnight", (rule("FR", "18:00", "00:00"),)),
        ("Fri-Sun 10 PM - 6 AM", (rule("FR,SA,SU", "22:00", "06:00"),)),
        ("Saturday - Monday 9-11am", (rule("MO,SA,SU", "09:00", "11:00"),)),
        ("Thurs 9-1pm", (rule("TH", "09:00", "13:00"),)),
        ("Weds 1-5pm", (rule("WE", "13:00", "17:00"),)),
        ("Tu: 10a - 1p", (rule("TU", "10:00", "13:00"),)),
        (
            "Sa: 11:30a - 12:30p; Su: 12:30p - 1:30p",
            (rule("SA", "11:30", "12:30"), rule("SU", "12:30", "13:30")),
        ),
        (
            "Saturday: 9:00:00-12:00:00, 9:00:00-12:00:00, 9:00:00-12:00:00",
            (rule("SA", "09:00", "12:00"),),
        ),
        (
            "Monday: 9:00:00-11:30:00, 13:00:00-15:00:00; Tuesday: 17:00:00-19:00:00",
            (
                rule("MO", "09:00", "11:30"),
                rule("MO", "13:00", "15:00"),
                rule("TU", "17:00", "19:00"),
            ),
        ),
        (
            "<td>Mon<td><time>9:00 AM - 11:00 AM</time><time>1:00 PM - 5:00 PM</time></td></tr>",
            (rule("MO", "09:00", "11:00"), rule("MO", "13:00", "17:00")),
        ),
        ("Mon 9am-12pm, noon-5pm", (rule("MO", "09:00", "12:00"), rule("MO", "12:00", "17:00"))),
        ("Tue 9am-12pm and 1pm-5pm", (rule("TU", "09:00", "12:00"), rule("TU", "13:00", "17:00"))),
        ("Friday: 16:00:00-23:59:00", (rule("FR", "16:00", "00:00"),)),
        ("1st and 3rd Saturday 9-11am", (monthly("1SA,3SA", "09:00", "11:00"),)),
        ("2nd & 4th Tuesday 12:00pm - 4:00pm", (monthly("2TU,4TU", "12:00", "16:00"),)),
        (
            "First, second, and fourth Tuesday of the month: 5-7pm",
            (monthly("1TU,2TU,4TU", "17:00", "19:00"),),
        ),
        ("Last Thursday of each month 10am-noon", (monthly("-1TH", "10:00", "12:00"),)),
        ("Every 4th Friday of the month 10am-1pm", (monthly("4FR", "10:00", "13:00"),)),
        (
            "2nd Tuesday 11:00 am -1:00 pm\n3rd Tuesday 5:00 pm -7:00 pm",
            (monthly("2TU", "11:00", "13:00"), monthly("3TU", "17:00", "19:00")),
        ),
        (
            "First Saturday and third Sunday 9am-11am",
            (monthly("1SA,3SU", "09:00", "11:00"),),
        ),
        ("Every Tuesday 9am-11am", (rule("TU", "09:00", "11:00"),)),
        ("Every other Tuesday 9am-11am", (rule("TU", "09:00", "11:00", interval=2),)),
    ],
)
def test_a_text_that_is_understood(text, rules):
    assert same_week(parse_hours_text(text), rules)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "Call for hours",
        "Please call for availability",
        "By appointment",
        "Varies",
        "(919) 555-0134",
        "919-555-0134",
        # No opening named, or no day.
        "Closed",
        "Monday: Closed Tuesday: Closed",
        "9am-5pm",
        "1:30 pm - 2:30 pm",
        "Monday",
        # Two ways to read it.
        "Mon-Fri 9-5",
        "Mon-Fri 9:00-5:00",
        "M - F: 8:30a-4:30",
        "Mon 1:00-3:00",
        "Sat 11-midnight",
        "Every second Tuesday 9am-11am",
        # A condition that would be lost.
        "Mon-Fri 9am-5pm (except holidays)",
        "Wednesday: 10 AM - 1 PM (must be in line by 12:30 pm)",
        "Mon-Fri 9am-5pm, closed 12-1pm",
        "Mon-Fri 9am-5pm by appointment",
        "Monday-Thursday 9am-5pm June through August",
        "1st Saturday after 3rd Thursday 9-11am",
        "Saturdays after church 9-11am",
        # It contradicts itself, or cannot be.
        "Mon 9am-5pm, Mon closed",
        "Monday: Closed Tuesday: 9am-5pm Monday: 9am-5pm",
        "Saturday: 8:30:00-10:30:00, 10:00:00-11:00:00",
        "Wed 10am-2pm; Wed 10am-3pm",
        "Sunday: 11:30:00-10:30:00",
        "Saturday 10 PM - 2 PM",
        "Thursday 12:00 AM - 3:00 PM",
        "Friday 9am-9am",
        "Monday 9:60am-5pm",
        "Monday 13pm-5pm",
        "Monday 25:00-26:00",
        "Monday 13:00-5pm",
        "6th Monday 9am-5pm",
        # Unfinished, misspelt, or not hours at all.
        "Mon-Fri",
        "Mon- 9am-5pm",
        "Mon-Fri 9am",
        "Mon-Fri 9am-",
        "Wendesday 9am-5pm",
        "Mon-Fri 9am-5pm!",
        "Mon-Fri 9am-5pm 555-0134",
        "Lunes a viernes 9am-5pm",
        "'; DROP TABLE schedule; --",
        "🕘",
        "Monday 9am-5pm " * 1000,
        "<" * 4000,
        "1" * 4000,
        "Mon," * 1200,
    ],
)
def test_a_text_that_is_not_understood_to_its_end_is_unknown(text):
    assert parse_hours_text(text) is None


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("8:30AM", time(8, 30)),
        ("8:30 a.m.", time(8, 30)),
        (" 5:00pm ", time(17)),
        ("12:00AM", time(0)),
        ("12:00 PM", time(12)),
        ("9am", time(9)),
        ("9p", time(21)),
        ("noon", time(12)),
        ("12 midnight", time(0)),
        ("17:30", time(17, 30)),
        ("08:30", time(8, 30)),
        ("00:00", time(0)),
        ("24:00", time(0)),
        ("9:00:00", time(9)),
        ("23:59:59", time(23, 59)),
        ("1:00", None),
        ("9", None),
        ("930", None),
        ("570", None),
        ("0:30am", None),
        ("13:00PM", None),
        ("25:00", None),
        ("24:30", None),
        ("9:5am", None),
        ("9:60am", None),
        ("09:00-05:00", None),
        ("09:00Z", None),
        ("Nights", None),
        ("By appointment", None),
        ("", None),
        ("²:00", None),
        ("٩:٠٠ am", None),
    ],
)
def test_a_time_of_day(text, clock):
    assert parse_clock(text) == clock


@pytest.mark.parametrize(
    ("text", "byday"),
    [
        ("Monday-Friday", WEEKDAYS),
        ("Monday - Friday", WEEKDAYS),
        ("Sunday - Saturday", EVERY_DAY),
        ("Friday-Monday", "MO,FR,SA,SU"),
        ("Monday, Wednesday, Friday", "MO,WE,FR"),
        ("Tuesday & Thursday", "TU,TH"),
        ("Mon - Tue & Thur - Fri", "MO,TU,TH,FR"),
        ("Mon, Wed-Fri", "MO,WE,TH,FR"),
        ("T, TH", "TU,TH"),
        ("M/W/F", "MO,WE,FR"),
        ("monday", "MO"),
        ("Thursdays", "TH"),
        ("weekends", "SA,SU"),
        ("Daily", EVERY_DAY),
        ("", None),
        ("S", None),
        ("Wendesday", None),
        ("Second Saturday", None),
        ("Every other Tuesday", None),
        ("Monday - Friday (closed 1-2pm)", None),
        ("November 1 - March 31", None),
        ("9:00AM", None),
        ("MO,TU", None),
        ("Monday, ", None),
    ],
)
def test_weekdays_in_words(text, byday):
    assert parse_weekdays(text) == byday


@pytest.mark.parametrize(
    ("columns", "rules"),
    [
        (("Monday-Friday", "9:00AM", "5:00PM"), OFFICE),
        (("saturday", "9:00am", "12:00pm"), (rule("SA", "09:00", "12:00"),)),
        (("saturday", "09:00", "12:00"), (rule("SA", "09:00", "12:00"),)),
        (("Second Saturday", "9:00AM", "11:00AM"), (monthly("2SA", "09:00", "11:00"),)),
        (("Monday-Sunday", "24 Hours", ""), (rule(EVERY_DAY, "00:00", "00:00"),)),
        (("24-7", "", ""), (rule(EVERY_DAY, "00:00", "00:00"),)),
        (("sunday", "12:00am", "12:00am"), (rule("SU", "00:00", "00:00"),)),
        (("friday", "7:00pm", "7:00am"), (rule("FR", "19:00", "07:00"),)),
        # Days known, hours not.
        (("Tuesday", "7:00AM", ""), (rule("TU", "07:00"),)),
        (("First Saturday", "8:00AM", ""), (rule("1SA", "08:00", freq="MONTHLY"),)),
        (("monday", "4:30pm", "4:30pm"), (rule("MO"),)),
        # Nothing known.
        (("", "9:00AM", "5:00PM"), None),
        (("Monday", "", ""), None),
        (("Monday", "", "5:00PM"), None),
        (("Saturday", "By appointment", ""), None),
        (("Saturday", "750", "855"), None),
        (("Monday", "9:00AM", "dusk"), None),
        (("9:00AM", "5:00PM", ""), None),
        (("wednesday", "8:30pm", "8:00pm"), None),
        (("Monday - Friday (closed 1-2pm)", "9:45AM", "6:00PM"), None),
    ],
)
def test_hours_in_columns(columns, rules):
    found = parse_columns(*columns)
    assert found is None if rules is None else same_week(found, rules)


def test_every_other_week_of_unknown_start_stays_unknown():
    place = Hours(rules=parse_hours_text("Every other Tuesday 9am-11am") or ())
    assert state_at(place, moment("06-02 10:00")).state is State.UNKNOWN
    assert state_at(place, moment("06-03 10:00")).state is State.UNKNOWN


def same_week(found: tuple[Rule, ...] | None, rules: tuple[Rule, ...]) -> bool:
    return found is not None and week_of(found) == week_of(rules)


def week_of(rules: tuple[Rule, ...]) -> set[tuple[object, ...]]:
    """Rules as what they say of each day, however they are put together."""
    return {
        (item.freq, item.interval, day, item.opens_at, item.closes_at)
        for item in rules
        for day in item.byday.split(",")
    }
