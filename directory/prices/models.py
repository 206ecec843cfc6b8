"""Tables: medicines and what they are called, price programs, observed prices, benchmarks."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from core.clock import now
from core.db import Base, UTCDateTime, enum_type
from directory.models.base import ID_LENGTH, DirectoryRow, parent
from directory.prices.columns import Exact
from directory.prices.kinds import (
    Channel,
    DoseForm,
    Period,
    PricingUnit,
    ProgramKind,
    Release,
    Route,
    Source,
)

MONEY_PLACES = 2
QUANTITY_PLACES = 3
BENCHMARK_PLACES = 5
QUANTITY_MAX = Decimal(100_000)
PRICE_MAX = Decimal(1_000_000)
CURRENT = text("is_current")


class Drug(DirectoryRow, table=True):
    """A product as a prescription names it. A brand is a product of its own; "" is the generic.

    `product` is the name, strength, form, release and route in one text, which benchmarks share;
    quantities and benchmark costs are counted in `unit`.
    """

    __tablename__ = "drug"
    __table_args__ = (
        CheckConstraint("schedule IN ('II', 'III', 'IV', 'V')", name="schedule_known"),
        CheckConstraint("ingredient <> '' AND strength <> ''", name="says_what_it_is"),
    )

    rxcui: str | None = Field(default=None, max_length=16, unique=True)
    ingredient: str = Field(max_length=200, index=True)
    brand: str = Field(default="", max_length=100)
    strength: str = Field(max_length=100)
    form: DoseForm = Field(sa_type=enum_type(DoseForm))
    route: Route = Field(default=Route.ORAL, sa_type=enum_type(Route))
    release: Release = Field(default=Release.IMMEDIATE, sa_type=enum_type(Release))
    unit: PricingUnit = Field(default=PricingUnit.EACH, sa_type=enum_type(PricingUnit))
    otc: bool = False
    schedule: str | None = Field(default=None, max_length=3)
    product: str = Field(max_length=400, unique=True)


class DrugAlias(DirectoryRow, table=True):
    """What people call a drug, in one language; `folded` is how it is looked up."""

    __tablename__ = "drug_alias"
    __table_args__ = (UniqueConstraint("drug_id", "folded", "language"),)

    drug_id: str = parent("drug", required=True)
    text: str = Field(max_length=200)
    folded: str = Field(max_length=200)
    language: str = Field(default="en", max_length=35)


class PriceProgram(DirectoryRow, table=True):
    """An arrangement under which prices hold. Lists of states are USPS codes; none means all.

    `requirements` are codes of what a patient must meet ("low-income"), `notes` says it in words.
    `delivery_days` is about how long mail takes.
    """

    __tablename__ = "price_program"
    __table_args__ = (
        CheckConstraint("fee IS NULL OR fee >= 0", name="fee_positive"),
        CheckConstraint("(fee IS NULL) = (fee_period IS NULL)", name="fee_has_a_period"),
        CheckConstraint("kind <> 'mail' OR delivery_days IS NOT NULL", name="mail_takes_days"),
        CheckConstraint("delivery_days IS NULL OR delivery_days >= 0", name="days_positive"),
    )

    name: str = Field(max_length=200, unique=True)
    kind: ProgramKind = Field(sa_type=enum_type(ProgramKind))
    fee: Decimal | None = Field(default=None, sa_type=Exact(MONEY_PLACES))
    fee_period: Period | None = Field(default=None, sa_type=enum_type(Period))
    states_included: list[str] = Field(default_factory=list, sa_type=JSON)
    states_excluded: list[str] = Field(default_factory=list, sa_type=JSON)
    requirements: list[str] = Field(default_factory=list, sa_type=JSON)
    notes: str | None = None
    notes_es: str | None = None
    excludes_controlled: bool = False
    bypasses_insurance: bool = True
    url: str | None = None
    delivery_days: int | None = None


class PriceObservation(DirectoryRow, table=True):
    """What somebody was told, read or paid. Never changed: a correction supersedes it.

    `place_key` is who sells (the location, chain or mail program); of the prices from one source
    for one quantity there, `is_current` marks the latest that no correction superseded.
    """

    __tablename__ = "price_observation"
    __table_args__ = (
        CheckConstraint("quantity > 0 AND quantity <= 100000000", name="quantity_sensible"),
        CheckConstraint("price >= 0 AND price <= 100000000", name="price_sensible"),
        CheckConstraint("dispensing_fee >= 0 AND shipping >= 0", name="fees_positive"),
        CheckConstraint("days_supply IS NULL OR days_supply > 0", name="days_positive"),
        CheckConstraint("valid_to IS NULL OR valid_to >= observed_on", name="ends_after_start"),
        CheckConstraint("(channel = 'location') = (location_id IS NOT NULL)", name="one_pharmacy"),
        CheckConstraint("(channel = 'chain') = (organization_id IS NOT NULL)", name="one_chain"),
        CheckConstraint("superseded_by IS NULL OR NOT is_current", name="corrected_is_history"),
        CheckConstraint("superseded_by <> id", name="not_by_itself"),
        CheckConstraint(
            "place_key = COALESCE(location_id, organization_id, program_id)", name="place_is_said"
        ),
        Index(
            "uq_price_observation_current",
            "drug_id", "place_key", "program_id", "quantity", "source",
            unique=True,
            sqlite_where=CURRENT,
            postgresql_where=CURRENT,
        ),
        Index("ix_price_observation_history", "drug_id", "quantity", "observed_on"),
        Index(
            "ix_price_observation_correction",
            "superseded_by",
            sqlite_where=text("superseded_by IS NOT NULL"),
            postgresql_where=text("superseded_by IS NOT NULL"),
        ),
    )  # fmt: skip

    drug_id: str = Field(foreign_key="drug.id", max_length=ID_LENGTH)
    ndc11: str | None = Field(default=None, max_length=11)
    quantity: Decimal = Field(sa_type=Exact(QUANTITY_PLACES))
    days_supply: int | None = None
    channel: Channel = Field(sa_type=enum_type(Channel))
    location_id: str | None = Field(
        default=None,
        foreign_key="location.id",
        ondelete="CASCADE",
        index=True,
        max_length=ID_LENGTH,
    )
    organization_id: str | None = Field(
        default=None,
        foreign_key="organization.id",
        ondelete="CASCADE",
        index=True,
        max_length=ID_LENGTH,
    )
    place_key: str = Field(max_length=ID_LENGTH)
    program_id: str = Field(foreign_key="price_program.id", max_length=ID_LENGTH)
    price: Decimal = Field(sa_type=Exact(MONEY_PLACES))
    dispensing_fee: Decimal = Field(default=Decimal(0), sa_type=Exact(MONEY_PLACES))
    shipping: Decimal = Field(default=Decimal(0), sa_type=Exact(MONEY_PLACES))
    observed_on: date
    valid_to: date | None = None
    source: Source = Field(sa_type=enum_type(Source))
    source_ref: str = Field(default="", max_length=200)
    observer: str = Field(max_length=64)
    recorded_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    superseded_by: str | None = Field(
        default=None,
        foreign_key="price_observation.id",
        ondelete="SET NULL",
        max_length=ID_LENGTH,
    )
    is_current: bool = True
    invented: bool = False


class Benchmark(Base, table=True):
    """NADAC: what pharmacies pay on average for one unit of an NDC. Never quoted as a price.

    `product` is that of Drug, as read from the description; `as_of` is the week of the list that
    said so.
    """

    __tablename__ = "benchmark"
    __table_args__ = (
        CheckConstraint("per_unit > 0", name="per_unit_positive"),
        Index("ix_benchmark_product", "product", "effective_on"),
    )

    ndc11: str = Field(primary_key=True, max_length=11)
    effective_on: date = Field(primary_key=True)
    as_of: date
    per_unit: Decimal = Field(sa_type=Exact(BENCHMARK_PLACES))
    unit: PricingUnit = Field(sa_type=enum_type(PricingUnit))
    description: str = Field(max_length=200)
    product: str = Field(max_length=400)
