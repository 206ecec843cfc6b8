"""Staged records → rows of our tables, with a digest of all the source says of each."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from directory.importing.identity import our_id
from directory.importing.shapes import Shape, shapes
from directory.importing.staging import Record
from directory.models.base import DirectoryRow

REFERENCES = ("service_id", "service_at_location_id", "organization_id", "link_id")


@dataclass(frozen=True, slots=True)
class Said:
    """One row as its source says it: our `id`, the `values` of the columns it speaks of."""

    id: str
    values: dict[str, Any]
    digest: str
    record: Record


def said(source: str, record: Record) -> Said:
    """References become our ids; nothing else changes."""
    shape = shapes()[record.table]
    values = {name: _value(source, shape, name, value) for name, value in record.data.items()}
    if record.table == "attribute":
        values["link_id"] = our_id(source, values["link_entity"], values["link_id"])
    if shape.sourced:
        values |= {"source": source, "source_id": record.id[:200]}
    text = json.dumps(values, sort_keys=True, ensure_ascii=False)
    digest = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    return Said(our_id(source, record.table, record.id), values, digest, record)


def redirected(one: Said, merged: Mapping[str, str]) -> Said:
    """What hangs on a record that was made one with another hangs on that one."""
    if not merged:
        return one
    values = {
        name: merged.get(value, value) if name in REFERENCES and isinstance(value, str) else value
        for name, value in one.values.items()
    }
    return replace(one, values=values)


def row(shape: Shape, one: Said, stored: DirectoryRow | None) -> DirectoryRow:
    """The row to save. What the source does not speak of stays as it is stored."""
    before = stored.model_dump() if stored else {}
    values = {**before, **_without_absent(shape, one.values), "id": one.id}
    if shape.name == "location" and values.get("confidential"):
        values |= {"latitude": None, "longitude": None}
    return shape.table.model_validate(values)


def _value(source: str, shape: Shape, name: str, value: Any) -> Any:
    table = shape.parents.get(name)
    return our_id(source, table, value) if table and value else value


def _without_absent(shape: Shape, values: dict[str, Any]) -> dict[str, Any]:
    """Without the empty values of columns that must not be empty: their default holds."""
    optional = shape.table.model_fields
    columns = shape.table.__table__.columns  # type: ignore[attr-defined]
    return {
        name: value
        for name, value in values.items()
        if value is not None or (name in optional and columns[name].nullable)
    }
