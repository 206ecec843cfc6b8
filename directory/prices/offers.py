"""What a comparison is made from, and what it says. Frozen values without a database.

Money is Decimal US dollars, quantities count in the product's unit, distances are metres.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from directory.prices.freshness import Freshness
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

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Product:
    """A drug as ranked: two prices compare only when all of this but `id` and `brand` agrees."""

    id: str
    ingredient: str
    strength: str
    form: DoseForm
    release: Release = Release.IMMEDIATE
    route: Route = Route.ORAL
    brand: str = ""
    unit: PricingUnit = PricingUnit.EACH
    schedule: str | None = None
    otc: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """An arrangement under which a price holds; see models.PriceProgram."""

    id: str
    name: str
    kind: ProgramKind = ProgramKind.CASH
    fee: Decimal = NOTHING
    fee_period: Period | None = None
    states_included: frozenset[str] = frozenset()
    states_excluded: frozenset[str] = frozenset()
    requirements: frozenset[str] = frozenset()
    excludes_controlled: bool = False
    bypasses_insurance: bool = True
    notes: str | None = None
    notes_es: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One observed price at one pharmacy, or by mail.

    `seller` is the pharmacy's location id or the mail program's. `distance_m` is None for mail and
    where it is unknown, `days` how long mail takes. `closed` is that nobody sells there now.
    """

    id: str
    product: Product
    seller: str
    program: Program
    quantity: Decimal
    price: Decimal
    observed_on: date
    source: Source
    channel: Channel = Channel.LOCATION
    dispensing_fee: Decimal = NOTHING
    shipping: Decimal = NOTHING
    unit: PricingUnit = PricingUnit.EACH
    valid_to: date | None = None
    distance_m: float | None = None
    days: int | None = None
    closed: bool = False
    corrected: bool = False
    invented: bool = False

    @property
    def by_mail(self) -> bool:
        """Whether it comes by mail."""
        return self.channel is Channel.MAIL


@dataclass(frozen=True, slots=True)
class Patient:
    """What matters of the patient: nothing that names anybody.

    `held` are ids of programs already paid for, `meets` requirement codes they say they meet.
    """

    state: str | None = None
    held: frozenset[str] = frozenset()
    meets: frozenset[str] = frozenset()


class Reason(StrEnum):
    """Why a price is not in the ranking; the first that holds, in this order."""

    CORRECTED = "corrected"
    OTHER_DRUG = "other_drug"
    OTHER_STRENGTH = "other_strength"
    OTHER_FORM = "other_form"
    OTHER_RELEASE = "other_release"
    OTHER_UNIT = "other_unit"
    FUTURE = "future"
    EXPIRED = "expired"
    CLOSED = "closed"
    STATE = "state"
    REQUIREMENT = "requirement"
    CONTROLLED = "controlled"
    CHECK = "check"
    NEWER = "newer"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A price that does not rank, and why; `missing` are the requirements not met."""

    offer: Offer
    reason: Reason
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranked:
    """A price with what this patient would pay.

    `membership` is the fee they would newly pay, within `total`. `pays_after` is the number of
    fills after which that fee is earned back against the best price without a new membership.
    `contradicted` holds another source's price there that differs by a fifth or more.
    """

    offer: Offer
    total: Decimal
    unit_price: Decimal
    membership: Decimal
    freshness: Freshness
    age_days: int
    front: bool = False
    pays_after: int | None = None
    contradicted: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """The ranking, cheapest first; other pack sizes by unit price; and everything left out."""

    ranked: tuple[Ranked, ...]
    other_sizes: tuple[Ranked, ...]
    left_out: tuple[LeftOut, ...]
