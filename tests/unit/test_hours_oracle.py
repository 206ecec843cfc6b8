"""A representative set of schedules, minute by minute over years with both clock changes."""

from datetime import date, time

import pytest

from directory.hours import ExceptionDay, Hours, Rule
from tests.support.hours_oracle import assert_matches_oracle, oracle_open_minutes

WEEKDAYS = "MO,TU,WE,TH,FR"
OFFICE = Rule(byday=WEEKDAYS, opens_at=time(9), closes_at=time(17))
CHRISTMAS_WEEK = ExceptionDay(date(2026, 12, 24), date(2027, 1, 1), reason="Winter break")

SCHEDULES = {
    "office hours": Hours(rules=(OFFICE,)),
    "office hours, closed on holidays": Hours(rules=(OFFICE,), holidays="US-NC"),
    "two spans a day": Hours(
        rules=(
            Rule(byday=WEEKDAYS, opens_at=time(9), closes_at=time(12)),
            Rule(byday=WEEKDAYS, opens_at=time(13), closes_at=time(16, 30)),
        )
    ),
    "overlapping and touching spans": Hours(
        rules=(
            Rule(byday="MO,WE", opens_at=time(9), closes_at=time(12)),
            Rule(byday="MO,TU", opens_at=time(11), closes_at=time(13)),
            Rule(byday="MO,TU", opens_at=time(13), closes_at=time(14, 7)),
        )
    ),
    "a span inside another": Hours(
        rules=(
            Rule(byday="MO,TU", opens_at=time(9), closes_at=time(17)),
            Rule(byday="MO", opens_at=time(10), closes_at=time(12)),
            Rule(byday="MO", opens_at=time(20), closes_at=time(10)),
        )
    ),
    "nights": Hours(rules=(Rule(byday=WEEKDAYS, opens_at=time(22), closes_at=time(6)),)),
    "every night, through both clock changes": Hours(
        rules=(Rule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at=time(22), closes_at=time(6)),)
    ),
    "opens in the hour that is skipped": Hours(
        rules=(Rule(byday="SU", opens_at=time(2, 30), closes_at=time(4)),)
    ),
    "closes in the hour that is skipped": Hours(
        rules=(Rule(byday="SU", opens_at=time(1), closes_at=time(2, 30)),)
    ),
    "opens and closes around the end of the skipped hour": Hours(
        rules=(Rule(byday="SU", opens_at=time(2, 30), closes_at=time(3)),)
    ),
    "opens in the hour that comes twice": Hours(
        rules=(Rule(byday="SU", opens_at=time(1, 30), closes_at=time(2)),)
    ),
    "closes in the hour that comes twice": Hours(
        rules=(Rule(byday="SA", opens_at=time(20), closes_at=time(1, 30)),)
    ),
    "clocks that change at midnight": Hours(
        timezone="America/Havana",
        rules=(
            Rule(byday="SU", opens_at=time(0, 15), closes_at=time(1, 30)),
            Rule(byday="SA", opens_at=time(23), closes_at=time(0, 45)),
        ),
    ),
    "half-hour clock change": Hours(
        timezone="Australia/Lord_Howe",
        rules=(Rule(byday="SA,SU", opens_at=time(1, 45), closes_at=time(2, 15)),),
    ),
    "a zone without changes, half an hour off": Hours(timezone="Asia/Kolkata", rules=(OFFICE,)),
    "24 hours on some days": Hours(
        rules=(Rule(byday="FR,SA", opens_at=time(0), closes_at=time(0)),)
    ),
    "24 hours from nine to nine": Hours(
        rules=(Rule(byday="TU,WE", opens_at=time(9), closes_at=time(9)),)
    ),
    "always open": Hours(always_open=True),
    "always open but for holidays": Hours(always_open=True, holidays="US"),
    "always open but for a break": Hours(always_open=True, exceptions=(CHRISTMAS_WEEK,)),
    "first Saturday": Hours(
        rules=(Rule(freq="MONTHLY", byday="1SA", opens_at=time(9), closes_at=time(11)),)
    ),
    "first, third and last": Hours(
        rules=(
            Rule(freq="MONTHLY", byday="1TU,3TU,-1FR", opens_at=time(9), closes_at=time(11)),
            Rule(freq="MONTHLY", byday="5MO,-5WE", opens_at=time(12), closes_at=time(13)),
        )
    ),
    "every Wednesday and the second Friday, in one rule": Hours(
        rules=(Rule(freq="MONTHLY", byday="WE,2FR", opens_at=time(9), closes_at=time(11)),)
    ),
    "every Monday, said monthly": Hours(
        rules=(Rule(freq="MONTHLY", byday="MO", opens_at=time(9), closes_at=time(11)),)
    ),
    "the 1st, 15th and last day": Hours(
        rules=(Rule(freq="MONTHLY", bymonthday="1,15,-1", opens_at=time(9), closes_at=time(11)),)
    ),
    "Friday the 13th": Hours(
        rules=(
            Rule(freq="MONTHLY", byday="FR", bymonthday="13", opens_at=time(18), closes_at=time(1)),
        )
    ),
    "the day of its start, monthly": Hours(
        rules=(
            Rule(freq="MONTHLY", dtstart=date(2025, 1, 31), opens_at=time(9), closes_at=time(11)),
        )
    ),
    "the weekday of its start": Hours(
        rules=(Rule(dtstart=date(2025, 1, 7), opens_at=time(9), closes_at=time(11)),)
    ),
    "every other Tuesday": Hours(
        rules=(
            Rule(
                byday="TU",
                interval=2,
                dtstart=date(2025, 12, 30),
                opens_at=time(9),
                closes_at=time(11),
            ),
        )
    ),
    "every other week, Sunday first": Hours(
        rules=(
            Rule(
                byday="SU,TU,SA",
                interval=2,
                wkst="SU",
                dtstart=date(2025, 12, 30),
                opens_at=time(9),
                closes_at=time(11),
            ),
        )
    ),
    "every other week, Monday first": Hours(
        rules=(
            Rule(
                byday="SU,TU,SA",
                interval=2,
                dtstart=date(2025, 12, 30),
                opens_at=time(9),
                closes_at=time(11),
            ),
        )
    ),
    "once a quarter": Hours(
        rules=(
            Rule(
                freq="MONTHLY",
                interval=3,
                byday="2WE",
                dtstart=date(2025, 2, 1),
                opens_at=time(9),
                closes_at=time(11),
            ),
        )
    ),
    "seven times": Hours(
        rules=(
            Rule(
                byday="TU,TH",
                count=7,
                dtstart=date(2026, 3, 4),
                opens_at=time(9),
                closes_at=time(11),
            ),
        )
    ),
    "five monthly times with gaps": Hours(
        rules=(
            Rule(
                freq="MONTHLY",
                bymonthday="31",
                count=5,
                dtstart=date(2025, 12, 15),
                opens_at=time(9),
                closes_at=time(11),
            ),
        )
    ),
    "a season": Hours(
        rules=(
            Rule(
                byday="SA",
                dtstart=date(2026, 4, 4),
                until=date(2026, 10, 31),
                opens_at=time(8),
                closes_at=time(12),
            ),
        )
    ),
    "summer and winter hours": Hours(
        rules=(
            Rule(
                byday=WEEKDAYS,
                valid_from=date(2026, 5, 25),
                valid_to=date(2026, 9, 7),
                opens_at=time(7),
                closes_at=time(15),
            ),
            Rule(byday=WEEKDAYS, valid_to=date(2026, 5, 24), opens_at=time(9), closes_at=time(17)),
        )
    ),
    "chosen weeks of the year": Hours(
        rules=(Rule(byday="MO,SU", byweekno="1,26,53,-1", opens_at=time(9), closes_at=time(11)),)
    ),
    "chosen weeks, Sunday first": Hours(
        rules=(
            Rule(
                byday="SA,SU", byweekno="1,10,-2", wkst="SU", opens_at=time(9), closes_at=time(11)
            ),
        )
    ),
    "chosen weeks on the weekday of the start": Hours(
        rules=(
            Rule(
                byweekno="5,20",
                dtstart=date(2025, 1, 8),
                opens_at=time(9),
                closes_at=time(11),
            ),
        )
    ),
    "chosen weeks, said monthly": Hours(
        rules=(
            Rule(
                freq="MONTHLY",
                byweekno="5,20",
                dtstart=date(2025, 1, 8),
                opens_at=time(9),
                closes_at=time(11),
            ),
        )
    ),
    "chosen days of the year": Hours(
        rules=(Rule(byyearday="1,60,200,-1,-60", opens_at=time(9), closes_at=time(11)),)
    ),
    "exceptions that close, open and change": Hours(
        rules=(OFFICE,),
        holidays="US",
        exceptions=(
            CHRISTMAS_WEEK,
            ExceptionDay(date(2026, 7, 4), date(2026, 7, 4), time(10), time(2), closed=False),
            ExceptionDay(date(2026, 3, 8), date(2026, 3, 8), time(2, 30), time(4), closed=False),
            ExceptionDay(date(2026, 3, 9), date(2026, 3, 9), time(9), time(12), closed=False),
            ExceptionDay(date(2026, 3, 9), date(2026, 3, 9), time(13), time(15), closed=False),
            ExceptionDay(date(2026, 6, 1), date(2026, 6, 5), time(9), None, closed=False),
        ),
    ),
    "hours unknown on Tuesdays": Hours(rules=(OFFICE, Rule(byday="TU"))),
    "open at noon only if you know when it ends": Hours(
        rules=(Rule(byday="MO", opens_at=time(12)),)
    ),
    "nothing known": Hours(),
    "days unknown": Hours(rules=(Rule(opens_at=time(9), closes_at=time(17)),)),
    "every other week of unknown start": Hours(
        rules=(Rule(byday="MO", interval=2, opens_at=time(9), closes_at=time(17)),)
    ),
    "a count of unknown start": Hours(
        rules=(Rule(byday="MO", count=9, opens_at=time(9), closes_at=time(17)),)
    ),
    "by appointment": Hours(by_appointment=True, rules=(Rule(byday="MO", opens_at=time(9)),)),
    "never: the 30th of February": Hours(
        rules=(
            Rule(
                freq="MONTHLY",
                interval=12,
                bymonthday="30",
                dtstart=date(2025, 2, 1),
                opens_at=time(9),
                closes_at=time(17),
            ),
        )
    ),
    "the 29th of February": Hours(
        rules=(
            Rule(
                freq="MONTHLY",
                interval=12,
                bymonthday="29",
                dtstart=date(2024, 2, 29),
                opens_at=time(9),
                closes_at=time(17),
            ),
        )
    ),
    "odd minutes": Hours(rules=(Rule(byday="MO,SA", opens_at=time(9, 7), closes_at=time(9, 8)),)),
}


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_minute_of_2026_agrees_with_the_oracle(name):
    assert_matches_oracle(SCHEDULES[name], 2026)


@pytest.mark.parametrize("name", ["the 29th of February", "chosen weeks of the year", "nights"])
@pytest.mark.parametrize("year", [2020, 2024, 2028])
def test_leap_years_agree_with_the_oracle(name, year):
    assert_matches_oracle(SCHEDULES[name], year)


def test_the_oracle_itself_counts_a_night_of_each_clock_change_right():
    nights = Hours(rules=(Rule(byday="SA", opens_at=time(22), closes_at=time(6)),))
    painted = oracle_open_minutes(nights, 2026).reshape(365, 24 * 60)
    # From 2026-03-07 an hour is missing, from 2026-10-31 there is one more; others have eight.
    assert painted[66].sum() + painted[67].sum() == 7 * 60
    assert painted[304].sum() + painted[303].sum() == 9 * 60
    assert painted[73].sum() + painted[74].sum() == 8 * 60
