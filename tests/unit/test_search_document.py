"""A directory view becomes a document, or must not."""

from dataclasses import replace
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from directory.codes import CATEGORY, COST, DELIVERY, INSURANCE, TRIP_TYPE, codes, term_id
from directory.hours import Hours, Rule
from directory.views import (
    AddressView,
    AreaView,
    AttributeView,
    CapacityView,
    CostView,
    DocumentView,
    LocationView,
    OrganizationView,
    PhoneView,
    ServiceView,
    TextView,
)
from search.admission import refusal
from search.documents import beginning, content_hash, document
from search.fields import title_words

NOW = datetime(2025, 3, 4, tzinfo=UTC)
PLACE = LocationView(
    id="loc",
    name="Main Street",
    location_type="physical",
    latitude=36.0,
    longitude=-78.9,
    timezone=None,
    confidential=False,
    addresses=(AddressView("1 Main Street", None, "Durham", "NC", "27701", region="Durham"),),
)


def attribute(list_name: str, code: str) -> AttributeView:
    known = codes(list_name)[code]
    return AttributeView(list_name, code, known.id, known.name())


def view(**fields: Any) -> ServiceView:
    plain = ServiceView(
        id="sal",
        service_id="svc",
        name="Rides",
        alternate_name=None,
        description=None,
        status="active",
        visibility="public",
        organization=OrganizationView("org", "Eno River Helpers", None, ""),
        program=None,
        location=PLACE,
        hours=None,
        schedule_notes=(),
        accepts_referrals=True,
        by_appointment=False,
        wait_days=None,
        wait_asked_on=None,
        wait_time=None,
        minimum_age=None,
        maximum_age=None,
        assured_date=None,
        last_modified=NOW,
        source="test",
        url=None,
        email=None,
        application_process=None,
        fees=None,
        fees_description=None,
        eligibility_description=None,
        interpretation_services=None,
        accreditations=None,
        licenses=None,
        alert=None,
        place_note=None,
    )
    return replace(plain, **fields)


def made(**fields: Any) -> Any:
    found = document(view(**fields))
    assert found is not None and refusal(found) is None
    return found


@pytest.mark.parametrize(
    "fields",
    [
        {"visibility": "restricted"},
        {"status": "inactive"},
        {"status": "defunct"},
        {"status": "temporarily closed"},
        {"location": replace(PLACE, confidential=True)},
    ],
)
def test_what_nobody_may_find_or_use_never_becomes_a_document(fields):
    assert document(view(**fields)) is None


def test_what_staff_of_the_network_may_find_says_so():
    assert made(visibility="network")["visibility"] == "network"


def test_the_facts_of_a_view_are_in_its_document():
    hours = Hours(rules=(Rule(byday="TU", opens_at=time(17), closes_at=time(21)),))
    found = made(
        hours=hours,
        costs=(CostView("sliding_scale"), CostView(None), CostView("a text of an import")),
        documents=(DocumentView("photo-id", None), DocumentView(None, "A letter")),
        areas=(AreaView("zip", "27701"), AreaView("county", "NC/Durham"), AreaView("text", "-")),
        capacities=(CapacityView("seats", 0, 4, NOW), CapacityView("beds", 1, None, NOW)),
        phones=(PhoneView("919-555-0101", 7, "voice", "Front desk"),),
        languages=("es",),
        assured_date=date(2025, 1, 2),
        wait_days=3,
        wait_asked_on=date(2025, 2, 3),
    )
    assert found["hours"] == hours.key()
    assert (found["cost"], found["documents"]) == (["sliding_scale"], ["photo-id"])
    assert found["area"] == ["zip:27701", "county:NC/Durham"]
    assert found["has_capacity"] is True
    assert found["phones"] == [
        {"number": "919-555-0101", "description": "Front desk", "type": "voice", "extension": 7}
    ]
    assert (found["city"], found["county"], found["state"]) == ("Durham", "Durham", "NC")
    assert found["address"] == "1 Main Street, Durham, NC 27701"
    assert (found["assured_date"], found["wait_asked_on"]) == ("2025-01-02", "2025-02-03")


def test_unknown_capacity_stays_unknown():
    assert made()["has_capacity"] is None
    assert made(capacities=(CapacityView("beds", 0, 4, NOW),))["has_capacity"] is False


def test_a_term_brings_its_category_and_the_words_people_use_for_both():
    found = made(
        attributes=(attribute(CATEGORY, "dialysis-ride"), attribute(TRIP_TYPE, "dialysis"))
    )
    assert found["categories"] == ["transport"]
    assert found["terms"] == [term_id(CATEGORY, "dialysis-ride"), term_id(CATEGORY, "transport")]
    assert {"dialysis", "kidney", "rinon"} <= set(found["keywords"])
    assert {"Rides to dialysis", "Viajes a diálisis", "viaje", "kidney"} <= set(found["context"])


def test_words_of_a_category_are_those_of_its_general_kinds():
    pantry, garden = (
        made(attributes=(attribute(CATEGORY, code),))
        for code in ("food-pantry", "community-garden")
    )
    assert {"Food", "hungry", "Food pantries"} <= set(pantry["keywords"])
    assert "hungry" not in garden["keywords"] and "hungry" in garden["context"]


def test_what_a_kind_is_called_says_no_time_where_the_hours_do():
    dentist = (attribute(CATEGORY, "dental-care"),)
    mornings = Hours(rules=(Rule(byday="MO", opens_at=time(8), closes_at=time(12)),))
    assert "evenings" in title_words(made(attributes=dentist))
    assert "evenings" not in title_words(made(attributes=dentist, hours=mornings))


def test_terms_of_imported_taxonomies_are_kept_and_searched():
    imported = AttributeView("211", "BD-1800", "term-9", "Home meals")
    found = made(attributes=(imported, attribute(DELIVERY, "delivers")))
    assert found["terms"] == ["term-9"]
    assert found["keywords"] == ["Home meals"]
    assert found["categories"] == []


def test_a_translated_name_is_searched():
    assert made(translations={"es": {"name": TextView("Viajes")}})["keywords"] == ["Viajes"]


def test_accepted_insurance_implies_a_way_of_paying():
    taken = (attribute(INSURANCE, "medicaid"), attribute(INSURANCE, "private"))
    assert made(attributes=taken)["cost"] == ["medicaid", "insurance"]
    assert made()["cost"] == ["unknown"]
    assert "none_needed" in codes(INSURANCE) and "free" in codes(COST)


def test_where_nothing_is_said_a_service_is_had_at_its_place_or_by_telephone():
    phone = (PhoneView("919-555-0101"),)
    assert made()["delivery"] == ["in_person"]
    assert made(location=None, phones=phone)["delivery"] == ["phone"]
    assert made(location=None)["delivery"] == []
    assert made(attributes=(attribute(DELIVERY, "visits"),))["delivery"] == ["visits"]


def test_where_no_area_is_stated_anybody_may_come_but_visits_stay_in_the_state():
    visits = (attribute(DELIVERY, "visits"),)
    assert made()["area"] == ["any"]
    assert made(attributes=visits)["area"] == ["state:NC"]
    assert made(attributes=visits, location=None)["area"] == ["any"]
    assert made(attributes=(*visits, attribute(DELIVERY, "in_person")))["area"] == ["any"]


def test_a_long_description_is_cut_at_a_word():
    summary = made(description="Word  \n" * 2_000)["summary"]
    assert summary.startswith("Word Word ") and summary.endswith("Word …")
    assert 3_900 < len(summary) < 4_010
    assert len(beginning(summary)) < 410


def test_the_hash_changes_with_the_content_only():
    first, same, other = made(), made(), made(name="Vans")
    assert first["hash"] == same["hash"] == content_hash(first)
    assert first["hash"] != other["hash"]


def test_a_card_can_be_read_in_the_languages_it_was_translated_to():
    said = view(
        description="Rides to care.",
        translations={
            "es": {"name": TextView("Viajes"), "description": TextView("Al médico.", machine=True)},
            "fr": {"fees_description": TextView("Gratuit")},
        },
    )
    found = document(said)
    assert found is not None
    assert found["translations"] == {
        "es": {"name": "Viajes", "summary": "Al médico.", "machine": True}
    }
