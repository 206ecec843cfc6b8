"""States and weeks in words, as people say them, in English and in Spanish."""

import re
from datetime import date
from pathlib import Path

import pytest

from directory.hours import Hours, state_at
from directory.hours.text import describe, describe_dates, describe_other, describe_week
from tests.support.hours_spanish import WORDS, spanish
from tests.support.hours_words import EVERY_DAY, NIGHTS, OFFICE, days, hours, moment, rule

SATURDAY_MORNING = rule("SA", "09:00", "12:30")
LONG_EVENING = hours(rule("MO", "12:00", "20:30"))
WEEKEND = hours(
    rule("SA", "12:00", "00:00"), rule("SU", "00:00", "00:00"), rule("MO", "00:00", "12:00")
)
MONDAY = date(2026, 6, 1)


def english(message):
    return message


# Columns: hours, at, English, Spanish.
SAID = [
    (LONG_EVENING, "06-01 13:00", "Open until 8:30 p.m.", "Abierto hasta las 8:30 p. m."),
    (
        LONG_EVENING,
        "06-01 20:15",
        "Closes soon, at 8:30 p.m.",
        "Cierra pronto, a las 8:30 p. m.",
    ),
    (LONG_EVENING, "06-01 08:00", "Opens at noon", "Abre a las 12 del mediodía"),
    (hours(OFFICE), "06-01 18:00", "Opens tomorrow 9 a.m.", "Abre mañana a las 9 a. m."),
    (
        hours(SATURDAY_MORNING),
        "06-01 18:00",
        "Opens Saturday 9 a.m.",
        "Abre el sábado a las 9 a. m.",
    ),
    (
        hours(SATURDAY_MORNING),
        "06-06 13:00",
        "Opens Jun 13, 9 a.m.",
        "Abre el 13 jun a las 9 a. m.",
    ),
    (
        hours(rule("MO", "13:15", "17:00", dtstart=date(2026, 12, 5))),
        "06-02 10:00",
        "Opens Dec 7, 2026, 1:15 p.m.",
        "Abre el 7 dic 2026 a la 1:15 p. m.",
    ),
    (
        hours(rule("SA", "09:00", "12:00", dtstart=date(2026, 12, 5))),
        "11-20 10:00",
        "Opens Dec 5, 9 a.m.",
        "Abre el 5 dic a las 9 a. m.",
    ),
    (
        hours(rule("MO", "10:00", "13:00")),
        "06-01 11:00",
        "Open until 1 p.m.",
        "Abierto hasta la 1 p. m.",
    ),
    (hours(NIGHTS), "06-05 23:00", "Open until 6 a.m.", "Abierto hasta las 6 a. m."),
    (hours(rule("MO", "18:00", "00:20")), "06-01 19:00", "Open until 12:20 a.m.", None),
    (hours(rule("MO", "18:00", "00:00")), "06-01 19:00", "Open until midnight", None),
    (
        hours(rule("MO", "18:00", "00:00")),
        "06-01 23:40",
        "Closes soon, at midnight",
        "Cierra pronto, a la medianoche",
    ),
    (hours(rule("TU", "00:00", "03:00")), "06-01 19:00", "Opens at midnight", None),
    (hours(rule("MO", "20:00", "11:00")), "06-01 21:00", "Open until tomorrow 11 a.m.", None),
    (
        WEEKEND,
        "06-06 13:00",
        "Open until Monday noon",
        "Abierto hasta el lunes a las 12 del mediodía",
    ),
    (
        hours(rule("MO,TU,WE", "00:00", "00:00")),
        "06-01 13:00",
        "Open until Wednesday midnight",
        None,
    ),
    (hours(rule("MO,TU", "00:00", "00:00")), "06-01 13:00", "Open until tomorrow midnight", None),
    (
        hours(rule(EVERY_DAY, "00:00", "00:00"), exceptions=(days("2026-06-08"),)),
        "06-01 00:00",
        "Open until Sunday midnight",
        None,
    ),
    (
        hours(
            rule(EVERY_DAY, "00:00", "00:00"),
            exceptions=(days("2026-06-08", "", "09:00", "10:00"),),
        ),
        "06-01 08:00",
        "Open until Sunday midnight",
        None,
    ),
    (Hours(always_open=True), "06-01 13:00", "Open 24 hours", "Abierto las 24 horas"),
    (Hours(), "06-01 13:00", "Hours unknown – call", "Horario desconocido: llame"),
    (Hours(by_appointment=True), "06-01 13:00", "By appointment", "Con cita previa"),
    (
        hours(OFFICE, holidays="US"),
        "11-26 10:00",
        "Closed today for Thanksgiving – opens Friday 9 a.m.",
        "Cerrado hoy por Acción de Gracias; abre el viernes a las 9 a. m.",
    ),
    (
        hours(OFFICE, holidays="US"),
        "07-03 10:00",
        "Closed today for Independence Day – opens Monday 9 a.m.",
        None,
    ),
    (
        hours(OFFICE, exceptions=(days("2026-06-01", "2026-06-12", reason="Painting"),)),
        "06-01 10:00",
        "Closed today: Painting – opens Jun 15, 9 a.m.",
        None,
    ),
    (
        hours(OFFICE, exceptions=(days("2026-06-01"),)),
        "06-01 10:00",
        "Closed today – opens Tuesday 9 a.m.",
        None,
    ),
    (
        hours(rule("MO", "09:00", "10:00", until=date(2026, 5, 1)), holidays="US"),
        "11-26 10:00",
        "Closed today for Thanksgiving",
        None,
    ),
    (
        hours(OFFICE, exceptions=(days("2026-06-01", "", "10:00", "12:00", "Half day"),)),
        "06-01 13:00",
        "Opens tomorrow 9 a.m.",
        None,
    ),
    (hours(rule("MO", until=date(2026, 5, 1))), "06-01 10:00", "Closed now", "Cerrado ahora"),
    (hours(rule("WE", "09:00", "11:00"), rule("TU")), "06-01 10:00", "Closed now", None),
]


@pytest.mark.parametrize(("place", "at", "said", "_"), SAID)
def test_a_state_in_english(place, at, said, _):
    assert describe(state_at(place, moment(at)), moment(at), english) == said


@pytest.mark.parametrize(("place", "at", "_", "said"), [case for case in SAID if case[3]])
def test_a_state_in_spanish(place, at, _, said):
    assert describe(state_at(place, moment(at)), moment(at), spanish, "es") == said


def test_the_day_is_that_of_the_place_not_of_who_asks():
    place = hours(OFFICE, timezone="Pacific/Honolulu")
    at = moment("06-02 00:30")  # still 6:30 p.m. on Monday in Honolulu
    assert describe(state_at(place, at), at, english) == "Opens tomorrow 9 a.m."


@pytest.mark.parametrize("locale", ["es", "es-US", "es_US", "es-MX"])
def test_every_spanish_writes_times_the_same(locale):
    at = moment("06-01 13:00")
    said = describe(state_at(LONG_EVENING, at), at, spanish, locale)
    assert said == "Abierto hasta las 8:30 p. m."


def test_the_week_as_a_table():
    place = hours(
        rule("MO", "09:00", "12:00"),
        rule("MO", "13:00", "17:00"),
        rule("TU", "00:00", "00:00"),
        rule("WE"),
        rule("1TH,3TH", "09:00", "11:00", freq="MONTHLY"),
        rule("FR", "22:00", "06:00"),
        rule("SA", "12:00", "17:30"),
    )
    assert describe_week(place, MONDAY, english) == [
        ("Monday", "9 a.m. – 12 p.m., 1 – 5 p.m."),
        ("Tuesday", "Open 24 hours"),
        ("Wednesday", "Hours unknown – call"),
        ("Thursday", "First and third Thursday of the month, 9–11 a.m."),
        ("Friday", "10 p.m. – 6 a.m."),
        ("Saturday", "12 – 5:30 p.m."),
        ("Sunday", "Closed"),
    ]
    assert describe_other(place, MONDAY, english) == []


def test_the_week_as_a_table_in_spanish():
    place = hours(
        rule("MO", "09:00", "12:00"),
        rule("MO", "13:00", "17:00"),
        rule("1SA", "09:00", "11:00", freq="MONTHLY"),
    )
    rows = describe_week(place, MONDAY, spanish, "es")
    assert rows[0] == ("Lunes", "9 a. m. – 12 p. m., 1 – 5 p. m.")
    assert rows[1] == ("Martes", "Cerrado")
    assert rows[5] == ("Sábado", "Primer sábado de cada mes, 9–11 a. m.")


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        ("09:00", "11:00", "9 – 11 a.m."),
        ("11:30", "12:30", "11:30 a.m. – 12:30 p.m."),
        ("00:00", "06:00", "12 midnight – 6 a.m."),
        ("18:00", "00:00", "6 p.m. – 12 midnight"),
        ("00:30", "01:00", "12:30 – 1 a.m."),
        ("12:00", "13:00", "12 – 1 p.m."),
        ("09:00", "09:00", "9 a.m. – 9 a.m. (next day)"),
        ("10:00", "02:00", "10 a.m. – 2 a.m. (next day)"),
    ],
)
def test_a_range_in_a_table(opens, closes, said):
    assert describe_week(hours(rule("MO", opens, closes)), MONDAY, english)[0][1] == said


@pytest.mark.parametrize(
    ("place", "row", "said"),
    [
        (
            hours(rule("-1FR", "09:00", "14:00", freq="MONTHLY")),
            4,
            "Last Friday of the month, 9 a.m. – 2 p.m.",
        ),
        (
            hours(rule("1SA,2SA,-1SA", "09:00", "11:00", freq="MONTHLY")),
            5,
            "First, second, and last Saturday of the month, 9–11 a.m.",
        ),
        (hours(rule("SA", "09:00", "11:00", freq="MONTHLY")), 5, "9 – 11 a.m."),
        (
            hours(rule("TU", "09:00", "11:00", interval=2, dtstart=date(2026, 1, 6))),
            1,
            "Every other Tuesday, 9–11 a.m.",
        ),
        (
            hours(rule("TU", "09:00", "11:00", interval=3, dtstart=date(2026, 1, 6))),
            1,
            "Tuesday every 3 weeks, 9–11 a.m.",
        ),
        (
            hours(
                rule("1TU", "09:00", "11:00", freq="MONTHLY", interval=2, dtstart=date(2026, 1, 6))
            ),
            1,
            "First Tuesday of every other month, 9–11 a.m.",
        ),
        (
            hours(
                rule("1TU", "09:00", "11:00", freq="MONTHLY", interval=3, dtstart=date(2026, 1, 6))
            ),
            1,
            "First Tuesday, every 3 months, 9–11 a.m.",
        ),
        (
            hours(rule("TU", "09:00", "11:00", until=date(2026, 10, 31))),
            1,
            "Every Tuesday, 9–11 a.m. (until Oct 31)",
        ),
        (
            hours(rule("TU", "09:00", "11:00", dtstart=date(2026, 7, 7))),
            1,
            "Every Tuesday, 9–11 a.m. (from Jul 7)",
        ),
        (
            hours(rule("1SA", freq="MONTHLY")),
            5,
            "First Saturday of the month, hours unknown – call",
        ),
        (
            hours(rule("1SA", "00:00", "00:00", freq="MONTHLY")),
            5,
            "First Saturday of the month, 24 hours",
        ),
        (
            hours(rule("SA", "08:00", "12:00"), rule("1SA", "13:00", "15:00", freq="MONTHLY")),
            5,
            "8 a.m. – 12 p.m.; First Saturday of the month, 1–3 p.m.",
        ),
        (hours(OFFICE, by_appointment=True), 5, "By appointment"),
        (Hours(), 5, "Hours unknown – call"),
        (Hours(always_open=True), 5, "Open 24 hours"),
        (hours(rule("SA", "08:00", "12:00", valid_to=date(2026, 5, 1))), 5, "Hours unknown – call"),
        (hours(OFFICE, rule("SA", "08:00", "12:00", until=date(2026, 5, 1))), 5, "Closed"),
        (hours(OFFICE, rule("SA", "08:00", "12:00", interval=2)), 5, "Hours unknown – call"),
    ],
)
def test_a_row_of_the_week(place, row, said):
    assert describe_week(place, MONDAY, english)[row][1] == said


@pytest.mark.parametrize(
    ("bymonthday", "said", "dicho"),
    [
        ("15", "The 15th of the month, 9–11 a.m.", "El día 15 de cada mes, 9–11 a. m."),
        (
            "1,15",
            "The 1st and 15th of the month, 9–11 a.m.",
            "Los días 1 y 15 de cada mes, 9–11 a. m.",
        ),
        ("2,3,11,22,23", "The 2nd, 3rd, 11th, 22nd, and 23rd of the month, 9–11 a.m.", None),
        ("-1", "The last day of the month, 9–11 a.m.", "El último día de cada mes, 9–11 a. m."),
        (
            "1,-1",
            "The 1st and last day of the month, 9–11 a.m.",
            "Los días 1 y último de cada mes, 9–11 a. m.",
        ),
        ("-2", "On certain dates, 9–11 a.m.", "En ciertas fechas, 9–11 a. m."),
    ],
)
def test_days_of_the_month_have_no_row_but_words(bymonthday, said, dicho):
    place = hours(rule("", "09:00", "11:00", bymonthday=bymonthday, freq="MONTHLY"))
    assert describe_week(place, MONDAY, english) == []
    assert describe_other(place, MONDAY, english) == [said]
    if dicho:
        assert describe_other(place, MONDAY, spanish, "es") == [dicho]


@pytest.mark.parametrize(
    "written",
    [
        rule("FR", "09:00", "11:00", bymonthday="13", freq="MONTHLY"),
        rule("FR", "09:00", "11:00", byweekno="1,20"),
        rule("", "09:00", "11:00", byyearday="100"),
    ],
)
def test_rules_that_no_words_fit_are_on_certain_dates(written):
    assert describe_other(hours(written), MONDAY, english) == ["On certain dates, 9–11 a.m."]


def test_days_that_differ_are_listed_and_days_in_a_row_are_one():
    place = hours(
        OFFICE,
        holidays="US",
        exceptions=(
            days("2026-12-24", "2027-01-01", reason="Winter break"),
            days("2026-12-05", "", "10:00", "12:00"),
            days("2026-12-07"),
        ),
    )
    assert describe_dates(place, date(2026, 11, 1), date(2027, 1, 31), english) == [
        ("Nov 11", "Closed: Veterans Day"),
        ("Nov 26", "Closed: Thanksgiving"),
        ("Dec 5", "10 a.m. – 12 p.m."),
        ("Dec 7", "Closed"),
        ("Dec 24 – Jan 1", "Closed: Winter break"),
        ("Jan 18", "Closed: Martin Luther King Jr. Day"),
    ]


def test_a_holiday_on_a_day_that_is_closed_anyway_is_not_listed():
    fourth_is_saturday = describe_dates(
        hours(OFFICE, holidays="US"), date(2026, 7, 1), date(2026, 7, 31), english
    )
    assert fourth_is_saturday == [("Jul 3", "Closed: Independence Day")]


def test_every_source_string_of_a_sentence_has_its_placeholders_named():
    source = "".join(path.read_text() for path in Path("directory/hours").glob("*.py"))
    strings = re.findall(r'(?:gettext|N_)\("([^"]+)"\)', source)
    assert len(strings) > 60
    assert not [text for text in strings if re.search(r"%|\{\}|\{\d", text)]
    for text, translated in WORDS.items():
        assert text in strings
        named = set(re.findall(r"\{(\w+)\}", text))
        assert set(re.findall(r"\{(\w+)\}", translated)) == named
