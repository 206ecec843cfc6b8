"""Rows that hang on others (a phone, a schedule, a cost …) as the history keeps them when they come or
go: whole, as JSON in the line of what they hang on, so that what went can be put back.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from directory.changes import as_text
from directory.models import (
    Accessibility,
    Address,
    Attribute,
    Contact,
    CostOption,
    Language,
    Phone,
    RequiredDocument,
    Schedule,
    ScheduleException,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
    Translation,
)
from directory.models.base import DirectoryRow

HANGING: Final[Mapping[str, type[Any]]] = {
    str(table.__tablename__): table
    for table in (
        Accessibility, Address, Attribute, Contact, CostOption, Language, Phone, RequiredDocument,
        Schedule, ScheduleException, ServiceArea, ServiceAtLocation, ServiceCapacity, Translation,
    )
}  # fmt: skip
"""Tables whose rows are lines in the history of what they hang on, by name."""
PARENTS = {
    "service_at_location_id": "service_at_location",
    "service_id": "service",
    "location_id": "location",
    "organization_id": "organization",
    "phone_id": "phone",
}


def parent_of(row: DirectoryRow) -> tuple[str, str] | None:
    """(table, id) of what the row hangs on; None for rows that stand for themselves."""
    if isinstance(row, Attribute):
        return row.link_entity, row.link_id
    if isinstance(row, Translation):
        of = row.resource_type, row.resource_id
        return None if of[0] == "taxonomy_term" else of
    if str(row.__tablename__) not in HANGING:
        return None
    known = ((table, getattr(row, column, None)) for column, table in PARENTS.items())
    return next(((table, key) for table, key in known if key), None)


def snapshot(row: DirectoryRow) -> str:
    """Everything the row says, as JSON of texts; what is blank is left out."""
    said = {name: as_text(value) for name, value in row.model_dump().items()}
    return json.dumps({name: text for name, text in said.items() if text}, ensure_ascii=False)


def said_in(text: str) -> dict[str, str]:
    """The values of a snapshot by column; nothing where the text is none."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in found.items()} if type(found) is dict else {}
