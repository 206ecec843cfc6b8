"""What is typed into the forms for staff, and what codes are called."""

from collections.abc import Iterable
from datetime import date

import pytest

from accounts import keys
from core.access import EVERY_ROLE
from patients import forms
from patients.models import (
    AssignmentKind,
    ConsentBy,
    ConsentHow,
    LoopConfirmation,
    NeedStatus,
    TimeKind,
    Urgency,
)
from web.i18n import language
from web.staff import wording
from web.staff.events import ACTIONS, action_words
from web.staff.keys import SCOPES
from web.staff.reading import read_day, read_number
from web.staff.typed import typed_from, typed_of
from web.staff.week import read_window, window_fields

EN, ES = language("en"), language("es")


@pytest.mark.parametrize(
    ("text", "code", "day"),
    [
        ("4/9/1961", "en", date(1961, 4, 9)),
        ("4/9/1961", "es", date(1961, 9, 4)),
        (" 1961-04-09 ", "es", date(1961, 4, 9)),
        ("13/1/1961", "en", None),
        ("soon", "en", None),
        ("", "en", None),
        ("9999-12-31", "en", None),
        ("0001-01-01", "en", None),
    ],
)
def test_a_day_is_read_as_people_write_it(text: str, code: str, day: date | None) -> None:
    assert read_day(text, code) == day


def test_a_number_is_one_or_the_default() -> None:
    assert [read_number(text) for text in ("3", "", "x", "-1", "9" * 5000)] == [3, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "text", ["mon,wed 09:00-12:00", "daily 00:00-24:00", "fri 22:00-02:00", "weekdays 18:00-24:00"]
)
def test_a_window_goes_into_a_form_and_comes_back(text: str) -> None:
    typed = typed_of(window_fields("t0", text))
    said, errors = read_window(typed, "t0", EN)
    assert errors == {}
    assert window_fields("t0", said) == window_fields("t0", text)


def test_what_was_typed_is_kept_but_secrets() -> None:
    sent = [("name", "Ana"), ("roles", "a"), ("roles", "b"), ("password", "x"), ("csrf_token", "t")]
    typed = typed_from([*sent, ("file", object()), ("long", "y" * 50_000)])
    again = typed.wrong({"name": "No."})
    assert again.value("name") == "Ana" and again.all("roles") == ("a", "b")
    assert again.error("name") == "No." and again.error("roles") == ""
    assert again.value("password") == again.value("csrf_token") == again.value("file") == ""
    assert len(again.value("long")) == 20_000


def test_every_code_of_a_record_has_words() -> None:
    codes: dict[str, Iterable[str]] = {
        "mobility": forms.MOBILITY,
        "communication": forms.COMMUNICATION,
        "income": forms.INCOME_BANDS,
        "restricted": forms.RESTRICTED,
        "shared": forms.DATA_CATEGORIES,
        "status": NeedStatus,
        "loop": LoopConfirmation,
        "urgency": Urgency,
        "time": TimeKind,
        "how": ConsentHow,
        "by": ConsentBy,
        "kind": AssignmentKind,
        "role": EVERY_ROLE,
    }
    for name, wanted in codes.items():
        assert list(wording.LISTS[name]) == [str(code) for code in wanted], name
    assert set(wording.OTHER_NEEDS) == set(forms.OTHER_NEEDS)
    assert set(SCOPES) == set(keys.SCOPES)


def test_what_was_done_is_said() -> None:
    assert action_words("need.met", EN) == "A need stands at: Met"
    assert action_words("need.open", ES) == "Abrió una necesidad"
    assert action_words("something.new", EN) == "something.new"
    assert all(action_words(action, ES) != action for action in ACTIONS)
