"""What people type into the search form, and the search it becomes."""

import pytest

from core.errors import Invalid
from web.forms import SearchForm, parameters, radius_m, read_clock, read_form
from web.i18n import language

EN = language("en")


def asked(**values: str) -> dict[str, list[str]]:
    return parameters(read_form(values.items()), EN)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("19:00", 1140),
        ("7 pm", 1140),
        ("7:30 p.m.", 1170),
        ("7:30 P. M.", 1170),
        ("12 am", 0),
        ("12 pm", 720),
        ("9", 540),
        ("19h30", 1170),
        ("0:00", 0),
        ("24:00", None),
        ("13 pm", None),
        ("0 am", None),
        ("7:60", None),
        ("noonish", None),
        ("", None),
        ("٧", 420),
    ],
)
def test_a_time_is_read_as_people_type_it(text: str, minutes: int | None) -> None:
    assert read_clock(text) == minutes


@pytest.mark.parametrize(
    ("typed", "window"),
    [
        ({"day": "tue", "from": "19:00"}, "tue 19:00-19:30"),
        ({"day": "tue", "from": "7 pm", "to": "9 pm"}, "tue 19:00-21:00"),
        ({"day": "fri", "from": "22:00", "to": "2:00"}, "fri 22:00-02:00"),
        ({"day": "sat"}, "sat 00:00-24:00"),
        ({"from": "23:45"}, "daily 23:45-00:15"),
        ({"day": "weekend", "to": "noon"}, None),
        ({"day": "weekend", "to": "12:00"}, "weekend 00:00-12:00"),
    ],
)
def test_a_chosen_time_becomes_a_window(typed: dict[str, str], window: str | None) -> None:
    if window is None:
        with pytest.raises(Invalid) as refused:
            asked(when="choose", **typed)
        assert refused.value.errors == {"to": "Type a time like 7:00 p.m. or 19:00."}
    else:
        assert asked(when="choose", **typed) == {"open_during": [window]}


def test_choosing_a_time_and_naming_none_asks_for_nothing() -> None:
    assert asked(when="choose") == {}


def test_a_day_and_time_count_only_when_a_time_is_chosen() -> None:
    assert asked(day="tue", **{"from": "19:00"}) == {}
    assert read_form([("when", ""), ("day", "tue"), ("from", "19:00")]).pairs == ()


def test_blank_fields_say_nothing() -> None:
    form = read_form([(name, "") for name in ("q", "near", "when", "within", "sort", "page")])
    assert form == SearchForm()
    assert parameters(form, EN) == {}


@pytest.mark.parametrize(
    ("name", "value"),
    [("when", "yesterday-ish"), ("day", "someday"), ("within", "3"), ("within", "-1")],
)
def test_a_value_that_is_not_offered_is_named(name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        asked(**{"when": "choose", name: value})
    assert set(refused.value.errors) == {name}


def test_several_wrong_fields_are_named_together() -> None:
    with pytest.raises(Invalid) as refused:
        asked(**{"when": "choose", "day": "someday", "from": "later", "within": "1e9"})
    assert set(refused.value.errors) == {"day", "from", "within"}


def test_sorting_by_distance_without_a_place_is_not_an_error() -> None:
    assert asked(sort="distance") == {}
    assert asked(sort="distance", near="27701") == {"sort": ["distance"]}


def test_values_repeat_or_stand_between_commas() -> None:
    form = read_form([("language", "es"), ("language", "fr,es"), ("kind", "food-pantry")])
    assert parameters(form, EN) == {"language": ["es", "fr"], "term": ["food-pantry"]}


def test_what_does_not_exist_is_passed_over_and_what_is_long_is_cut() -> None:
    form = read_form([("utm_source", "x"), ("q", "a" * 10_000), ("q", "second")])
    assert list(form.values) == ["q"]
    assert len(form.value("q")) == 501


def test_control_characters_become_spaces() -> None:
    assert read_form([("q", " evening\x00\n clinic\u202e ")]).value("q") == "evening clinic"


def test_links_keep_everything_but_what_is_taken_away() -> None:
    form = read_form(
        [("q", "x"), ("language", "es"), ("language", "fr"), ("page", "3"), ("within", "5")]
    )
    assert form.without("language", "es").pairs == (("q", "x"), ("within", "5"), ("language", "fr"))
    assert form.without("language").pairs == (("q", "x"), ("within", "5"))
    assert form.having("page", "4").value("page") == "4"
    assert form.having("sort", "soonest").value("page") == ""


def test_the_radius_is_in_metres() -> None:
    assert radius_m(SearchForm({"within": "10"})) == pytest.approx(16093.44)
    assert radius_m(SearchForm()) == pytest.approx(40233.6)
