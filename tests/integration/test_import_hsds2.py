"""HSDS 2 in a dialect: shared rows taken apart, words read, the rest named."""

from pathlib import Path
from typing import Any

import pytest

from core.db import Database
from directory import queries
from directory.importing import Format
from tests.support.import_files import county2, write
from tests.support.importing import Importer, changes, told

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture
def importer(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)


@pytest.fixture
def one(sqlite_database: Database, tmp_path: Path) -> Importer:
    return Importer(sqlite_database, tmp_path)


@pytest.fixture
def county() -> Tables:
    return county2()


def test_a_dialect_is_known_by_its_files_and_read_whole(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    result = importer(write(tmp_path / "in", county))
    assert result.format == Format.HSDS2_CSV
    service = importer.one("service", source_id="10")
    with importer.db.read() as session:
        views = {
            v.location and v.location.name: v
            for v in queries.service_detail(session, service["id"])
        }
    main, annex = views["Main Street"], views["Annex"]
    assert main.organization.description == "Café"
    assert main.organization.website == "http://example.org"
    assert main.program == "Food"
    assert {(p.number, p.extension, p.languages) for p in main.phones} == {
        ("(919) 555-0101", 12, ()),
        ("919-555-0102", None, ("es",)),
    }
    assert main.location and main.location.address
    assert main.location.address.line == "1 Main Street, Durham, NC 27701"
    assert annex.location and annex.location.latitude is None
    assert main.hours and {(rule.byday, rule.freq) for rule in main.hours.rules} == {
        ("MO,TU,WE,TH,FR", "WEEKLY")
    }
    assert "Every full moon dusk" in main.schedule_notes
    assert main.codes("handrail/category") == ("food-pantry",)
    assert main.codes("handrail/audience") == ("older-adults",)
    assert (main.minimum_age, main.maximum_age) == (60, None)
    assert main.eligibility_description == "Ages 60+; Durham County, NC Residents"
    assert [(area.kind, area.code) for area in main.areas] == [("county", "NC/Durham")]
    assert [cost.option for cost in main.costs] == ["free"]
    assert main.email is None  # jdoe@


def test_what_is_not_imported_is_named(one: Importer, county: Tables, tmp_path: Path) -> None:
    result = one(write(tmp_path / "in", county))
    assert sorted(told(result, "kind", "file", "row", "id", "field", "reason")) == sorted(
        [
            ("orphan", "services.csv", 3, "11", "organization_id", "no_parent"),
            ("link dropped", "locations.csv", 3, "21", "organization_id", "points_nowhere"),
            ("link dropped", "locations.csv", 4, "22", "organization_id", "points_nowhere"),
            ("orphan", "locations.csv", 4, "22", "organization_id", "no_parent"),
            ("link dropped", "services.csv", 2, "10", "phone", "points_nowhere"),
            ("link dropped", "phones.csv", 4, "31", "language", "points_nowhere"),
            ("value dropped", "schedules.csv", 6, "43", "opens_at", "unreadable_hours"),
            ("orphan", "schedules.csv", 7, "44", "location_id", "place_not_of_service"),
        ]
    )
    assert {rule: result.tally.repairs[rule] for rule in SOME_RULES} == SOME_RULES
    assert result.tally.personal == {"service.email": 1}


SOME_RULES = {
    "address_without_city": 1,
    "empty_row": 1,
    "extension_in_number": 2,
    "hours_in_words": 4,
    "html_entities": 1,
    "point_at_zero": 1,
    "postal_code_marks": 1,
    "program_description_in_alternate_name": 1,
    "several_parents": 1,
    "status_missing": 1,
    "status_number": 1,
    "type_number": 1,
    "url_without_scheme": 1,
    "weekday_without_times": 1,
}


def test_importing_again_changes_nothing_and_a_new_year_updates_in_place(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    importer(write(tmp_path / "county" / "2022", county), source="")
    assert importer(tmp_path / "county" / "2022", source="").changed == 0
    county["services_at_location"][0]["id"] = "999"  # row numbers change from year to year
    county["service_attributes"][0]["id"] = "998"
    county["services"][0]["service_name"] = "Food pantry"
    county["phones"] = county["phones"][:1]
    county["schedules"][0]["until"] = county["schedules"][1]["until"] = "6:00PM"
    result = importer(write(tmp_path / "county" / "2023", county), source="")
    assert result.source == "county"
    assert changes(result) == {
        "service": (0, 1, 0),
        "phone": (0, 0, 2),
        "schedule": (0, 2, 0),
    }
    assert importer(tmp_path / "county" / "2023", source="").changed == 0


def test_rows_with_one_id_and_two_contents_are_refused(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    county["phones"].append({**county["phones"][0], "number": "919-555-0103"})
    result = one(write(tmp_path / "in", county))
    assert ("refused", "phones.csv", 5, "30", "duplicate_id") in told(
        result, "kind", "file", "row", "id", "reason"
    )


def test_a_refused_shared_row_leaves_its_copies_as_they_were(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    one(write(tmp_path / "in", county))
    before = one.rows("address")
    county["physical_addresses"][0]["postal_code"] = ""
    one(write(tmp_path / "in", county))
    assert one.rows("address") == before != []


def test_the_standards_own_second_version(one: Importer, tmp_path: Path) -> None:
    tables: Tables = {
        "organizations": [
            {"id": "o", "name": "Helpers", "description": "", "url": "https://example.org"}
        ],
        "services": [
            {"id": "s", "organization_id": "o", "name": "Respite", "status": "active", "fees": ""}
        ],
        "locations": [
            {"id": "l", "organization_id": "o", "name": "Hall", "latitude": "", "longitude": ""}
        ],
        "services_at_location": [
            {"id": "sl", "service_id": "s", "location_id": "l", "description": "Room 2"}
        ],
        "contacts": [
            {"id": "c", "service_id": "s", "name": "", "department": "Intake", "email": ""}
        ],
        "phones": [{"id": "p", "contact_id": "c", "number": "919-555-0101", "service_id": ""}],
        "regular_schedules": [
            {
                "id": "r",
                "service_id": "",
                "location_id": "",
                "service_at_location_id": "sl",
                "weekday": "1",
                "opens_at": "09:00",
                "closes_at": "17:00",
            }
        ],
        "schedules": [
            {
                "id": "m",
                "service_id": "s",
                "freq": "MONTHLY",
                "byday": "2SA",
                "opens_at": "09:00",
                "closes_at": "11:00",
            }
        ],
        "holiday_schedules": [
            {
                "id": "h",
                "service_id": "s",
                "closed": "true",
                "start_date": "2024-12-24",
                "end_date": "2024-12-26",
            }
        ],
        "eligibility": [{"id": "e", "service_id": "s", "eligibility": "Family caregivers"}],
        "payments_accepted": [{"id": "pay", "service_id": "s", "payment": "Medicaid"}],
        "languages": [{"id": "lang", "service_id": "s", "location_id": "", "language": "Spanish"}],
        "accessibility_for_disabilities": [
            {"id": "a", "location_id": "l", "accessibility": "Wheelchair ramp", "details": ""}
        ],
        "service_areas": [
            {
                "id": "area",
                "service_id": "s",
                "service_area": "Durham County, NC",
                "description": "",
            }
        ],
        "required_documents": [{"id": "d", "service_id": "s", "document": "Photo ID"}],
        "postal_addresses": [
            {
                "id": "pa",
                "location_id": "l",
                "address_1": "PO Box 1",
                "city": "Durham",
                "state_province": "NC",
                "postal_code": "27701",
                "country": "US",
            }
        ],
        "taxonomy": [{"id": "t", "name": "Respite Care", "parent_id": "", "vocabulary": "Ours"}],
        "service_taxonomy": [{"id": "st", "service_id": "s", "taxonomy_id": "t"}],
    }
    result = one(write(tmp_path / "in", tables))
    assert told(result, "reason", "field") == []
    assert one.one("schedule", freq="WEEKLY")["byday"] == "MO"
    assert one.one("schedule", freq="MONTHLY")["byday"] == "2SA"
    assert one.one("schedule", freq="WEEKLY")["service_at_location_id"]
    assert one.one("schedule_exception")["ends_on"] == "2024-12-26"
    assert one.one("service")["eligibility_description"] == "Family caregivers"
    assert one.one("cost_option")["option"] == "medicaid"
    assert one.one("language")["code"] == "es"
    assert one.one("accessibility")["code"] == "wheelchair"
    assert one.one("service_area")["code"] == "NC/Durham"
    assert one.one("required_document")["code"] == "photo-id"
    assert one.one("address")["address_type"] == "postal"
    assert one.one("phone")["contact_id"] == one.one("contact")["id"]
    assert one.one("taxonomy")["name"] == "Ours"
    assert one.one("service_at_location")["description"] == "Room 2"
    assert one(tmp_path / "in").changed == 0


def test_by_appointment_is_said_of_the_service(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    county["schedules"][3] |= {"weekday": "Saturday", "dtstart": "By appointment", "until": ""}
    one(write(tmp_path / "in", county))
    assert one.one("service", source_id="10")["by_appointment"] is True


def test_24_hours_and_past_midnight(one: Importer, county: Tables, tmp_path: Path) -> None:
    county["schedules"][2] |= {"byday": "", "weekday": "Monday-Sunday", "dtstart": "24 Hours"}
    county["schedules"][3] |= {"weekday": "Friday", "dtstart": "7:00PM", "until": "2:00AM"}
    one(write(tmp_path / "in", county))
    spans = {(row["byday"], row["opens_at"], row["closes_at"]) for row in one.rows("schedule")}
    assert ("MO,TU,WE,TH,FR,SA,SU", "00:00:00", "00:00:00") in spans
    assert ("FR", "19:00:00", "02:00:00") in spans
