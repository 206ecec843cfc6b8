"""Facts in words, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from directory.geocode import Place
from directory.hours import Hours, Rule, Window
from web import times, words
from web.forms import SearchForm
from web.i18n import language
from web.ribbon import LARGE

EN, ES = language("en"), language("es")
ZIP = Place("27701", "zip", 35.99, -78.9)
SPOT = Place("35.99000, -78.90000", "point", 35.99, -78.9, approximate=False)
TUESDAY_NOON = datetime(2026, 3, 3, 17, tzinfo=UTC)


def rule(byday: str, opens: str, closes: str) -> Rule:
    return Rule(
        byday=byday, opens_at=time.fromisoformat(opens), closes_at=time.fromisoformat(closes)
    )


@pytest.mark.parametrize(
    ("metres", "english", "spanish"),
    [
        (
            100,
            "less than a mile from the middle of 27701",
            "a menos de una milla del centro de 27701",
        ),
        (1700, "about 1 mile from the middle of 27701", "a cerca de 1 milla del centro de 27701"),
        (4800, "about 3 miles from the middle of 27701", "a cerca de 3 millas del centro de 27701"),
    ],
)
def test_distance_from_a_zip_is_from_its_middle(metres: float, english: str, spanish: str) -> None:
    assert words.distance(metres, ZIP, EN) == english
    assert words.distance(metres, ZIP, ES) == spanish


def test_distance_from_a_spot_names_no_middle() -> None:
    assert words.distance(4800, SPOT, EN) == "about 3 miles from the place you gave"


def test_cost_is_one_line_and_unknown_is_said() -> None:
    assert (
        words.cost(["sliding_scale", "medicaid"], EN) == "Sliding scale by income, takes Medicaid"
    )
    assert words.cost([], EN) == "Ask about the cost"


def test_a_wait_carries_the_day_it_was_asked() -> None:
    assert words.wait(9, date(2026, 5, 3), EN) == "about 9 days (asked May 3, 2026)"
    assert words.wait(0, date(2026, 5, 3), ES) == "sin espera (preguntado el 3 de mayo de 2026)"
    assert words.wait(None, None, EN) == ""


def test_an_entry_nobody_checked_says_so() -> None:
    assert words.checked(None, EN) == "Not checked yet: call first"


@pytest.mark.parametrize(
    ("number", "extension", "href"),
    [
        ("(919) 555-0142", None, "tel:+19195550142"),
        ("919-555-0142", 3, "tel:+19195550142,3"),
        ("+1 919 555 0142", None, "tel:+19195550142"),
        ("211", None, "tel:211"),
    ],
)
def test_a_phone_number_can_be_dialled(number: str, extension: int | None, href: str) -> None:
    assert words.phone(number, extension, None, EN).href == href


def test_a_code_that_no_list_has_is_shown_as_it_is() -> None:
    assert words.label("handrail/cost", "barter", EN) == "barter"
    assert words.mark(["barter"]) == "other"


def test_the_week_in_short_joins_days_with_the_same_hours() -> None:
    hours = Hours(rules=(rule("MO,TU,WE,FR", "09:00", "17:00"), rule("SA", "10:00", "14:30")))
    lines = [line.replace("\xa0", " ") for line in times.compact(hours, TUESDAY_NOON, EN)]
    assert lines == ["Mon–Wed, Fri 9 a.m. – 5 p.m.", "Sat 10 a.m. – 2:30 p.m."]


def test_the_week_in_short_says_what_is_not_so_every_week() -> None:
    monthly = Rule(freq="MONTHLY", byday="1TU", opens_at=time(17), closes_at=time(20))
    summer = replace(
        rule("MO,TU,WE,TH,FR", "08:00", "09:00"),
        dtstart=date(2026, 6, 15),
        until=date(2026, 8, 14),
    )
    hours = Hours(rules=(rule("TU,WE", "09:00", "17:00"), monthly, summer))
    lines = [line.replace("\xa0", " ") for line in times.compact(hours, TUESDAY_NOON, EN)]
    assert lines[-2:] == [
        "First Tuesday of the month, 5–8 p.m.",
        "Mon–Fri 8–9 a.m. (from Jun 15) (until Aug 14)",
    ]
    alone = times.compact(Hours(rules=(monthly,)), TUESDAY_NOON, EN)
    assert alone == ("First Tuesday of the month, 5–8 p.m.",)


def test_the_ribbon_is_thick_where_it_is_open_and_marks_now() -> None:
    hours = Hours(rules=(rule("TU", "18:00", "02:00"),))
    view = times.draw(hours, TUESDAY_NOON, EN, LARGE)
    assert [len(post.spans) for post in view.posts] == [0, 1, 1, 0, 0, 0, 0]
    tuesday, wednesday = view.posts[1].spans[0], view.posts[2].spans[0]
    midnight, day = LARGE.top + LARGE.rail / 2, LARGE.day
    assert tuesday.y == pytest.approx(midnight + day * 18 / 24)
    assert tuesday.height == pytest.approx(day * 6 / 24)
    assert wednesday.y == midnight  # what runs past midnight goes on the next day
    assert wednesday.height == pytest.approx(day * 2 / 24)
    assert view.now == (view.posts[1].x, midnight + day / 2)
    assert [post.today for post in view.posts].index(True) == 1


def test_days_nobody_knows_are_dotted_and_not_closed() -> None:
    partly = Hours(rules=(rule("TU", "09:00", "17:00"), Rule(byday="WE")))
    posts = times.draw(partly, TUESDAY_NOON, EN).posts
    assert [post.unsure for post in posts] == [False, False, True, False, False, False, False]
    assert "stroke-dasharray" in times.week_drawing(partly, TUESDAY_NOON, EN, LARGE)
    nothing = Hours(by_appointment=True)
    assert times.week_drawing(nothing, TUESDAY_NOON, EN, LARGE) == ""


def test_the_drawing_is_that_of_the_category_a_kind_lies_in() -> None:
    assert words.mark(["primary-care"]) == "evening-clinic"
    assert words.mark(["unheard-of", "food"]) == "food"


def test_the_ribbon_lights_up_where_the_asked_time_is_open() -> None:
    hours = Hours(rules=(rule("TU", "09:00", "20:30"),))
    window = (Window(1, 19 * 60, 21 * 60), Window(5, 0, 1440))
    spans = times.draw(hours, TUESDAY_NOON, EN, wanted=window).posts[1].spans
    assert [span.fits for span in spans] == [False, True]
    assert times.draw(hours, TUESDAY_NOON, EN).posts[1].spans[-1].fits is False


@pytest.mark.parametrize(
    ("typed", "english"),
    [
        ({"when": "now"}, "Open now"),
        ({"when": "choose", "day": "tue", "from": "19:00"}, "Tuesday at 7 p.m."),
        ({"when": "choose", "day": "weekend"}, "Weekend"),
        ({"when": "choose", "to": "12:00"}, "Until noon"),
        ({"when": "choose"}, ""),
        ({}, ""),
    ],
)
def test_the_asked_time_is_said_as_people_say_it(typed: dict[str, str], english: str) -> None:
    assert times.chosen_time(SearchForm(typed), EN).replace("\xa0", " ") == english


@pytest.mark.parametrize(
    ("tag", "english", "spanish"),
    [
        ("es", "Spanish", "Español"),
        ("zh-Hant-TW", "Traditional Chinese", "Chino tradicional"),
        ("ksw", "S'gaw Karen", "Karen s’gaw"),
        ("ase", "American Sign Language", "Lengua de señas americana"),
        ("qzz", "qzz", "qzz"),
        ("en--x", "English", "Inglés"),
    ],
)
def test_a_language_is_called_by_its_name(tag: str, english: str, spanish: str) -> None:
    assert EN.language_name(tag) == english
    assert ES.language_name(tag) == spanish
