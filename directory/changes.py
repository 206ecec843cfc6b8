"""What a change of a row means: which fields differ, and which units must be indexed again. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Any

from directory.models import Attribute, Translation
from directory.models.base import DirectoryRow

# Records that units are built from; a change of a child is a change of these.
_PARENTS = {
    "service_at_location_id": "service_at_location",
    "service_id": "service",
    "location_id": "location",
    "organization_id": "organization",
}
_UNTRACKED = frozenset({"id", "last_modified", "outdated_since"})


def touched(row: DirectoryRow) -> Iterator[tuple[str, str]]:
    """(entity, id) of the records whose units this row is part of."""
    table = str(row.__tablename__)
    if isinstance(row, Attribute):
        yield row.link_entity, row.link_id
    elif isinstance(row, Translation):
        yield row.resource_type, row.resource_id
    elif table in ("service", "location", "organization", "program", "taxonomy_term"):
        yield table, row.id
    elif table == "service_at_location":
        yield table, row.id
        yield "service", row.service_id  # type: ignore[attr-defined]
    else:
        for column, entity in _PARENTS.items():
            if parent_id := getattr(row, column, None):
                yield entity, parent_id


def differences(old: DirectoryRow, new: DirectoryRow) -> dict[str, tuple[Any, Any]]:
    """Field → (old value, new value) for every field that differs."""
    return {
        name: (before, after)
        for name in type(new).model_fields
        if name not in _UNTRACKED
        and (before := getattr(old, name)) != (after := getattr(new, name))
    }


def as_text(value: Any) -> str:
    """A field's value as the history keeps it; an absent one as ""."""
    if value is None:
        return ""
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    return str(value.normalize()) if isinstance(value, Decimal) else str(value)
