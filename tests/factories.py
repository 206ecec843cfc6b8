"""Builders of directory rows for tests: short calls, sensible defaults, ids that read well."""

from datetime import time
from itertools import count
from typing import Any

from directory.models import (
    Address,
    Frequency,
    Location,
    Organization,
    Phone,
    Schedule,
    Service,
    ServiceAtLocation,
)
from directory.models.base import DirectoryRow

_number = count(1)


def _id(kind: str) -> str:
    return f"{kind}-{next(_number)}"


def organization(**values: Any) -> Organization:
    """An organization."""
    return Organization(**{"id": _id("org"), "name": "Eno River Helpers", **values})


def service(of: Organization, **values: Any) -> Service:
    """An active public service of that organization."""
    defaults = {"id": _id("svc"), "organization_id": of.id, "name": "Evening clinic"}
    return Service(**{**defaults, **values})


def location(**values: Any) -> Location:
    """A place in the middle of Durham, North Carolina."""
    defaults: dict[str, Any] = {
        "id": _id("loc"),
        "name": "Main Street",
        "latitude": 35.9967,
        "longitude": -78.8966,
        "timezone": "America/New_York",
    }
    return Location(**{**defaults, **values})


def at(offered: Service, place: Location, **values: Any) -> ServiceAtLocation:
    """That service at that place."""
    keys = {"id": _id("sal"), "service_id": offered.id, "location_id": place.id}
    return ServiceAtLocation(**{**keys, **values})


def address(of: Location, **values: Any) -> Address:
    """A street address of that place."""
    defaults = {
        "id": _id("adr"),
        "location_id": of.id,
        "address_1": "1 Main Street",
        "city": "Durham",
        "state_province": "NC",
        "postal_code": "27701",
    }
    return Address(**{**defaults, **values})


def phone(of: DirectoryRow, number: str = "919-555-0100", **values: Any) -> Phone:
    """A number of that record."""
    return Phone(**{"id": _id("tel"), f"{of.__tablename__}_id": of.id, "number": number, **values})


def weekly(
    of: DirectoryRow, byday: str, opens_at: time, closes_at: time, **values: Any
) -> Schedule:
    """Open on those weekdays ("MO,WE") between those times."""
    parent = {f"{of.__tablename__}_id": of.id}
    defaults = {"id": _id("sch"), "freq": Frequency.WEEKLY, "byday": byday}
    return Schedule(
        **{**parent, **defaults, "opens_at": opens_at, "closes_at": closes_at, **values}
    )
