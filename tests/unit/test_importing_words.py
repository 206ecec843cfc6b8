"""Words read as codes, hours and areas: what is plainly said, and no more."""

import pytest

from directory.codes import codes
from directory.hours import Rule
from directory.importing import crosswalk
from directory.importing.hours_rows import (
    Words,
    blank_form,
    columns_of,
    is_evening,
    read_description,
    rules_of,
    words_of,
)
from directory.importing.mending import CONFIDENTIAL
from directory.importing.personal import is_personal_contact, is_role_mailbox
from directory.importing.problems import Tally
from directory.importing.staging import Record


def named(term: str) -> list[str]:
    return [f"{code.list_name}/{code.code}" for code in crosswalk.codes_of(term)]


@pytest.mark.parametrize(
    ("term", "category"),
    [
        ("Transportation", "transport"),
        ("food pantry", "food-pantry"),
        ("Emergency Food", "food"),
        ("Meals", "hot-meal"),
        ("Respite Care", "respite"),
        ("Adult Daycare", "adult-day"),
        ("Prescription Assistance", "prescription-help"),
        ("Medications", "pharmacy"),
        ("Primary Care", "primary-care"),
        ("Clinic", "evening-clinic"),
    ],
)
def test_a_term_of_another_taxonomy_leads_to_our_category(term: str, category: str) -> None:
    assert f"handrail/category/{category}" in named(term)


def test_a_term_nobody_has_read_means_nothing_to_us() -> None:
    assert named("Pest Control") == named("") == named("pantry, food") == []


def test_every_term_of_the_crosswalk_names_codes_that_exist() -> None:
    assert all(named(term) for term in crosswalk._data()["terms"])
    assert all(code in codes("handrail/cost") for code in crosswalk._data()["costs"].values())
    for list_name, names in crosswalk._data()["names"].items():
        assert set(names.values()) <= set(codes(list_name))


def test_only_evening_clinic_codes_ask_for_an_evening() -> None:
    asked = [code for code in crosswalk.codes_of("Primary Care") if crosswalk.needs_evening(code)]
    assert [code.code for code in asked] == ["primary-care"]
    assert not any(map(crosswalk.needs_evening, crosswalk.codes_of("Food Pantry")))


def test_open_eligibility_ids_lead_to_our_categories() -> None:
    assert [c.code for c in crosswalk.codes_of_open_eligibility("1130")] == ["food-pantry"]
    assert crosswalk.codes_of_open_eligibility("") == ()


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("27701", ("zip", "27701")),
        ("Resident of 27701 Zip Code", ("zip", "27701")),
        ("Durham County, NC", ("county", "NC/Durham")),
        ("Durham County, NC Residents", ("county", "NC/Durham")),
        ("DC Resident", ("state", "DC")),
        ("North Carolina", ("state", "NC")),
        ("Nationwide", ("country", "US")),
        ("00000", None),
        ("Durham County", None),
        ("Northern Virginia Resident", None),
        ("Ward 8 Resident", None),
        ("20 mile radius", None),
        ("me", None),
        ("in or near Durham", None),
        ("", None),
    ],
)
def test_an_area_in_words(text: str, area: tuple[str, str] | None) -> None:
    assert crosswalk.area_of(text) == area


@pytest.mark.parametrize(
    ("term", "ages"),
    [
        ("Ages 60+", (60, None)),
        ("Seniors (55+)", (55, None)),
        ("Teens (13-19)", (13, 19)),
        ("Ages 0-3", (0, 3)),
        ("Ages 20-10", None),
        ("200% Federal Poverty Line", None),
        ("12-Step", None),
        ("All Ages", None),
    ],
)
def test_ages_in_a_term(term: str, ages: tuple[int, int | None] | None) -> None:
    assert crosswalk.ages_of(term) == ages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Spanish", "es"),
        ("spa", "es"),
        ("ES", "es"),
        ("es_US", "es"),
        ("American Sign Language", "ase"),
        ("Amharic", "am"),
        ("Klingonese", None),
        ("code", None),
    ],
)
def test_a_language_by_name_or_code(text: str, code: str | None) -> None:
    assert crosswalk.language_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Free", "free"),
        ("FREE OF CHARGE.", "free"),
        ("sliding_scale", "sliding_scale"),
        ("Sliding scale", "sliding_scale"),
        ("Free for residents", None),
        ("None", None),
        ("Not free", None),
    ],
)
def test_a_cost_that_is_plainly_said(text: str, code: str | None) -> None:
    found = crosswalk.cost_of(text)
    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    ("list_name", "text", "code"),
    [
        ("handrail/accessibility", "Wheelchair accessible.", "wheelchair"),
        ("handrail/accessibility", "Not wheelchair accessible. No ASL", None),
        ("handrail/document", "Photo ID", "photo-id"),
        ("handrail/document", "Prueba de domicilio", None),
    ],
)
def test_a_code_by_its_exact_name(list_name: str, text: str, code: str | None) -> None:
    assert crosswalk.code_named(list_name, text) == code


@pytest.mark.parametrize(
    ("mailbox", "role"),
    [
        ("info@example.org", True),
        ("intake.east@example.org", True),
        ("SAHintake@example.org", True),
        ("foodpantry@example.org", True),
        ("enroh@enrohelpers.org", True),
        ("erh@example.org", True),
        ("enroriverhelpers@example.com", True),
        ("jdoe@example.org", False),
        ("jo.doe@example.org", False),
        ("jo@example.org", False),
        ("lcarey@example.org", False),
        ("mcase@example.org", False),
        ("pwebber@example.org", False),
        ("jo1970@example.com", False),
    ],
)
def test_a_mailbox_is_a_persons_unless_it_plainly_is_not(mailbox: str, role: bool) -> None:
    assert is_role_mailbox(mailbox, ("Pantry", "Eno River Helpers", "Enro River Helpers")) is role


def test_a_mailbox_called_after_the_department_is_its_own() -> None:
    names = ("Rides", "Department of Aging and Community Living (DACL)")
    assert is_role_mailbox("dacl@example.gov", names)
    assert not is_role_mailbox("aging@example.gov", ("AGING WELL",))


@pytest.mark.parametrize(
    ("contact", "personal"),
    [
        ({"name": "Jo Doe"}, True),
        ({"name": None, "email": "jo@example.org"}, True),
        ({"department": "Intake", "email": "intake@example.org"}, False),
        ({"title": "Director"}, False),
    ],
)
def test_a_contact_row_is_a_persons_when_it_names_one(
    contact: dict[str, str | None], personal: bool
) -> None:
    assert is_personal_contact(contact) is personal


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Confidential", True),
        ("CONFIDENTIAL ADDRESS", True),
        ("Address is confidential.", True),
        ("(undisclosed location)", True),
        ("Location not disclosed", True),
        ("Address withheld", True),
        ("1 Confidential Street", False),
        ("Confidential Counseling Center", False),
        ("", False),
    ],
)
def test_an_address_that_says_it_is_secret(text: str, secret: bool) -> None:
    assert bool(CONFIDENTIAL.fullmatch(text)) is secret


# hours


def test_times_are_found_in_whichever_columns_a_dialect_has_them() -> None:
    dialect = {"weekday": "Monday-Friday", "dtstart": "8:30AM", "until": "5:30PM", "byday": ""}
    standard = {"byday": "MO", "opens_at": "9am", "closes_at": "5pm", "dtstart": "2024-01-01"}
    older = {"weekday": "2", "opens_at": "09:00", "closes_at": "17:00"}
    assert words_of(dialect) == Words("Monday-Friday", "8:30AM", "5:30PM")
    assert words_of(standard) == Words("MO", "9am", "5pm")
    assert standard["dtstart"] == "2024-01-01"
    assert words_of(older) == Words("TU", "09:00", "17:00")


def test_hours_in_words_become_rules() -> None:
    (rule,) = rules_of(Words("Monday-Friday", "8:30AM", "5:30PM")) or ()
    assert columns_of(rule) == {
        "freq": "WEEKLY",
        "interval": None,
        "byday": "MO,TU,WE,TH,FR",
        "opens_at": "08:30:00",
        "closes_at": "17:30:00",
    }
    (second,) = rules_of(Words("Second Saturday", "9:00AM", "11:00AM")) or ()
    assert (second.freq, second.byday) == ("MONTHLY", "2SA")
    (coded,) = rules_of(Words("MO, TU", "9am", "5pm")) or ()
    assert coded.byday == "MO,TU"


@pytest.mark.parametrize(
    "words",
    [
        Words("Every full moon", "dusk", ""),
        Words("Monday", "570", "1080"),
        Words("MO,XX", "9am", "5pm"),
        Words("", "9am", "5pm"),
    ],
)
def test_hours_that_are_not_understood_stay_words(words: Words) -> None:
    assert rules_of(words) is None


def test_a_weekday_without_times_is_a_blank_form() -> None:
    assert blank_form(Words("monday", "", ""))
    assert not blank_form(Words("Second Saturday", "", ""))
    assert not blank_form(Words("", "", ""))
    assert not blank_form(Words("monday", "9am", ""))


def test_a_description_alone_is_read_when_it_is_understood_whole() -> None:
    tally = Tally()
    text = "Mon-Fri 9am-5pm; Sat 10am-noon"
    said = read_description(Record("schedule", "1", {"description": text}), tally)
    assert [(one.id, one.data["byday"]) for one in said] == [("1", "MO,TU,WE,TH,FR"), ("1#2", "SA")]
    assert tally.repairs == {"hours_in_words": 1}
    vague = Record("schedule", "2", {"description": "Weekdays, mostly"})
    ruled = Record("schedule", "3", {"description": text, "byday": "SU"})
    assert read_description(vague, tally) == [vague]
    assert read_description(ruled, tally) == [ruled]


@pytest.mark.parametrize(
    ("rule", "evening"),
    [
        (("MO", "09:00", "17:00"), False),
        (("MO", "09:00", "17:30"), False),
        (("MO", "09:00", "19:00"), True),
        (("FR", "18:00", "02:00"), True),
        (("SA", "09:00", "12:00"), True),
        (("MO", "09:00", None), False),
    ],
)
def test_evening_or_weekend(rule: tuple[str, str, str | None], evening: bool) -> None:
    byday, opens, closes = rule
    assert is_evening({"byday": byday, "opens_at": opens, "closes_at": closes}) is evening


def test_a_rule_without_times_has_none_in_its_columns() -> None:
    assert columns_of(Rule(byday="MO"))["opens_at"] is None
