"""HSDS 3 into the directory, on both databases: once, again, and changed."""

import copy
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from core.actor import Actor
from core.audit import AuditEvent
from core.db import Database
from core.errors import Invalid
from core.outbox import OutboxMessage
from directory import queries
from directory.importing import FileRefused
from directory.merging import merge
from directory.models import (
    ImportedRow,
    Location,
    Metadata,
    Organization,
    Phone,
    Service,
    ServiceAtLocation,
    Visibility,
)
from tests.support.import_files import (
    AT,
    ORG,
    PLACE,
    SERVICE,
    as_json,
    county3,
    uid,
    write,
    write_json,
)
from tests.support.importing import Importer, changes, problems, told

Tables = dict[str, list[dict[str, Any]]]


@pytest.fixture
def importer(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)


@pytest.fixture
def one(sqlite_database: Database, tmp_path: Path) -> Importer:
    """For what is decided before any database is asked."""
    return Importer(sqlite_database, tmp_path)


@pytest.fixture
def county() -> Tables:
    return county3()


def test_a_folder_of_csv_becomes_a_service_that_can_be_found(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    result = importer(write(tmp_path / "in", county))
    assert problems(result) == []
    with importer.db.read() as session:
        (view,) = queries.service_views(session, [AT])
    assert (view.name, view.organization.name, view.program) == (
        "Saturday pantry",
        "Eno River Helpers",
        "Food",
    )
    assert view.location and view.location.timezone == "America/New_York"
    assert view.location.address and view.location.address.line == "1 Main Street, Durham, NC 27701"
    assert view.hours and [rule.byday for rule in view.hours.rules] == ["SA"]
    assert (view.languages, view.codes("handrail/category")) == (("es",), ("food-pantry",))
    assert [cost.option for cost in view.costs] == ["free"]
    assert (view.assured_date, view.source) == (date(2024, 5, 1), "county")


def test_importing_again_changes_nothing_and_leaves_no_trace(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", county)
    assert importer(folder).changed > 10
    before = importer.everything()
    traces = [importer.count(table) for table in (OutboxMessage, AuditEvent, Metadata)]
    again = importer(folder)
    assert (again.changed, importer.everything()) == (0, before)
    assert [importer.count(t) for t in (OutboxMessage, AuditEvent, Metadata)] == traces
    assert all(table.counts.created == 0 for table in again.tables.values())


def test_csv_and_json_of_the_same_county_are_the_same_directory(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    one(write(tmp_path / "in", county))
    csv = one.everything()
    result = one(write_json(tmp_path / "in.json", as_json(county)))
    assert one.everything() == csv
    assert problems(result) == []


@pytest.mark.parametrize("shape", ["list", "page", "lines", "single", "tables"])
def test_json_in_every_shape(one: Importer, county: Tables, tmp_path: Path, shape: str) -> None:
    services = as_json(county)
    path = tmp_path / "dump.json"
    if shape == "lines":
        path.write_text("\n".join(map(json.dumps, services)))
    else:
        page = {"total_items": 1, "contents": services, "empty": False}
        tables = {f"{name}.csv": rows for name, rows in county.items()}
        bodies = {"list": services, "page": page, "single": services[0], "tables": tables}
        write_json(path, bodies[shape])
    one(path)
    assert one.one("service")["id"] == SERVICE
    assert one.one("schedule")["service_at_location_id"] == AT


def test_a_changed_row_is_updated_in_place_with_history_audit_and_index_message(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    importer(write(tmp_path / "in", county))
    county["services"][0]["name"] = "Sunday pantry"
    county["schedules"][0]["byday"] = "SU"
    messages = importer.count(OutboxMessage)
    result = importer(write(tmp_path / "in", county))
    assert changes(result) == {"service": (0, 1, 0), "schedule": (0, 1, 0)}
    with importer.db.read() as session:
        updates = session.exec(select(Metadata).where(Metadata.last_action_type == "update")).all()
        last = session.exec(select(AuditEvent).order_by(col(AuditEvent.sequence).desc())).first()
        new = session.exec(select(OutboxMessage).where(col(OutboxMessage.id) > messages)).all()
    assert {(u.resource_type, u.previous_value, u.replacement_value) for u in updates} == {
        ("service", "Saturday pantry", "Sunday pantry"),
        ("schedule", "SA", "SU"),
    }
    assert last and (last.action, last.fields["source"]) == ("directory.import", "county")
    assert last.fields["tables"]["service"] == {"created": 0, "updated": 1, "removed": 0}
    assert {(m.payload["entity"], m.payload["id"]) for m in new} == {
        ("service", SERVICE),
        ("service_at_location", AT),
    }


def test_rows_the_source_drops_go_and_its_records_stay_and_are_named(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    second = {**county["services"][0], "id": uid("second"), "name": "Gone pantry"}
    county["services"].append(second)
    county["phones"].append({**county["phones"][0], "id": uid("two"), "number": "919-555-0102"})
    county["phones"].append({**county["phones"][0], "id": uid("x"), "service_id": uid("second")})
    importer(write(tmp_path / "in", county))
    county["services"].pop()
    del county["phones"][1:]
    result = importer(write(tmp_path / "in", county))
    assert changes(result) == {"phone": (0, 0, 1)}
    assert told(result, "kind", "table", "id", "detail") == [
        ("gone", "service", uid("second"), "Gone pantry")
    ]
    assert {row["id"] for row in importer.rows("phone")} == {uid("phone"), uid("x")}
    assert importer(tmp_path / "in").changed == 0


def test_a_place_a_service_leaves_is_told_to_the_index(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    county["locations"].append({**county["locations"][0], "id": uid("other"), "name": "Annex"})
    moved = {"id": uid("at2"), "service_id": SERVICE, "location_id": uid("other")}
    county["service_at_location"].append(moved)
    importer(write(tmp_path / "in", county))
    county["service_at_location"].pop(0)
    county["schedules"][0]["service_at_location_id"] = uid("at2")
    messages = importer.count(OutboxMessage)
    importer(write(tmp_path / "in", county))
    assert [row["id"] for row in importer.rows("service_at_location")] == [uid("at2")]
    with importer.db.read() as session:
        new = session.exec(select(OutboxMessage).where(col(OutboxMessage.id) > messages)).all()
    assert {("unit", AT), ("service", SERVICE)} <= {
        (m.payload["entity"], m.payload["id"]) for m in new
    }


def test_a_table_without_a_file_or_without_rows_is_left_alone(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    one(write(tmp_path / "in", county))
    (tmp_path / "in" / "phones.csv").unlink()
    (tmp_path / "in" / "schedules.csv").write_text("id,service_id,opens_at\n")
    result = one(tmp_path / "in")
    assert result.changed == 0
    assert len(one.rows("phone")) == len(one.rows("schedule")) == 1


def test_what_people_changed_here_stays_until_the_source_says_something_new(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    importer(write(tmp_path / "in", county))
    with importer.write() as session:
        service = session.get(Service, SERVICE)
        service.name, service.alert = "Our pantry", "Ring twice"
        service.visibility, service.accepts_referrals = Visibility.NETWORK, True
        service.wait_days, service.wait_asked_on = 3, date(2024, 6, 1)
        session.add(Phone(id="ours", service_id=SERVICE, number="919-555-0199"))
    assert importer(tmp_path / "in").changed == 0
    assert importer.one("service")["name"] == "Our pantry"
    county["services"][0]["description"] = "New words"
    assert changes(importer(write(tmp_path / "in", county))) == {"service": (0, 1, 0)}
    row = importer.one("service")
    assert (row["name"], row["description"]) == ("Saturday pantry", "New words")
    assert (row["alert"], row["visibility"], row["accepts_referrals"]) == (
        "Ring twice",
        "network",
        True,
    )
    assert (row["wait_days"], row["wait_asked_on"]) == (3, "2024-06-01")
    assert importer.one("phone", id="ours")["number"] == "919-555-0199"


def test_a_row_deleted_here_comes_back_with_the_next_import(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    one(write(tmp_path / "in", county))
    with one.write() as session:
        session.delete(session.get(Phone, uid("phone")))
    assert changes(one(tmp_path / "in")) == {"phone": (1, 0, 0)}


def test_a_confidential_place_never_gets_a_pin_from_an_import(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    importer(write(tmp_path / "in", county))
    with importer.write() as session:
        place = session.get(Location, PLACE)
        place.confidential, place.latitude, place.longitude = True, None, None
    county["locations"][0] |= {"name": "Moved", "latitude": "35.99", "longitude": "-78.90"}
    assert changes(importer(write(tmp_path / "in", county))) == {"location": (0, 1, 0)}
    row = importer.one("location")
    assert (row["name"], row["confidential"], row["latitude"], row["longitude"]) == (
        "Moved",
        True,
        None,
        None,
    )


@pytest.mark.parametrize("postal_code", ["27701", ""])
def test_an_address_called_confidential_makes_its_place_so(
    one: Importer, county: Tables, tmp_path: Path, postal_code: str
) -> None:
    county["addresses"][0] |= {"address_1": "Confidential", "postal_code": postal_code}
    one(write(tmp_path / "in", county))
    row = one.one("location")
    assert (row["confidential"], row["latitude"], one.rows("address")) == (True, None, [])


def test_a_dry_run_says_what_it_would_do_and_does_nothing(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", county)
    dry = importer(folder, dry_run=True)
    assert dry.dry_run and importer.rows("service") == []
    assert [importer.count(t) for t in (OutboxMessage, AuditEvent, ImportedRow)] == [0, 0, 0]
    assert changes(dry) == changes(importer(folder))


def test_people_are_left_out_unless_asked_for(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    county["contacts"] = [
        {"id": uid("jo"), "service_id": SERVICE, "name": "Jo Doe", "email": "jo@example.org"},
        {"id": uid("desk"), "service_id": SERVICE, "name": "", "email": "intake@example.org"},
    ]
    county["phones"] = [
        {"id": uid("p1"), "service_id": "", "contact_id": uid("jo"), "number": "919-555-0101"},
        {"id": uid("p2"), "service_id": SERVICE, "contact_id": uid("jo"), "number": "919-555-0102"},
        {"id": uid("p3"), "service_id": "", "contact_id": uid("desk"), "number": "919-555-0103"},
    ]
    county["services"][0] |= {"email": "jdoe@example.org", "assurer_email": "jo@example.org"}
    folder = write(tmp_path / "in", county)
    with_people = one(folder, keep_personal_contacts=True)
    assert with_people.tally.personal == {}
    assert one.one("service")["email"] == "jdoe@example.org"
    assert len(one.rows("contact")) == 2 and len(one.rows("phone")) == 3
    without = one(folder)
    assert without.tally.personal == {
        "contact": 1,
        "phone": 1,
        "service.email": 1,
        "service.assurer_email": 1,
    }
    assert [row["id"] for row in one.rows("contact")] == [uid("desk")]
    assert {row["id"] for row in one.rows("phone")} == {uid("p2"), uid("p3")}
    assert one.one("phone", id=uid("p2"))["contact_id"] is None
    row = one.one("service")
    assert (row["email"], row["assurer_email"]) == (None, None)
    text = without.report.read_text() + str(one.everything())
    assert "jdoe" not in text and "Jo Doe" not in text


def test_orphans_are_kept_apart_all_the_way_down(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    lost = uid("lost")
    county["services"].append({**county["services"][0], "id": lost, "organization_id": uid("no")})
    county["phones"].append({**county["phones"][0], "id": uid("p2"), "service_id": lost})
    county["languages"].append({"id": uid("l2"), "service_id": lost, "name": "French"})
    county["locations"].append(
        {**county["locations"][0], "id": uid("alone"), "organization_id": uid("no")}
    )
    result = one(write(tmp_path / "in", county))
    assert {row["id"] for row in one.rows("service")} == {SERVICE}
    assert sorted(told(result, "kind", "table", "id", "field", "reason")) == sorted(
        [
            ("orphan", "service", lost, "organization_id", "no_parent"),
            ("orphan", "phone", uid("p2"), "service_id", "no_parent"),
            ("orphan", "language", uid("l2"), "service_id", "no_parent"),
            ("link dropped", "location", uid("alone"), "organization_id", "points_nowhere"),
            ("orphan", "location", uid("alone"), "organization_id", "no_parent"),
        ]
    )


def test_cycles_are_named_and_cut_once_and_parents_come_first(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    county["organizations"] = [
        {"id": key, "name": key, "description": "", "parent_organization_id": above}
        for key, above in (("z", ""), ("y", "z"), ("a", "y"), ("b", "c"), ("c", "b"), ("d", "c"))
    ] + [{"id": ORG, "name": "E", "description": "", "parent_organization_id": ORG}]
    result = importer(write(tmp_path / "in", county))
    assert set(told(result, "kind", "table", "id", "reason", "detail")) == {
        ("value dropped", "organization", ORG, "cycle", f"{ORG} → {ORG}"),
        ("value dropped", "organization", "b", "cycle", "b → c → b"),
    }
    assert len(problems(result)) == 2
    names = {row["id"]: row["name"] for row in importer.rows("organization")}
    above = {
        row["name"]: names.get(row["parent_organization_id"])
        for row in importer.rows("organization")
    }
    assert above == {"z": None, "y": "z", "a": "y", "b": None, "c": "b", "d": "c", "E": None}


def test_terms_in_a_cycle_are_named(one: Importer, county: Tables, tmp_path: Path) -> None:
    term = county["taxonomy_terms"][0]
    county["taxonomy_terms"] = [
        {**term, "parent_id": uid("t2")},
        {**term, "id": uid("t2"), "name": "Food", "parent_id": uid("term")},
    ]
    result = one(write(tmp_path / "in", county))
    assert told(result, "table", "field", "reason") == [("taxonomy_term", "parent_id", "cycle")]


def test_repeated_ids_pairs_and_codes_are_named(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    county["services"].append(dict(county["services"][0]))
    county["services"].append({**county["services"][0], "name": "Another pantry"})
    county["service_at_location"].append({**county["service_at_location"][0], "id": uid("at2")})
    term = {**county["taxonomy_terms"][0], "code": "F1"}
    county["taxonomy_terms"] = [term, {**term, "id": uid("t2"), "name": "Other"}]
    result = importer(write(tmp_path / "in", county))
    assert sorted(told(result, "kind", "file", "row", "reason")) == [
        ("refused", "service_at_location.csv", 3, "duplicate_pair"),
        ("refused", "services.csv", 4, "duplicate_id"),
        ("value dropped", "taxonomy_terms.csv", 3, "duplicate_code"),
    ]
    assert sorted(str(row["code"]) for row in importer.rows("taxonomy_term")) == ["F1", "None"]
    assert result.tally.repairs["identical_row"] == 1
    assert importer.one("service")["name"] == "Saturday pantry"


def test_a_term_with_a_new_id_and_its_old_code_keeps_its_attributes(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    county["taxonomy_terms"][0]["code"] = "F1"
    one(write(tmp_path / "in", county))
    county["taxonomy_terms"][0]["id"] = county["attributes"][0]["taxonomy_term_id"] = uid("new")
    result = one(write(tmp_path / "in", county))
    assert sorted(told(result, "kind", "reason", "id")) == [
        ("gone", "gone", uid("term")),
        ("value dropped", "duplicate_code", uid("new")),
    ]
    assert one.one("attribute", id=uid("attribute"))["taxonomy_term_id"] == uid("new")


def test_what_a_column_cannot_hold_refuses_one_row_and_not_the_import(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    county["organizations"].append({**county["organizations"][0], "id": uid("long")})
    county["organizations"][1]["name"] = "x" * 501
    county["units"] = [{"id": uid("unit"), "name": "beds"}]
    county["service_capacity"] = [
        {"id": uid("c1"), "service_id": SERVICE, "unit_id": uid("unit"), "available": "-1"},
        {"id": uid("c2"), "service_id": SERVICE, "unit_id": uid("unit"), "available": "4"},
    ]
    county["schedule_exceptions"] = [
        {"id": uid(key), "service_id": SERVICE, "starts_on": a, "ends_on": b, "closed": closed}
        for key, a, b, closed in (
            ("e1", "2024-12-26", "2024-12-24", "true"),
            ("e2", "", "", "true"),
            ("e3", "2024-12-24", "", "true"),
            ("e4", "2024-12-24", "2024-12-24", "false"),
        )
    ]
    county["services"][0] |= {"wait_days": "-3", "minimum_age": "-1", "year": "1"}
    county["cost_options"] = [
        {"id": uid("cost"), "service_id": SERVICE, "option": "x", "currency": "dollars"}
    ]
    result = importer(write(tmp_path / "in", county))
    assert importer.one("schedule_exception")["ends_on"] == "2024-12-24"
    assert importer.one("service_capacity")["available"] == 4
    assert {(f, r) for f, r in told(result, "field", "reason")} == {
        ("name", "too_long"),
        ("available", "bad_number"),
        ("ends_on", "bad_date"),
        ("starts_on", "missing_field"),
        ("opens_at", "bad_time"),
        ("wait_days", "bad_number"),
        ("minimum_age", "bad_number"),
        ("currency", "too_long"),
    }


def test_a_refused_row_leaves_what_was_imported_of_it_as_it_was(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    one(write(tmp_path / "in", county))
    before = one.everything()
    county["services"][0]["status"] = "shut"
    county["phones"][0]["number"] = ""
    county["phones"][0]["extension"] = "12"
    result = one(write(tmp_path / "in", county))
    assert ("refused", "service", "status") in told(result, "kind", "table", "field")
    assert ("refused", "phone", "number") in told(result, "kind", "table", "field")
    assert (result.changed, one.everything()) == (0, before)


def test_a_wrong_value_leaves_the_one_that_is_here(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    one(write(tmp_path / "in", county))
    county["services"][0] |= {"assured_date": "soon", "description": "New"}
    result = one(write(tmp_path / "in", county))
    assert told(result, "kind", "field", "reason") == [
        ("value dropped", "assured_date", "bad_date")
    ]
    row = one.one("service")
    assert (row["assured_date"], row["description"]) == ("2024-05-01", "New")


def test_no_source_writes_over_another_or_over_what_was_entered_here(
    importer: Importer, county: Tables, tmp_path: Path
) -> None:
    with importer.write() as session:
        session.add(Organization(id=ORG, name="Entered here"))
    result = importer(write(tmp_path / "in", county))
    assert ("refused", "organization", ORG, "id_taken") in told(
        result, "kind", "table", "id", "reason"
    )
    assert [row["name"] for row in importer.rows("organization")] == ["Entered here"]
    assert importer.rows("service") == []  # its organization is another's


def test_two_sources_do_not_share_records(one: Importer, county: Tables, tmp_path: Path) -> None:
    folder = write(tmp_path / "in", county)
    one(folder)
    other = one(folder, source="other")
    assert set(changes(other)) <= {"taxonomy"}  # made from a name, for each source its own
    assert {reason for (reason,) in told(other, "reason")} >= {"id_taken"}


def test_ids_that_are_no_uuids_are_kept_apart_by_source(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    text = json.dumps(county).replace(ORG, "org-1").replace(SERVICE, "svc-1").replace(AT, "at-1")
    plain: Tables = json.loads(text.replace(PLACE, "place-1"))
    for rows in plain.values():
        for row in rows:
            row["id"] = row["id"] if len(row["id"]) < 36 else f"k{row['id'][:8]}"
            row.update(
                {k: f"k{v[:8]}" for k, v in row.items() if k.endswith("_id") and len(v) > 30}
            )
    folder = write(tmp_path / "in", plain)
    one(folder)
    assert changes(one(folder, source="other"))["service"] == (1, 0, 0)
    assert {row["source"] for row in one.rows("service")} == {"county", "other"}
    assert {row["source_id"] for row in one.rows("service")} == {"svc-1"}


def test_a_place_somebody_here_gave_the_service_is_not_given_twice(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    del county["schedules"]
    at = county.pop("service_at_location")
    one(write(tmp_path / "in", county))
    with one.write() as session:
        session.add(ServiceAtLocation(id="ours", service_id=SERVICE, location_id=PLACE))
    county["service_at_location"] = at
    result = one(write(tmp_path / "in", county))
    assert told(result, "reason", "detail") == [("duplicate_pair", "entered here")]
    assert [row["id"] for row in one.rows("service_at_location")] == ["ours"]


def test_our_own_code_lists_in_an_import_are_used_not_written(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    from directory.codes import AUDIENCE, codes, taxonomy_id

    code = codes(AUDIENCE)["veterans"]
    county["taxonomies"] = [
        {"id": taxonomy_id(AUDIENCE), "name": "Changed", "description": "by somebody"}
    ]
    county["taxonomy_terms"].append(
        {"id": code.id, "name": "Changed", "description": "", "taxonomy": ""}
    )
    county["attributes"].append({**county["attributes"][0], "id": uid("a2")})
    county["attributes"][-1]["taxonomy_term_id"] = code.id
    assert problems(one(write(tmp_path / "in", county))) == []
    with one.db.read() as session:
        (view,) = queries.service_views(session, [AT])
    assert view.codes(AUDIENCE) == ("veterans",)


def test_evening_codes_need_an_evening(one: Importer, county: Tables, tmp_path: Path) -> None:
    county["taxonomy_terms"][0]["name"] = "Primary Care"
    county["schedules"][0] |= {"byday": "MO", "opens_at": "09:00", "closes_at": "17:00"}
    one(write(tmp_path / "in", county))
    assert derived(one) == set()
    county["schedules"][0]["closes_at"] = "20:00"
    one(write(tmp_path / "in", county))
    assert derived(one) == {"primary-care"}


def derived(one: Importer) -> set[str]:
    with one.db.read() as session:
        (view,) = queries.service_views(session, [AT])
    return set(view.codes("handrail/category"))


def test_hours_in_a_description_are_read_when_they_are_understood(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    words = "Mon-Fri 9am-5pm; Sat 10am-noon"
    county["schedules"] = [
        {"id": uid("schedule"), "service_at_location_id": AT, "description": words},
        {"id": uid("s2"), "service_at_location_id": AT, "description": "When the sun shines"},
    ]
    one(write(tmp_path / "in", county))
    rules = {(row["byday"], row["opens_at"]) for row in one.rows("schedule")}
    assert rules == {("MO,TU,WE,TH,FR", "09:00:00"), ("SA", "10:00:00"), (None, None)}


def test_times_in_words_and_wrong_ones(one: Importer, county: Tables, tmp_path: Path) -> None:
    base = county["schedules"][0]
    county["schedules"] = [
        {**base, "opens_at": "9am", "closes_at": "5 p.m."},
        {**base, "id": uid("s2"), "opens_at": "late", "closes_at": "12:00"},
    ]
    result = one(write(tmp_path / "in", county))
    assert one.one("schedule", id=base["id"])["opens_at"] == "09:00:00"
    assert one.one("schedule", id=uid("s2"))["opens_at"] is None
    assert told(result, "kind", "field", "reason", "detail") == [
        ("value dropped", "opens_at", "bad_time", "late")
    ]


@pytest.mark.parametrize(
    ("said", "kept", "rule"),
    [
        (("-78.8966", "35.9967"), (35.9967, -78.8966), "coordinates_swapped"),
        (("35.9967", "78.8966"), (35.9967, -78.8966), "longitude_sign"),
        (("4300173.0", "-8782729.0"), (35.9967, -78.8966), "coordinates_web_mercator"),
        (("40.7485", "-73.9910"), (None, None), None),
        (("200", "0"), (None, None), None),
    ],
)
def test_a_point_is_checked_against_its_zip_code(
    one: Importer,
    county: Tables,
    tmp_path: Path,
    said: tuple[str, str],
    kept: tuple[float | None, float | None],
    rule: str | None,
) -> None:
    county["locations"][0] |= {"latitude": said[0], "longitude": said[1]}
    result = one(write(tmp_path / "in", county))
    row = one.one("location")
    found = [v and round(v, 3) for v in (row["latitude"], row["longitude"])]
    assert found == [v and round(v, 3) for v in kept]
    if rule:
        assert result.tally.repairs[rule] == 1
    else:
        assert told(result, "field")[0] == ("latitude",)


def test_the_source_is_called_after_the_folder_around_unless_said(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    folder = write(tmp_path / "My County!" / "2024", county)
    assert one(folder, source="").source == "my-county"
    with pytest.raises(Invalid, match="cannot be called 'handrail'"):
        one(folder, source="Handrail")


def test_a_report_in_csv_cannot_run_anything(one: Importer, county: Tables, tmp_path: Path) -> None:
    county["services"].append({**county["services"][0], "id": "=cmd|'/C calc'!A1", "name": ""})
    result = one(write(tmp_path / "in", county), report=tmp_path / "out.csv")
    lines = result.report.read_text().splitlines()
    assert lines[0].startswith("kind,file,row,table,id,field,reason,detail")
    assert "'=cmd|" in lines[1] and ",=cmd" not in lines[1]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("phones.csv", "id,number\n1,919-555-0101\n2", "phones.csv: is cut off"),
        ("phones.csv", "", "phones.csv: is empty"),
        ("phones.csv", "id;number\n", "phones.csv: .*semicolons"),
        ("phones.csv", "a," * 1_000_000 + "b\n", "phones.csv: .*(columns|header is longer)"),
    ],
)
def test_one_bad_file_refuses_the_whole_import(
    importer: Importer, county: Tables, tmp_path: Path, name: str, content: str, why: str
) -> None:
    importer(write(tmp_path / "in", county))
    before = importer.everything()
    county["services"][0]["name"] = "Changed"
    write(tmp_path / "in", county)
    (tmp_path / "in" / name).write_text(content)
    with pytest.raises(FileRefused, match=why):
        importer(tmp_path / "in")
    assert importer.everything() == before
    assert list((tmp_path / "imports").glob(".*")) == []


def test_rows_with_bad_bytes_are_refused_by_name_and_the_others_imported(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", county)
    key = uid("latin").encode()
    with (folder / "phones.csv").open("ab") as file:
        file.write(key + b"," + SERVICE.encode() + b",919-555-0102\xe9,\n")
        file.write(b"\0" + key + b"," + SERVICE.encode() + b",919-555-0103,\n")
    result = one(folder)
    assert told(result, "file", "row", "field", "reason") == [
        ("phones.csv", 3, "number", "bad_encoding"),
        ("phones.csv", 4, "id", "nul_byte"),
    ]
    assert len(one.rows("phone")) == 1


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("missing", "There is no"),
        ("empty", "holds no HSDS tables"),
        ("notes.txt", "is no HSDS JSON"),
        ("strange", "holds no HSDS tables"),
        ("other.json", "holds no HSDS objects"),
    ],
)
def test_a_path_that_holds_nothing_to_import_is_refused(
    one: Importer, tmp_path: Path, path: str, why: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "prices.csv").write_text("id\n")
    (tmp_path / "notes.txt").write_text("id,name\n")
    (tmp_path / "other.json").write_text('{"version": "3.0"}')
    with pytest.raises(Invalid, match=why):
        one(tmp_path / path)


def test_a_report_that_cannot_be_written_is_said_before_anything_is_read(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    folder = write(tmp_path / "in", county)
    (tmp_path / "file").write_text("")
    with pytest.raises(Invalid, match="report cannot be written"):
        one(folder, report=tmp_path / "file" / "report.jsonl")
    assert one.rows("service") == []


def test_a_copy_in_another_letter_case_is_the_same_record(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    upper = copy.deepcopy(county)
    upper["services"][0]["id"] = SERVICE.upper()
    one(write(tmp_path / "in", upper))
    assert one.one("service")["id"] == SERVICE
    assert one.one("service_at_location")["service_id"] == SERVICE


def test_what_was_made_one_with_another_stays_so_when_its_source_comes_again(
    one: Importer, county: Tables, tmp_path: Path
) -> None:
    one(write(tmp_path / "in", county))
    kept = "00000000-0000-4000-8000-000000000001"
    curator = Actor("cora", "Cora", frozenset({"curator"}))
    with one.db.write() as session:
        session.add(Service(id=kept, organization_id=ORG, name="Pantry on Saturday"))
        session.flush()
        merge(session, curator, "service", kept, SERVICE)
    again = copy.deepcopy(county)
    again["services"][0]["name"] = "Saturday food pantry"
    again["phones"][0]["number"] = "919-555-0199"
    again["phones"].append({"id": uid("new"), "service_id": SERVICE, "number": "919-555-0111"})
    assert problems(one(write(tmp_path / "again", again))) == []
    with one.db.read() as session:
        assert session.get(Service, SERVICE) is None
        assert session.get_one(Service, kept).name == "Pantry on Saturday"
        numbers = session.exec(select(Phone.number).where(Phone.service_id == kept)).all()
    assert sorted(numbers) == ["919-555-0111", "919-555-0199"]
