"""The code lists are whole: both languages, no repeats, ids that never move."""

import re

import pytest

from directory import codes
from directory.code_rows import attribute, code_rows
from directory.codes import code_lists
from directory.models import TaxonomyTerm, TermCrosswalk, Translation

EVERY_CODE = [code for found in code_lists().values() for code in found.codes.values()]

# Ids and names of the Open Eligibility code system that our terms point at.
OPEN_ELIGIBILITY = {
    "1102": "Food",
    "1105": "Transit",
    "1127": "Community Gardens",
    "1129": "Food Delivery",
    "1130": "Food Pantry",
    "1131": "Free Meals",
    "1133": "Food Benefits",
    "1157": "Diapers & Formula",
    "1173": "Bus Passes",
    "1174": "Help Pay for Gas",
    "1176": "Transportation for Healthcare",
    "1184": "Dental Care",
    "1201": "Discounted Healthcare",
    "1203": "Medical Supplies",
    "1204": "Prescription Assistance",
    "1206": "Primary Care",
    "1217": "Maternity Care",
    "1220": "Counseling",
    "1223": "Disease Management",
    "1227": "Vaccinations",
    "1278": "Adult Daycare",
    "1286": "Relief for Caregivers",
}


def test_there_are_five_categories_with_terms_under_each():
    assert codes.categories() == ("transport", "respite", "food", "pharmacy", "evening-clinic")
    for category in codes.categories():
        assert 8 <= len(list(codes.terms_of(category))) <= 11


def test_the_taxonomy_has_two_levels():
    for code in codes.codes(codes.CATEGORY).values():
        assert codes.category_of(code.code) in codes.categories()
        assert code.keywords
        assert code.descriptions.keys() == {"en", "es"}


@pytest.mark.parametrize("code", EVERY_CODE, ids=lambda code: f"{code.list_name}:{code.code}")
def test_every_code_is_a_slug_with_an_english_and_a_spanish_name(code):
    assert re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", code.code)
    assert code.names.keys() == {"en", "es"}
    assert all(name.strip() == name and 2 <= len(name) <= 60 for name in code.names.values())
    assert code.name("fr") == code.names["en"]


def test_no_list_says_the_same_thing_twice():
    for found in code_lists().values():
        for language in ("en", "es"):
            names = [code.names[language] for code in found.codes.values()]
            assert len(names) == len(set(names)), found.name


def test_only_known_open_eligibility_ids_are_pointed_at():
    used = {identifier for code in EVERY_CODE for identifier in code.open_eligibility}
    assert used == OPEN_ELIGIBILITY.keys()


def test_every_code_becomes_rows_with_parents_first():
    rows = list(code_rows())
    seen: set[str] = set()
    for row in rows:
        if isinstance(row, TaxonomyTerm):
            assert row.taxonomy_id in seen
            assert row.parent_id is None or row.parent_id in seen
        seen.add(row.id)
    assert len(seen) == len(rows)
    assert sum(isinstance(row, TaxonomyTerm) for row in rows) == len(EVERY_CODE)
    assert sum(isinstance(row, Translation) for row in rows) == len(EVERY_CODE) + 50
    assert any(isinstance(row, TermCrosswalk) for row in rows)


def test_ids_are_the_same_on_every_installation():
    assert codes.term_id(codes.CATEGORY, "food") == "fd468884-45ed-5540-8ee5-02f0b1b55b81"
    hours = codes.codes(codes.RIDE_FEATURE)["notice-hours"]
    first, again = (attribute("service", "svc-1", hours, value) for value in ("24", "48"))
    assert (first.id, first.link_id, first.value) == (again.id, "svc-1", "24")


def test_an_unknown_list_or_term_is_an_error():
    with pytest.raises(KeyError):
        codes.codes("handrail/nothing")
    with pytest.raises(KeyError):
        codes.category_of("nothing")
