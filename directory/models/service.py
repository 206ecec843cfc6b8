"""Services: what is offered, to whom, at what cost, how far it reaches."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Numeric, UniqueConstraint
from sqlmodel import Field

from core.clock import now
from core.db import UTCDateTime, enum_type
from directory.models.base import DirectoryRow, SourcedRow, parent
from directory.models.kinds import AreaExtent, ServiceStatus, Visibility


class Service(SourcedRow, table=True):
    """HSDS service, with the columns of our profile below the line."""

    __tablename__ = "service"
    __table_args__ = (
        CheckConstraint("minimum_age IS NULL OR minimum_age >= 0", name="minimum_age_positive"),
        CheckConstraint("wait_days IS NULL OR wait_days >= 0", name="wait_days_positive"),
        CheckConstraint(
            "(wait_days IS NULL) = (wait_asked_on IS NULL)", name="wait_has_the_date_it_was_asked"
        ),
        Index("ix_service_last_modified", "last_modified", "id"),
        Index("ix_service_to_check", "status", "assured_date", "id"),
    )

    organization_id: str = parent("organization", required=True)
    program_id: str | None = parent("program", cascade=False)
    name: str = Field(index=True)
    alternate_name: str | None = None
    description: str | None = None
    url: str | None = None
    email: str | None = None
    status: ServiceStatus = Field(
        default=ServiceStatus.ACTIVE, sa_type=enum_type(ServiceStatus), index=True
    )
    interpretation_services: str | None = None
    application_process: str | None = None
    fees_description: str | None = None
    wait_time: str | None = None
    fees: str | None = None
    accreditations: str | None = None
    eligibility_description: str | None = None
    minimum_age: float | None = None
    maximum_age: float | None = None
    assured_date: date | None = Field(default=None, index=True)
    assurer_email: str | None = None
    licenses: str | None = None
    alert: str | None = None
    # Handrail profile
    visibility: Visibility = Field(default=Visibility.PUBLIC, sa_type=enum_type(Visibility))
    accepts_referrals: bool = False
    by_appointment: bool = False
    # Promised wait in days, as somebody at the service said it on wait_asked_on.
    wait_days: int | None = None
    wait_asked_on: date | None = None


class ObservedWait(DirectoryRow, table=True):
    """How long people really waited for a service: half of `count` were helped within `days`.

    From referrals that came to a service (referrals/reports/waits.py), as of `observed_on`. It stands
    apart from the wait the service promises.
    """

    __tablename__ = "observed_wait"
    __table_args__ = (
        UniqueConstraint("service_id"),
        CheckConstraint("days >= 0", name="days_positive"),
        CheckConstraint("count > 0", name="count_positive"),
    )

    service_id: str = parent("service", required=True)
    days: int
    count: int
    observed_on: date


class CostOption(DirectoryRow, table=True):
    """HSDS cost_option. `option` holds a code of the cost list when one fits."""

    __tablename__ = "cost_option"

    service_id: str = parent("service", required=True)
    valid_from: date | None = None
    valid_to: date | None = None
    option: str | None = None
    currency: str | None = Field(default=None, max_length=3)
    amount: Decimal | None = Field(default=None, sa_type=Numeric(12, 2))
    amount_description: str | None = None


class RequiredDocument(DirectoryRow, table=True):
    """HSDS required_document, with `code` of our document list when one fits."""

    __tablename__ = "required_document"

    service_id: str = parent("service", required=True)
    document: str | None = None
    uri: str | None = None
    code: str | None = Field(default=None, max_length=64)


class ServiceArea(DirectoryRow, table=True):
    """HSDS service_area. `extent_kind` and `code` make it checkable: ("zip", "27701")."""

    __tablename__ = "service_area"

    service_id: str | None = parent("service")
    service_at_location_id: str | None = parent("service_at_location")
    name: str | None = None
    description: str | None = None
    extent: str | None = None
    extent_type: str | None = None
    uri: str | None = None
    extent_kind: AreaExtent = Field(default=AreaExtent.TEXT, sa_type=enum_type(AreaExtent))
    code: str = Field(default="", max_length=100)


class Unit(DirectoryRow, table=True):
    """HSDS unit: what capacity is counted in (beds, seats, visits)."""

    __tablename__ = "unit"

    name: str
    scheme: str | None = None
    identifier: str | None = None
    uri: str | None = None


class ServiceCapacity(DirectoryRow, table=True):
    """HSDS service_capacity: how many are free, as of `updated` (UTC)."""

    __tablename__ = "service_capacity"
    __table_args__ = (CheckConstraint("available >= 0", name="available_positive"),)

    service_id: str = parent("service", required=True)
    unit_id: str = parent("unit", required=True)
    available: float
    maximum: float | None = None
    description: str | None = None
    updated: datetime = Field(default_factory=now, sa_type=UTCDateTime)
