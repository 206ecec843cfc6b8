"""Real dumps and the standard's own examples, which are not part of this repository.

They are looked for in a folder `shared` beside the checkout or above it; without it these tests
are skipped.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.db import Database
from directory.importing import Kind, Result
from tests.integration.real import Alone, fresh, shared
from tests.support.importing import Importer, told

EXAMPLES = (
    "csv",
    "organization_full.json",
    "organization_list.json",
    "service_at_location_full.json",
    "service_at_location_list.json",
    "service_full.json",
    "service_list.json",
    "tabular.json",
    "taxonomy.json",
    "taxonomy_list.json",
    "taxonomy_term.json",
    "taxonomy_term_list.json",
)


@pytest.fixture
def importer(sqlite_database: Database, tmp_path: Path) -> Importer:
    return Importer(sqlite_database, tmp_path)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_standards_examples_load_and_load_again(importer: Importer, name: str) -> None:
    first = importer(shared("hsds", "examples", name))
    assert first.changed > 0
    assert {kind for kind, _ in first.problems} <= {Kind.VALUE, Kind.LINK, Kind.ORPHAN}
    assert importer(shared("hsds", "examples", name)).changed == 0


def test_what_is_wrong_with_the_example_in_csv_is_named(importer: Importer) -> None:
    result = importer(shared("hsds", "examples", "csv"))
    assert sorted(told(result, "file", "field", "reason")) == [
        ("attributes.csv", "link_entity", "not_a_value"),
        ("locations.csv", "latitude", "outside_the_world"),
        ("locations.csv", "organization_id", "points_nowhere"),
        ("organizations.csv", "parent_organization_id", "points_nowhere"),
        ("taxonomy_terms.csv", "parent_id", "points_nowhere"),
        ("taxonomy_terms.csv", "taxonomy_id", "points_nowhere"),
    ]


def test_csv_and_json_of_the_example_agree(importer: Importer) -> None:
    importer(shared("hsds", "examples", "csv"))
    csv = importer.everything()
    importer(shared("hsds", "examples", "service_full.json"))
    both = importer.everything()
    # The JSON holds more: an attribute that its place says the owner of.
    assert {name: len(rows) for name, rows in csv.items() if name != "attribute"} == {
        name: len(rows) for name, rows in both.items() if name != "attribute"
    }


def sums(result: Result) -> dict[str, int]:
    return {f"{kind.value}: {reason}": count for (kind, reason), count in result.problems.items()}


def states(result: Result) -> dict[str, tuple[int, ...]]:
    """(created, updated, unchanged, removed, gone) of each table that has any."""
    found = {
        name: (
            table.counts.created,
            table.counts.updated,
            table.counts.unchanged,
            table.removed,
            table.gone,
        )
        for name, table in result.tables.items()
    }
    return {name: numbers for name, numbers in found.items() if any(numbers)}


@dataclass(frozen=True)
class Years:
    """Both years imported one after the other, each twice."""

    importer: Importer
    first: Result
    first_again: Result
    second: Result
    second_again: Result


@pytest.fixture(scope="module")
def years(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Years]:
    first, second = (shared("data", "dc_hsds2", year) for year in ("2022", "2023"))
    with fresh(_sqlite_template, tmp_path_factory.mktemp("years")) as into:
        yield Years(into, *(into(year, source="") for year in (first, first, second, second)))


def test_two_years_of_a_real_county_update_in_place(years: Years) -> None:
    assert (years.first.source, years.first.format.value) == ("dc_hsds2", "hsds2-csv")
    assert sums(years.first) == SUMS_2022
    assert states(years.first) == STATES_2022
    assert sums(years.second) == SUMS_2023
    assert states(years.second) == STATES_2023
    assert (years.first_again.changed, years.second_again.changed) == (0, 0)


def test_nearly_all_hours_in_words_are_understood(years: Years) -> None:
    assert understood(years.first) > 0.98
    assert understood(years.second) > 0.98


def understood(result: Result) -> float:
    """The part of the rows with hours in words that became rules."""
    read = result.tally.repairs["hours_in_words"]
    return read / (read + result.problems[Kind.VALUE, "unreadable_hours"])


def test_the_second_year_alone_is_what_it_is_after_the_first(years: Years, alone: Alone) -> None:
    found = told(alone.result, "kind", "id")
    kept = {source_id for kind, source_id in found if kind == Kind.VALUE}
    for table, rows in alone.importer.everything().items():
        both = {row["id"]: row for row in years.importer.rows(table)}
        different = [row for row in rows if both.get(row["id"]) != row]
        # Where a value cannot be read any more, the one of the year before stays.
        assert {row.get("source_id") for row in different} <= kept, table


def test_nobodys_mailbox_and_no_point_out_of_place_is_left(years: Years) -> None:
    mailboxes = [row["email"] for row in years.importer.rows("service") if row["email"]]
    assert len(mailboxes) > 100
    assert sum("info@" in box for box in mailboxes) > 20
    assert years.second.tally.personal == {"service.email": 137, "organization.email": 32}
    points = [(row["latitude"], row["longitude"]) for row in years.importer.rows("location")]
    assert all(lat is None or (20 < lat < 60 and -130 < lng < -60) for lat, lng in points)


SUMS_2022: dict[str, int] = {
    "value dropped: bad_email": 2,
    "value dropped: unreadable_hours": 12,
    "link dropped: points_nowhere": 874,
    "link dropped: place_not_of_service": 163,
    "orphan: place_not_of_service": 13,
    "orphan: no_parent": 581,
    "value dropped: pin_far_from_zip": 43,
}
STATES_2022: dict[str, tuple[int, ...]] = {
    "taxonomy": (4, 0, 0, 0, 0),
    "taxonomy_term": (447, 0, 0, 0, 0),
    "organization": (227, 0, 0, 0, 0),
    "program": (25, 0, 0, 0, 0),
    "location": (536, 0, 0, 0, 0),
    "service": (1095, 0, 0, 0, 0),
    "service_at_location": (1436, 0, 0, 0, 0),
    "phone": (1674, 0, 0, 0, 0),
    "address": (524, 0, 0, 0, 0),
    "accessibility": (1, 0, 0, 0, 0),
    "language": (10, 0, 0, 0, 0),
    "schedule": (923, 0, 0, 0, 0),
    "service_area": (57, 0, 0, 0, 0),
    "attribute": (3600, 0, 0, 0, 0),
}
SUMS_2023: dict[str, int] = {
    "value dropped: bad_email": 2,
    "refused: not_a_value": 1,
    "value dropped: bad_url": 1,
    "refused: missing_field": 29,
    "value dropped: unreadable_hours": 15,
    "refused: duplicate_id": 3,
    "link dropped: points_nowhere": 1240,
    "link dropped: place_not_of_service": 130,
    "orphan: place_not_of_service": 14,
    "orphan: no_parent": 444,
    "value dropped: pin_far_from_zip": 44,
    "gone: gone": 23,
}
STATES_2023: dict[str, tuple[int, ...]] = {
    "taxonomy": (0, 0, 4, 0, 0),
    "taxonomy_term": (38, 0, 447, 0, 0),
    "organization": (176, 29, 194, 0, 4),
    "program": (0, 0, 25, 0, 0),
    "location": (591, 54, 479, 0, 2),
    "service": (561, 87, 989, 0, 17),
    "service_at_location": (695, 0, 1414, 18, 0),
    "phone": (684, 96, 1475, 82, 0),
    "address": (426, 1, 494, 25, 0),
    "accessibility": (286, 0, 0, 1, 0),
    "language": (296, 0, 10, 0, 0),
    "schedule": (451, 3, 793, 109, 0),
    "cost_option": (9, 0, 0, 0, 0),
    "service_area": (139, 0, 56, 1, 0),
    "url": (4, 0, 0, 0, 0),
    "attribute": (4759, 0, 3536, 25, 0),
}
