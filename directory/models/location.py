"""Places, and services at places."""

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field

from core.db import enum_type
from directory.models.base import DirectoryRow, SourcedRow, parent
from directory.models.kinds import AddressType, LocationType


class Location(SourcedRow, table=True):
    """HSDS location, with time zone, holiday calendar and the confidential flag of our profile.

    A confidential location (a shelter) has no coordinates, and no search index ever sees it.
    """

    __tablename__ = "location"
    __table_args__ = (
        CheckConstraint("latitude BETWEEN -90 AND 90", name="latitude_range"),
        CheckConstraint("longitude BETWEEN -180 AND 180", name="longitude_range"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="coordinates_pair"),
        CheckConstraint("NOT confidential OR latitude IS NULL", name="confidential_has_no_pin"),
    )

    organization_id: str | None = parent("organization")
    location_type: LocationType = Field(
        default=LocationType.PHYSICAL, sa_type=enum_type(LocationType)
    )
    url: str | None = None
    name: str | None = None
    alternate_name: str | None = None
    description: str | None = None
    transportation: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    external_identifier: str | None = None
    external_identifier_type: str | None = None
    # Handrail profile
    timezone: str | None = Field(default=None, max_length=64)
    confidential: bool = False


class Address(DirectoryRow, table=True):
    """HSDS address of a location."""

    __tablename__ = "address"

    location_id: str = parent("location", required=True)
    attention: str | None = None
    address_1: str
    address_2: str | None = None
    city: str
    region: str | None = None
    state_province: str
    postal_code: str
    country: str = Field(default="US", max_length=2)
    address_type: AddressType = Field(default=AddressType.PHYSICAL, sa_type=enum_type(AddressType))


class Accessibility(DirectoryRow, table=True):
    """HSDS accessibility of a location, with `code` of our list when one fits."""

    __tablename__ = "accessibility"

    location_id: str = parent("location", required=True)
    description: str | None = None
    details: str | None = None
    url: str | None = None
    code: str | None = Field(default=None, max_length=64)


class ServiceAtLocation(SourcedRow, table=True):
    """HSDS service_at_location: the thing people look for."""

    __tablename__ = "service_at_location"
    __table_args__ = (UniqueConstraint("service_id", "location_id"),)

    service_id: str = parent("service", required=True)
    location_id: str = parent("location", required=True)
    description: str | None = None
