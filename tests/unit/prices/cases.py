"""Hand-made comparisons: what is offered, for whom, and what has to come of it.

The answer is written as "a* b | c | d:expired": the ranking with a star on the front, then other
pack sizes, then what is left out and why. Distances are miles, ages days.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from directory.prices.kinds import Channel, DoseForm, PricingUnit, ProgramKind, Release, Source
from directory.prices.offers import Offer, Patient, Product, Program

TODAY = date(2026, 11, 20)
MILE = 1609.344
METFORMIN = Product("d1", "metformin", "500 mg", DoseForm.TABLET)
TRAMADOL = Product("d9", "tramadol", "50 mg", DoseForm.TABLET, schedule="IV")
CASH = Program("cash", "Cash price")
CARD = Program("card", "A card", ProgramKind.DISCOUNT_CARD, excludes_controlled=True)
CLUB = Program("club", "A club", ProgramKind.MEMBERSHIP, fee=Decimal(20))
MONTHLY = Program("monthly", "By the month", ProgramKind.MEMBERSHIP, fee=Decimal(5))
CLINIC = Program(
    "clinic", "By income", ProgramKind.SLIDING_SCALE, requirements=frozenset({"low-income"})
)
CHARITY = replace(CLINIC, id="charity", requirements=frozenset({"low-income", "uninsured"}))
NC_ONLY = replace(CARD, id="nc", states_included=frozenset({"NC"}))
NOT_NC = replace(CARD, id="not-nc", states_excluded=frozenset({"NC"}))
POST = Program("post", "By mail", ProgramKind.MAIL)


def sold(
    name: str,
    price: str | int,
    miles: float | None = 1,
    age: int = 1,
    program: Program = CASH,
    **more: Any,
) -> Offer:
    """A price at a pharmacy of its own, told by telephone."""
    return Offer(
        id=name,
        product=more.pop("product", METFORMIN),
        seller=more.pop("seller", name),
        program=program,
        quantity=Decimal(more.pop("quantity", 60)),
        price=Decimal(price),
        observed_on=TODAY - timedelta(age),
        source=more.pop("source", Source.PHONE),
        distance_m=None if miles is None else miles * MILE,
        **more,
    )


def mailed(name: str, price: str | int, days: int, shipping: int = 0, **more: Any) -> Offer:
    """A price by mail."""
    return sold(name, price, None, program=more.pop("program", POST), channel=Channel.MAIL,
                days=days, shipping=Decimal(shipping), **more)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One comparison and its answer."""

    name: str
    offers: list[Offer]
    answer: str
    patient: Patient = field(default_factory=lambda: Patient("NC"))
    product: Product = METFORMIN
    quantity: int = 60
    benchmark: str | None = None


def _as(**changes: Any) -> Product:
    return replace(METFORMIN, id="other", **changes)


ER = _as(release=Release.EXTENDED)
CASES = [
    Case("nothing offered", [], ""),
    Case("one price", [sold("a", 9)], "a*"),
    Case("cheapest first", [sold("a", 9), sold("b", 4, 9)], "b* a*"),
    Case("dearer and farther is beaten", [sold("a", 4, 1), sold("b", 9, 2)], "a* b"),
    Case("same price, farther is beaten", [sold("a", 4, 1), sold("b", 4, 2)], "a* b"),
    Case("same distance, dearer is beaten", [sold("a", 5, 1), sold("b", 4, 1)], "b* a"),
    Case("twins are both on the front", [sold("a", 4, 1), sold("b", 4, 1)], "a* b*"),
    Case(
        "the trade-off in three steps",
        [sold("near", 15, 1), sold("mid", 9, 4), sold("far", 4, 9), sold("bad", 10, 8)],
        "far* mid* bad near*",
    ),
    Case("unknown distance is the farthest", [sold("a", 4, None), sold("b", 9, 30)], "a* b*"),
    Case("without any distance only the cheapest", [sold("a", 4, None), sold("b", 9, None)], "a* b"),
    # mail against walking in
    Case(
        "mail and near do not beat each other",
        [sold("far", 4, 9), sold("near", 9, 1), mailed("mail", 2, 5, 5)],
        "far* mail* near*",
    ),
    Case("shipping counts", [sold("a", 9), mailed("mail", 5, 5, 5)], "a* mail*"),
    Case("cheapest mail is not beaten by a pharmacy", [sold("a", 1), mailed("m", 50, 3)], "a* m*"),
    Case("slower dearer mail is beaten", [mailed("m", 5, 3), mailed("n", 6, 5)], "m* n"),
    Case("faster dearer mail is not", [mailed("m", 5, 5), mailed("n", 6, 2)], "m* n*"),
    Case("fees count", [sold("a", 5, dispensing_fee=Decimal(6)), sold("b", 10)], "b* a"),
    # memberships
    Case("a membership not held is paid", [sold("a", 15), sold("b", 3, program=CLUB)], "a* b(2)"),
    Case(
        "a membership held is not",
        [sold("a", 15), sold("b", 3, program=CLUB)],
        "b* a",
        Patient("NC", held=frozenset({"club"})),
    ),
    Case("even after two fills", [sold("a", 13), sold("b", 3, program=CLUB)], "a* b(2)"),
    Case("even after seven fills", [sold("a", 6), sold("b", 3, program=CLUB)], "a* b(7)"),
    Case("never pays", [sold("a", 3), sold("b", 3, program=CLUB)], "a* b"),
    Case("pays at once", [sold("a", 30), sold("b", 3, program=MONTHLY)], "b*(1) a"),
    Case("exactly at once", [sold("a", 8), sold("b", 3, program=MONTHLY)], "a* b*(1)"),
    Case("nothing to break even against", [sold("b", 3, program=CLUB)], "b*"),
    # age
    Case("the stale cheapest never ranks", [sold("a", 1, age=61), sold("b", 9)], "b* || a:expired"),
    Case("the last day still counts", [sold("a", 1, age=60), sold("b", 9, 2)], "a* b"),
    Case("a receipt is good longer", [sold("a", 1, age=120, source=Source.RECEIPT)], "a*"),
    Case("not for ever", [sold("a", 1, age=121, source=Source.RECEIPT)], "|| a:expired"),
    Case("a list is good longest", [sold("a", 1, age=180, source=Source.PUBLISHED)], "a*"),
    Case("a list ends too", [sold("a", 1, age=181, source=Source.PUBLISHED)], "|| a:expired"),
    Case("an interface is soon old", [sold("a", 1, age=15, source=Source.API)], "|| a:expired"),
    Case("what a partner said", [sold("a", 1, age=61, source=Source.PARTNER)], "|| a:expired"),
    Case(
        "said to end yesterday",
        [sold("a", 1, age=3, valid_to=TODAY - timedelta(1))],
        "|| a:expired",
    ),
    Case("said to end today", [sold("a", 1, age=3, valid_to=TODAY)], "a*"),
    Case("from the future", [sold("a", 1, age=-1)], "|| a:future"),
    # what it is
    Case("ER is never IR", [sold("a", 1, product=ER), sold("b", 9)], "b* || a:other_release"),
    Case(
        "IR is never ER",
        [sold("a", 1), sold("b", 9, product=ER)],
        "b* || a:other_release",
        product=ER,
    ),
    Case(
        "DR is neither",
        [sold("a", 1, product=_as(release=Release.DELAYED))],
        "|| a:other_release",
    ),
    Case("another strength", [sold("a", 1, product=_as(strength="1000 mg"))], "|| a:other_strength"),
    Case("another form", [sold("a", 1, product=_as(form=DoseForm.SOLUTION))], "|| a:other_form"),
    Case("the brand", [sold("a", 90, product=_as(brand="Glucophage"))], "|| a:other_drug"),
    Case("another drug", [sold("a", 1, product=_as(ingredient="glipizide"))], "|| a:other_drug"),
    Case("grams of tablets", [sold("a", 1, unit=PricingUnit.GRAM)], "|| a:other_unit"),
    # pack sizes
    Case("another pack size is apart", [sold("a", 9), sold("b", 10, quantity=180)], "a* | b"),
    Case(
        "pack sizes by unit price",
        [sold("b", 12, quantity=90), sold("c", 18, quantity=180), sold("d", 5, quantity=30)],
        "| c b d",
    ),
    Case(
        "an expired pack size is left out too",
        [sold("b", 12, quantity=90, age=61)],
        "|| b:expired",
    ),
    Case("half a millilitre is a size", [sold("b", 12, quantity="2.5")], "| b"),
    # who may
    Case("closed", [sold("a", 1, closed=True), sold("b", 9)], "b* || a:closed"),
    Case("needs a low income", [sold("a", 1, program=CLINIC)], "|| a:requirement"),
    Case(
        "has a low income",
        [sold("a", 1, program=CLINIC)],
        "a*",
        Patient("NC", meets=frozenset({"low-income"})),
    ),
    Case(
        "one of two is not enough",
        [sold("a", 1, program=CHARITY)],
        "|| a:requirement",
        Patient("NC", meets=frozenset({"low-income"})),
    ),
    Case("valid here", [sold("a", 1, program=NC_ONLY)], "a*"),
    Case("not valid there", [sold("a", 1, program=NC_ONLY)], "|| a:state", Patient("SC")),
    Case("not valid here", [sold("a", 1, program=NOT_NC)], "|| a:state"),
    Case("state not known", [sold("a", 1, program=NC_ONLY)], "|| a:state", Patient()),
    Case(
        "a card for a controlled drug",
        [sold("a", 1, program=CARD, product=TRAMADOL), sold("b", 9, product=TRAMADOL)],
        "b* || a:controlled",
        product=TRAMADOL,
    ),
    # prices that need another look
    Case("below half the cost", [sold("a", "0.59")], "|| a:check", benchmark="0.02"),
    Case("half the cost", [sold("a", "0.60")], "a*", benchmark="0.02"),
    Case("twenty times the cost", [sold("a", 24)], "a*", benchmark="0.02"),
    Case("above twenty times", [sold("a", "24.01")], "|| a:check", benchmark="0.02"),
    Case("without a benchmark", [sold("a", 9000)], "a*"),
    Case(
        "income decides on a sliding scale",
        [sold("a", 0, program=CLINIC)],
        "a*",
        Patient("NC", meets=frozenset({"low-income"})),
        benchmark="0.02",
    ),
    # several prices of one pharmacy
    Case(
        "the newer one holds",
        [sold("a", 4, age=20, seller="x"), sold("b", 9, age=2, seller="x")],
        "b*! || a:newer",
    ),
    Case(
        "on one day the dearer one",
        [sold("a", 9, seller="x"), sold("b", "9.50", seller="x", source=Source.PUBLISHED)],
        "b* || a:newer",
    ),
    Case(
        "two programs there are two prices",
        [sold("a", 4, seller="x", program=CARD), sold("b", 9, seller="x")],
        "a* b",
    ),
    Case(
        "corrected",
        [sold("a", 4, seller="x", corrected=True), sold("b", 9, seller="x")],
        "b* || a:corrected",
    ),
    Case(
        "an odd newer one does not hide the older one",
        [sold("a", 9, age=20, seller="x"), sold("b", 900, seller="x")],
        "a* || b:check",
        benchmark="0.02",
    ),
]  # fmt: skip
