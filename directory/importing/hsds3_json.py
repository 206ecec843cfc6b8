"""HSDS 3.x JSON: nested objects, taken apart into the rows of the tables they are made of."""

from collections.abc import Iterator
from typing import Any

from directory.importing.formats import Found, table_of
from directory.importing.intake import Intake, Raw
from directory.importing.json_file import read_objects
from directory.importing.problems import FileRefused, RowRefused
from directory.importing.progress import Progress
from directory.importing.shapes import shapes
from directory.importing.values import known_as

LISTS = {
    "accessibility": "accessibility",
    "additional_urls": "url",
    "additional_websites": "url",
    "addresses": "address",
    "attributes": "attribute",
    "capacities": "service_capacity",
    "contacts": "contact",
    "cost_options": "cost_option",
    "funding": "funding",
    "languages": "language",
    "locations": "location",
    "organization_identifiers": "organization_identifier",
    "phones": "phone",
    "programs": "program",
    "required_documents": "required_document",
    "schedules": "schedule",
    "service_areas": "service_area",
    "service_at_locations": "service_at_location",
    "services": "service",
}
"""Lists inside an object → the table of their items, which belong to the object."""
SINGLE = {
    "location": ("location", "location_id"),
    "organization": ("organization", "organization_id"),
    "program": ("program", "program_id"),
    "service": ("service", "service_id"),
    "taxonomy_detail": ("taxonomy", "taxonomy_id"),
    "taxonomy_term": ("taxonomy_term", "taxonomy_term_id"),
    "unit": ("unit", "unit_id"),
}
"""Objects inside an object → their table, and the column that refers to them."""
NOT_READ = frozenset({"metadata"})
HINTS = (
    ("location_type", "location"),
    ("status", "service"),
    ("address_1", "address"),
    ("location_id", "service_at_location"),
    ("location", "service_at_location"),
    ("parent_id", "taxonomy_term"),
    ("taxonomy_id", "taxonomy_term"),
    ("taxonomy_detail", "taxonomy_term"),
    ("name", "organization"),
)
"""What tells the kind of an object when neither its list nor its file says."""

Part = tuple[str, dict[str, Any]]


def read(found: Found, intake: Intake, progress: Progress) -> None:
    """Every object of every file; a file without HSDS objects is named, not read."""
    intake.in_pieces = True
    taken = 0
    for file in found.files:
        before = taken
        for name, number, value in progress.counted(file.name, read_objects(file)):
            table = table_of(name) if name else _by_file(file.stem) or _by_content(value)
            if table and isinstance(value, dict):
                for part, values in parts(table, value):
                    taken += 1
                    intake.take(_raw(part, values, file.name, number))
            elif table:
                intake.refuse(Raw(table, "", {}, file.name, number), RowRefused("not_text"))
        if taken == before:
            intake.tally.ignore(file.name, "the whole file: it holds no HSDS objects")
    if not taken:
        raise FileRefused(found.files[0].name, "holds no HSDS objects")


def _raw(table: str, values: dict[str, Any], file: str, number: int) -> Raw:
    return Raw(table, known_as(values.get("id")), values, file, number, partial=True)


def parts(table: str, value: Any) -> Iterator[Part]:
    """The object's own row, after the rows it refers to and before those that refer to it."""
    if not isinstance(value, dict):
        yield table, {}  # refused, for want of an id
        return
    own: dict[str, Any] = {}
    inner: list[Part] = []
    for key, item in value.items():
        if key in NOT_READ:
            continue
        if key in SINGLE and isinstance(item, dict):
            child, column = SINGLE[key]
            yield from parts(child, item)
            own.setdefault(column, value.get(column) or item.get("id"))
        elif key in LISTS and isinstance(item, list):
            inner += [(LISTS[key], child) for child in item]
        else:
            own[key] = item
    yield table, own
    for child, item in inner:
        yield from parts(child, _belonging(child, item, table, own.get("id")))


def _belonging(child: str, item: Any, table: str, owner: Any) -> Any:
    """The inner object with its reference to the outer one, unless it names another itself."""
    if not isinstance(item, dict):
        return item
    if child == "attribute":
        return {**item, "link_id": owner, "link_entity": table}
    column = f"{table}_id"
    if column in shapes()[child].fields:
        return {column: owner, **_said(item)}
    return item


def _said(item: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in item.items() if value not in (None, "")}


def _by_file(stem: str) -> str | None:
    """`taxonomy_list`, `organization_full`, `services`: the table in a file's name."""
    words = stem.lower().replace("-", "_")
    for ending in ("_full", "_list", "_min"):
        words = words.removesuffix(ending)
    return table_of(words)


def _by_content(value: Any) -> str | None:
    keys = value if isinstance(value, dict) else ()
    return next((table for key, table in HINTS if key in keys), None)
