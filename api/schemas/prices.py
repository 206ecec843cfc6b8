"""Cash prices: drugs, comparisons, and a price that was recorded. Money is text, as "12.50"."""

from datetime import date
from decimal import Decimal

from msgspec import Struct


class DrugOut(Struct):
    """A product as a prescription names it. `unit` is what quantities count: EA, ML or GM."""

    id: str
    label: str
    ingredient: str
    brand: str
    strength: str
    form: str
    release: str
    route: str
    unit: str
    otc: bool
    schedule: str | None


class DrugOption(Struct):
    """A product that may be meant, with the quantity of that reading."""

    drug: DrugOut
    quantity: Decimal | None


class Question(Struct):
    """What has to be asked before anything is compared."""

    about: str
    text: str
    options: list[DrugOption]


class DrugFound(Struct):
    """What a line means: "found" with its drug, "ask" with a question, or "unknown".

    `corrected` is the name as it is spelt, when the line spelt it otherwise.
    """

    status: str
    drug: DrugOut | None
    quantity: Decimal | None
    question: Question | None
    corrected: str | None


class ProgramOut(Struct):
    """The arrangement under which a price holds."""

    id: str
    name: str
    kind: str
    fee: Decimal
    fee_period: str | None
    requirements: list[str]
    bypasses_insurance: bool
    notes: str | None
    url: str | None


class Pharmacy(Struct):
    """Where to buy it. `evening`: open after 6:30 p.m. on some weekday."""

    location_id: str
    name: str
    organization: str
    address: str | None
    phone: str | None
    lat: float | None
    lng: float | None
    evening: bool
    delivers: bool


class Price(Struct):
    """One price for this patient; `total` = price + fees + shipping + `membership` newly paid.

    `front`: nothing is better in both total and distance (by mail: days). `pays_after`: fills after
    which the membership is earned back. `contradicted`: another source's total there.
    """

    id: str
    total: Decimal
    unit_price: Decimal
    quantity: Decimal
    price: Decimal
    dispensing_fee: Decimal
    shipping: Decimal
    membership: Decimal
    front: bool
    pays_after: int | None
    contradicted: Decimal | None
    freshness: str
    observed_on: date
    age_days: int
    source: str
    channel: str
    program: ProgramOut
    pharmacy: Pharmacy | None
    distance_m: int | None
    days: int | None
    invented: bool


class LeftOutPrice(Struct):
    """A price that does not rank, and why; `missing` are requirements not met."""

    id: str
    reason: str
    text: str
    missing: list[str]
    price: Decimal
    quantity: Decimal
    observed_on: date
    source: str
    program: str
    pharmacy: str | None


class PriceOrigin(Struct):
    """Where distances are measured from."""

    label: str
    lat: float
    lng: float
    state: str | None


class Prices(Struct):
    """A comparison, cheapest first. `other_sizes` are other quantities, by unit price.

    `farther` counts pharmacies with a price beyond the radius. `warnings` belong beside any price.
    """

    drug: DrugOut
    quantity: Decimal
    origin: PriceOrigin | None
    total: int
    prices: list[Price]
    other_sizes: list[Price]
    left_out: list[LeftOutPrice]
    farther: int
    warnings: list[str]


class Recorded(Struct):
    """A price that was kept. `ranks` is false where a later price of that place holds."""

    id: str
    ranks: bool
    observed_on: date
    source: str
