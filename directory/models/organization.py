"""Organizations and what hangs on them alone."""

from sqlmodel import Field

from directory.models.base import DirectoryRow, SourcedRow, parent


class Organization(SourcedRow, table=True):
    """HSDS organization: who provides services."""

    __tablename__ = "organization"

    name: str = Field(index=True)
    alternate_name: str | None = None
    description: str = ""
    email: str | None = None
    website: str | None = None
    tax_status: str | None = None
    tax_id: str | None = None
    year_incorporated: int | None = None
    legal_status: str | None = None
    logo: str | None = None
    uri: str | None = None
    parent_organization_id: str | None = parent("organization", cascade=False)


class OrganizationIdentifier(DirectoryRow, table=True):
    """HSDS organization_identifier: the organization's id in somebody else's register."""

    __tablename__ = "organization_identifier"

    organization_id: str = parent("organization", required=True)
    identifier_scheme: str | None = None
    identifier_type: str
    identifier: str


class Program(SourcedRow, table=True):
    """HSDS program: a named group of an organization's services."""

    __tablename__ = "program"

    organization_id: str = parent("organization", required=True)
    name: str
    alternate_name: str | None = None
    description: str = ""


class Funding(DirectoryRow, table=True):
    """HSDS funding: who pays for an organization or service."""

    __tablename__ = "funding"

    organization_id: str | None = parent("organization")
    service_id: str | None = parent("service")
    source: str | None = None


class Url(DirectoryRow, table=True):
    """HSDS url: additional web addresses of an organization or service."""

    __tablename__ = "url"

    organization_id: str | None = parent("organization")
    service_id: str | None = parent("service")
    label: str | None = None
    url: str
