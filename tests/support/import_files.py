"""Invented directories to import: folders of HSDS 3.x and 2.x files, small enough to read."""

import csv
import json
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Rows = Sequence[Mapping[str, Any]]


def uid(name: str) -> str:
    """A UUID that stays the same for the same name."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"urn:test:{name}"))


ORG, PROGRAM, SERVICE, PLACE, AT = map(uid, ("org", "program", "service", "place", "at"))


def write(folder: Path, tables: Mapping[str, Rows]) -> Path:
    """One CSV file for each table; the columns are those of the first row."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


def county3() -> dict[str, list[dict[str, Any]]]:
    """HSDS 3: one organization with a pantry at one place, and something of every other table."""
    return {
        "organizations": [
            {
                "id": ORG,
                "name": "Eno River Helpers",
                "description": "Neighbors.",
                "email": "info@example.org",
                "website": "https://example.org",
            }
        ],
        "programs": [{"id": PROGRAM, "organization_id": ORG, "name": "Food", "description": "F"}],
        "services": [
            {
                "id": SERVICE,
                "organization_id": ORG,
                "program_id": PROGRAM,
                "name": "Saturday pantry",
                "description": "Groceries",
                "url": "https://example.org/pantry",
                "status": "active",
                "fees_description": "Free",
                "assured_date": "2024-05-01",
            }
        ],
        "locations": [
            {
                "id": PLACE,
                "location_type": "physical",
                "organization_id": ORG,
                "name": "Main Street",
                "latitude": "35.9967",
                "longitude": "-78.8966",
            }
        ],
        "service_at_location": [{"id": AT, "service_id": SERVICE, "location_id": PLACE}],
        "addresses": [
            {
                "id": uid("address"),
                "location_id": PLACE,
                "address_1": "1 Main Street",
                "city": "Durham",
                "state_province": "NC",
                "postal_code": "27701",
                "country": "US",
                "address_type": "physical",
            }
        ],
        "phones": [
            {"id": uid("phone"), "service_id": SERVICE, "number": "919-555-0101", "extension": ""}
        ],
        "schedules": [
            {
                "id": uid("schedule"),
                "service_at_location_id": AT,
                "freq": "WEEKLY",
                "byday": "SA",
                "opens_at": "09:00",
                "closes_at": "12:00",
                "description": "",
            }
        ],
        "languages": [{"id": uid("language"), "service_id": SERVICE, "name": "Spanish"}],
        "taxonomy_terms": [
            {"id": uid("term"), "name": "Food Pantry", "description": "", "taxonomy": "OE"}
        ],
        "attributes": [
            {
                "id": uid("attribute"),
                "link_id": SERVICE,
                "link_entity": "service",
                "taxonomy_term_id": uid("term"),
            }
        ],
    }


def as_json(tables: Mapping[str, Rows]) -> list[dict[str, Any]]:
    """The county of `county3` as HSDS 3 JSON: full services, everything inside them."""

    def of(table: str, **parent: str) -> list[dict[str, Any]]:
        (column, value), *_ = parent.items()
        own = [row for row in tables.get(table, ()) if row.get(column) == value]
        return [
            {k: v for k, v in row.items() if v not in ("", None) and k != column} for row in own
        ]

    services = []
    for row in tables["services"]:
        service = {name: value for name, value in row.items() if value != ""}
        key = str(row["id"])
        service["organization"] = dict(
            of("organizations", id=str(service.pop("organization_id")))[0]
        )
        service["organization"]["id"] = row["organization_id"]
        service["program"] = {
            **of("programs", id=str(row["program_id"]))[0],
            "id": row["program_id"],
        }
        for table in ("phones", "languages"):
            service[table] = of(table, service_id=key)
        service["attributes"] = [
            {
                "id": attribute["id"],
                "taxonomy_term": {
                    **of("taxonomy_terms", id=attribute["taxonomy_term_id"])[0],
                    "id": attribute["taxonomy_term_id"],
                },
            }
            for attribute in of("attributes", link_id=key)
        ]
        service["service_at_locations"] = [
            _at(of, at) for at in of("service_at_location", service_id=key)
        ]
        services.append(service)
    return services


def _at(of: Any, at: dict[str, Any]) -> dict[str, Any]:
    place = {**of("locations", id=at["location_id"])[0], "id": at["location_id"]}
    place["latitude"], place["longitude"] = float(place["latitude"]), float(place["longitude"])
    place["addresses"] = of("addresses", location_id=at["location_id"])
    return {
        "id": at["id"],
        "location": place,
        "schedules": of("schedules", service_at_location_id=at["id"]),
    }


def write_json(path: Path, value: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def county2() -> dict[str, list[dict[str, Any]]]:
    """HSDS 2 in a dialect: renamed keys, ids joined in one cell, hours in words, a row for each
    parent, blank forms, entities, orphans."""
    return {
        "taxonomy_types": [{"taxonomy_type_recordid": "t1", "name": "Service Category"}]
        + [{"taxonomy_type_recordid": "t2", "name": "Service Eligibility"}],
        "taxonomy_terms": [
            _term("c1", "Food Pantry", "", "t1"),
            _term("c2", "Meals", "c1,c9", "t1"),
            _term("e1", "Ages 60+", "", "t2"),
            _term("e2", "Durham County, NC Residents", "", "t2"),
        ],
        "organizations": [
            {
                "id": "1",
                "name": "Eno River Helpers",
                "description": "Caf&eacute;",
                "url": "example.org",
            },
            {"id": "2", "name": "Ninth Street Clinic", "description": "", "url": ""},
        ],
        "programs": [
            {
                "id": "7",
                "organization_id": "1",
                "name": "Food",
                "alternate_name": "Food for everybody who is hungry, every day of the week, always.",
            }
        ],
        "services": [
            {
                "service_recordid": "10",
                "service_name": "Pantry",
                "service_organization": "1",
                "service_description": "Groceries",
                "service_locations": "20,21",
                "service_email": "jdoe@example.org",
                "service_status": "1",
                "service_taxonomy": "c1,e1",
                "service_fees": "Free",
                "service_phones": "30,31,39",
                "service_schedule": "40",
                "service_program": "7",
            },
            {
                "service_recordid": "11",
                "service_name": "Nurse",
                "service_organization": "",
                "service_description": "",
                "service_locations": "",
                "service_email": "",
                "service_status": "",
                "service_taxonomy": "",
                "service_fees": "",
                "service_phones": "",
                "service_schedule": "",
                "service_program": "",
            },
        ],
        "locations": [
            {
                "id": "20",
                "organization_id": "1",
                "name": "Main Street",
                "latitude": "35.9967",
                "longitude": "-78.8966",
            },
            {
                "id": "21",
                "organization_id": "0",
                "name": "Annex",
                "latitude": "0",
                "longitude": "0",
            },
            {
                "id": "22",
                "organization_id": "99",
                "name": "Nowhere",
                "latitude": "",
                "longitude": "",
            },
        ],
        "services_at_location": [
            {"id": "1", "service_id": "10", "location_id": "20", "description": ""}
        ],
        "service_attributes": [{"id": "1", "service_id": "10", "taxonomy_term_id": "c1"}]
        + [{"id": "2", "service_id": "10", "taxonomy_term_id": "e2"}],
        "phones": [
            _phone("30", location="20", service="10", number="(919) 555-0101 ext. 12"),
            _phone("30", location="21", service="10", number="(919) 555-0101 ext. 12"),
            _phone("31", location="", service="", number="919-555-0102", kind="10", language="5,6"),
        ],
        "languages": [
            {
                "id": "1",
                "service_id": "",
                "location_id": "",
                "language": "Spanish",
                "language_recordid": "5",
            }
        ],
        "physical_addresses": [
            _address("50", "20", "1 Main Street", "", "NC", "27701`"),
            _address("51", "", "", "", "", ""),
        ],
        "schedules": [
            _hours("40", "10", "20", "Monday - Friday", "8:30AM", "5:30PM"),
            _hours("40", "10", "21", "Monday - Friday", "8:30AM", "5:30PM"),
            _hours("41", "10", "", "", "", "", byday="monday"),
            _hours("42", "10", "", "Second Saturday", "9:00AM", "11:00AM"),
            _hours("43", "10", "", "Every full moon", "dusk", ""),
            _hours("44", "10", "22", "Friday", "9:00AM", "5:00PM"),
        ],
    }


def _term(key: str, name: str, parent: str, kind: str) -> dict[str, str]:
    return {
        "taxonomy_recordid": key,
        "taxonomy_name": name,
        "taxonomy_parent_name": parent,
        "taxonomy": kind,
    }


def _phone(
    key: str, *, location: str, service: str, number: str, kind: str = "voice", language: str = ""
) -> dict[str, str]:
    return {
        "id": key,
        "location_id": location,
        "service_id": service,
        "number": number,
        "type": kind,
        "language": language,
    }


def _address(key: str, place: str, street: str, city: str, state: str, code: str) -> dict[str, str]:
    return {
        "id": key,
        "location_id": place,
        "address_1": street,
        "city": city,
        "state_province": state,
        "postal_code": code,
        "country": "",
    }


def _hours(
    key: str, service: str, place: str, days: str, opens: str, closes: str, byday: str = ""
) -> dict[str, str]:
    return {
        "id": key,
        "name": "",
        "service_id": service,
        "location_id": place,
        "weekday": days,
        "dtstart": opens,
        "until": closes,
        "byday": byday,
    }
