"""Rules, exceptions and hours as values: checked, normalised, and back from their key."""

from datetime import UTC, date, time, timedelta, timezone

import pytest

from core.errors import Invalid
from directory.hours import ExceptionDay, Hours, Rule, pattern_id

NINE, FIVE = time(9), time(17)


@pytest.mark.parametrize(
    ("fields", "at_fault"),
    [
        ({"freq": "DAILY"}, "freq"),
        ({"freq": ""}, "freq"),
        ({"wkst": "Monday"}, "wkst"),
        ({"interval": 0}, "interval"),
        ({"interval": 1000}, "interval"),
        ({"count": 0}, "count"),
        ({"count": 10_000}, "count"),
        ({"byday": "MO,,TU"}, "byday"),
        ({"byday": "Monday"}, "byday"),
        ({"byday": "1SA"}, "byday"),
        ({"freq": "MONTHLY", "byday": "6SA"}, "byday"),
        ({"freq": "MONTHLY", "byday": "0SA"}, "byday"),
        ({"bymonthday": "32"}, "bymonthday"),
        ({"bymonthday": "0"}, "bymonthday"),
        ({"bymonthday": "first"}, "bymonthday"),
        ({"byweekno": "54"}, "byweekno"),
        ({"byyearday": "-367"}, "byyearday"),
        ({"opens_at": time(9, tzinfo=UTC)}, "opens_at"),
        ({"closes_at": time(9, tzinfo=timezone(timedelta(hours=-5)))}, "closes_at"),
    ],
)
def test_a_rule_that_means_nothing_is_refused_by_the_name_of_its_field(fields, at_fault):
    with pytest.raises(Invalid) as refused:
        Rule(**fields)
    assert refused.value.parameter == at_fault


@pytest.mark.parametrize(
    ("written", "same"),
    [
        (Rule(byday="we, MO,MO"), Rule(byday="MO,WE")),
        (Rule(freq="MONTHLY", byday="3SA,+1SA"), Rule(freq="MONTHLY", byday="1SA,3SA")),
        (Rule(bymonthday="15,1,+15"), Rule(bymonthday="1,15")),
        (Rule(opens_at=time(9, 0, 30)), Rule(opens_at=time(9))),
        (Rule(closes_at=time(16, 59, 59)), Rule(closes_at=time(17))),
        (Rule(closes_at=time(23, 59)), Rule(closes_at=time(0))),
        (Rule(closes_at=time(23, 59, 59)), Rule(closes_at=time(0))),
    ],
)
def test_two_ways_of_writing_a_rule_are_equal(written, same):
    assert written == same


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "minutes"),
    [
        (NINE, FIVE, (540, 1020)),
        (time(22), time(6), (1320, 1800)),
        (time(0), time(0), (0, 1440)),
        (NINE, NINE, (540, 1980)),
        (time(20), time(23, 59), (1200, 1440)),
        (NINE, None, None),
        (None, FIVE, None),
        (None, None, None),
    ],
)
def test_the_span_of_a_rule_in_minutes(opens_at, closes_at, minutes):
    assert Rule(opens_at=opens_at, closes_at=closes_at).span == minutes


def test_an_exception_cannot_end_before_it_starts():
    with pytest.raises(Invalid) as refused:
        ExceptionDay(date(2026, 7, 5), date(2026, 7, 4))
    assert refused.value.parameter == "ends_on"


def test_an_exception_is_closed_or_has_hours_but_not_both():
    with pytest.raises(Invalid) as refused:
        ExceptionDay(date(2026, 7, 4), date(2026, 7, 4), NINE, FIVE)
    assert refused.value.parameter == "closed"


@pytest.mark.parametrize("name", ["Durham", "", "../etc/passwd", "America", "\0"])
def test_an_unknown_time_zone_is_refused(name):
    with pytest.raises(Invalid) as refused:
        Hours(timezone=name)
    assert refused.value.parameter == "timezone"


@pytest.mark.parametrize("name", ["XX", "US-ZZ", "us-nc", "United States", "US/NC"])
def test_an_unknown_holiday_calendar_is_refused(name):
    with pytest.raises(Invalid) as refused:
        Hours(holidays=name)
    assert refused.value.parameter == "holidays"


def test_rules_that_differ_only_in_weekdays_are_one_and_order_does_not_matter():
    one_by_one = [Rule(byday=day, opens_at=NINE, closes_at=FIVE) for day in ("FR", "MO", "WE")]
    saturday = Rule(byday="SA", opens_at=NINE, closes_at=time(12))
    together = Rule(byday="MO,WE,FR", opens_at=NINE, closes_at=FIVE)
    assert Hours(rules=(*one_by_one, saturday)) == Hours(rules=(saturday, together))


def test_rules_with_a_count_stay_apart_because_they_count_apart():
    rules = tuple(
        Rule(byday=day, dtstart=date(2026, 1, 1), count=2, opens_at=NINE, closes_at=FIVE)
        for day in ("MO", "TU")
    )
    assert len(Hours(rules=rules).rules) == 2


@pytest.mark.parametrize(
    "rule",
    [
        Rule(byday="MO", opens_at=NINE, closes_at=FIVE),
        Rule(bymonthday="15"),
        Rule(),
        Rule(byday="MO", dtstart=date(2026, 1, 1), count=2),
    ],
)
def test_a_rule_written_twice_is_one(rule):
    assert Hours(rules=(rule, rule)).rules == (rule,)


def test_always_open_makes_rules_moot():
    assert Hours(always_open=True, rules=(Rule(byday="MO"),)) == Hours(always_open=True)


EVERYTHING = Hours(
    timezone="America/Chicago",
    rules=(
        Rule(
            freq="MONTHLY",
            interval=2,
            wkst="SU",
            byday="1SA,-1FR",
            bymonthday="1,-1",
            byweekno="1,26",
            byyearday="1,200",
            dtstart=date(2026, 1, 3),
            until=date(2027, 1, 1),
            count=7,
            valid_from=date(2025, 1, 1),
            valid_to=date(2028, 1, 1),
            opens_at=time(8, 30),
            closes_at=time(0),
        ),
        Rule(byday="MO", opens_at=NINE, closes_at=FIVE),
    ),
    exceptions=(
        ExceptionDay(date(2026, 12, 24), date(2026, 12, 31), reason="Año nuevo"),
        ExceptionDay(date(2026, 7, 4), date(2026, 7, 4), NINE, time(12), closed=False),
    ),
    holidays="US-NC",
    by_appointment=True,
)


@pytest.mark.parametrize("hours", [Hours(), Hours(always_open=True), EVERYTHING])
def test_hours_come_back_from_their_key(hours):
    assert Hours.from_json(hours.key()) == hours
    assert Hours.from_json(hours.key()).key() == hours.key()


def test_the_key_says_only_what_is_not_default():
    hours = Hours(rules=(Rule(byday="MO", opens_at=NINE, closes_at=FIVE),))
    assert hours.key() == (
        '{"rules":[{"byday":"MO","closes_at":"17:00","opens_at":"09:00"}],"tz":"America/New_York"}'
    )


def test_a_pattern_id_is_16_hex_digits_and_the_same_from_hours_and_key():
    assert pattern_id(EVERYTHING) == pattern_id(EVERYTHING.key())
    assert len(pattern_id(EVERYTHING)) == 16
    assert int(pattern_id(EVERYTHING), 16) != int(pattern_id(Hours()), 16)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"tz":1}',
        '{"tz":"UTC","rules":[1]}',
        '{"tz":"UTC","rules":[{"when":"MO"}]}',
        '{"tz":"UTC","rules":[{"dtstart":"9am"}]}',
        '{"tz":"UTC","rules":[{"opens_at":9}]}',
        '{"tz":"UTC","rules":[{"interval":"two"}]}',
        '{"tz":"Mars"}',
    ],
)
def test_anything_else_is_not_a_pattern(text):
    with pytest.raises(Invalid):
        Hours.from_json(text)
