"""How to reach an organization, service or location, and in which languages."""

from sqlmodel import Field

from directory.models.base import DirectoryRow, parent


class Contact(DirectoryRow, table=True):
    """HSDS contact. Imports drop personal ones unless asked to keep them."""

    __tablename__ = "contact"

    organization_id: str | None = parent("organization")
    service_id: str | None = parent("service")
    service_at_location_id: str | None = parent("service_at_location")
    location_id: str | None = parent("location")
    name: str | None = None
    title: str | None = None
    department: str | None = None
    email: str | None = None


class Phone(DirectoryRow, table=True):
    """HSDS phone of whichever record it hangs on."""

    __tablename__ = "phone"

    location_id: str | None = parent("location")
    service_id: str | None = parent("service")
    organization_id: str | None = parent("organization")
    contact_id: str | None = parent("contact")
    service_at_location_id: str | None = parent("service_at_location")
    number: str
    extension: int | None = None
    type: str | None = None
    description: str | None = None


class Language(DirectoryRow, table=True):
    """HSDS language spoken; `code` is ISO 639-1 or 639-3."""

    __tablename__ = "language"

    service_id: str | None = parent("service")
    location_id: str | None = parent("location")
    phone_id: str | None = parent("phone")
    name: str | None = None
    code: str | None = Field(default=None, max_length=35)
    note: str | None = None
