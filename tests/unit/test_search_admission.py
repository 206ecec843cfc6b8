"""Documents an engine must not take are refused with a reason that names the field."""

import pytest

from search.admission import Document, refusal
from tests.contract.documents import make_document


def test_a_whole_document_may_go_in():
    assert refusal(make_document("a1")) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "has space"),
        ("id", ""),
        ("id", 7),
        ("name", None),
        ("categories", "food"),
        ("categories", [1]),
        ("lat", 200.0),
        ("lat", None),
        ("lng", float("nan")),
        ("wait_days", "soon"),
        ("wait_days", True),
        ("wait_days", 1.5),
        ("wait_days", -1),
        ("assured_date", "last spring"),
        ("hours", "{}"),
        ("hours", 9),
        ("accepts_referrals", None),
        ("city", ["Durham"]),
        ("minimum_age", float("inf")),
    ],
)
def test_a_wrong_field_is_named(field, value):
    reason = refusal(make_document("a1", lat=36.0, lng=-78.9) | {field: value})
    assert reason is not None and reason.startswith(field)


def test_missing_fields_are_listed():
    document = make_document("a1")
    del document["name"], document["area"]
    assert refusal(document) == "missing: area, name"


def test_the_helper_makes_every_field():
    assert make_document("a1").keys() == Document.__required_keys__
