"""What may be written about a patient, and how names are compared."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clock import now
from core.errors import Invalid
from patients import names
from patients.forms import ConsentForm, NeedForm, PatientForm, TimeForm, parse

TOMORROW = (now() + timedelta(days=1)).date().isoformat()


@pytest.mark.parametrize(
    ("form", "values", "field"),
    [
        (PatientForm, {}, "name"),
        (PatientForm, {"name": "  "}, "name"),
        (PatientForm, {"name": "\u202e\u200b"}, "name"),
        (PatientForm, {"name": "x" * 201}, "name"),
        (PatientForm, {"name": "A", "birth_date": "1899-12-31"}, "birth_date"),
        (PatientForm, {"name": "A", "birth_date": TOMORROW}, "birth_date"),
        (PatientForm, {"name": "A", "birth_date": "2000-02-30"}, "birth_date"),
        (PatientForm, {"name": "A", "postal_code": "2770"}, "postal_code"),
        (PatientForm, {"name": "A", "pin": [91, 0]}, "pin.0"),
        (PatientForm, {"name": "A", "languages": ["Spanish!"]}, "languages.0"),
        (PatientForm, {"name": "A", "insurance": ["gold"]}, "insurance"),
        (PatientForm, {"name": "A", "diagnosis": "x"}, "diagnosis"),
        (TimeForm, {"kind": "blocked", "window": "someday"}, "window"),
        (TimeForm, {"kind": "maybe", "window": "tue 08:00-12:00"}, "kind"),
        (NeedForm, {"category": "yacht"}, "category"),
        (ConsentForm, {"partners": []}, "partners"),
        (
            ConsentForm,
            {"partners": ["p"], "data_categories": ["name"], "given_how": "verbal",
             "valid_from": "2026-02-01", "valid_until": "2026-01-31"},
            "form",
        ),
        (
            ConsentForm,
            {"partners": ["p"], "data_categories": ["name"], "given_how": "verbal",
             "given_by": "proxy"},
            "form",
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_its_field(form: Any, values: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse(form, values)
    assert field in caught.value.errors


def test_all_errors_are_told_at_once_and_no_value_is_repeated() -> None:
    with pytest.raises(Invalid) as caught:
        parse(PatientForm, {"name": "A", "birth_date": "canaryday", "postal_code": "canaryzip"})
    assert set(caught.value.errors) == {"birth_date", "postal_code"}
    assert "canary" not in repr(caught.value.errors)


def test_blank_fields_of_a_page_are_nothing() -> None:
    form = parse(PatientForm, {"name": " Ana ", "birth_date": "", "postal_code": "", "notes": " "})
    assert (form.name, form.birth_date, form.postal_code, form.notes) == ("Ana", None, None, None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("catherine", "katerin"),
        ("gonzalez", "gonsales"),
        ("garcia", "garsia"),
        ("vasquez", "bazques"),
        ("hernandez", "ernandes"),
        ("philip", "felipe"),
        ("sara", "sarah"),
        ("smith", "smyth"),
        ("yolanda", "llolanda"),
    ],
)
def test_names_that_sound_alike_share_a_sound(one: str, other: str) -> None:
    assert names.sound(one) == names.sound(other)


@pytest.mark.parametrize(("one", "other"), [("ana", "bo"), ("garcia", "gomez"), ("luis", "elena")])
def test_names_that_do_not_sound_alike_do_not(one: str, other: str) -> None:
    assert names.sound(one) != names.sound(other)


@given(st.text())
def test_any_text_has_folded_tokens(text: str) -> None:
    assert all(token for _, token in names.tokens(text))
    assert names.fold(names.fold(text)) == names.fold(text)
