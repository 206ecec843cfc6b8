"""The ranking of prices a second time, by brute force and in the words of its specification."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from directory.prices.offers import Offer, Patient, Product

EXPIRED_DAYS = {"api": 14, "phone": 60, "partner": 60, "receipt": 120, "published": 180}


@dataclass(frozen=True)
class Answer:
    """Ids in order, ids on the front, ids of other sizes in order, and reason by id."""

    order: list[str]
    front: set[str]
    others: list[str]
    reasons: dict[str, str]
    totals: dict[str, Decimal]


def answer(
    product: Product,
    quantity: Decimal,
    offers: Sequence[Offer],
    patient: Patient,
    today: date,
    benchmark: Decimal | None,
) -> Answer:
    """What the comparison has to be."""
    reasons = {}
    for offer in offers:
        if why := _why(product, offer, patient, today, benchmark):
            reasons[offer.id] = why
    alive = [offer for offer in offers if offer.id not in reasons]
    totals = {offer.id: _total(offer, patient) for offer in alive}
    for offer in alive:
        if any(_replaces(other, offer, totals) for other in alive):
            reasons[offer.id] = "newer"
    kept = [offer for offer in alive if offer.id not in reasons]
    same = [offer for offer in kept if offer.quantity == quantity]
    other = [offer for offer in kept if offer.quantity != quantity]
    same.sort(key=lambda o: (totals[o.id], _effort(o), o.id))
    other.sort(key=lambda o: (totals[o.id] / o.quantity, totals[o.id], o.id))
    front = {o.id for o in same if not any(_beats(p, o, totals) for p in same)}
    return Answer([o.id for o in same], front, [o.id for o in other], reasons, totals)


def _replaces(new: Offer, old: Offer, totals: dict[str, Decimal]) -> bool:
    if (new.seller, new.program.id, new.quantity) != (old.seller, old.program.id, old.quantity):
        return False
    if new.observed_on != old.observed_on:
        return new.observed_on > old.observed_on
    if totals[new.id] != totals[old.id]:
        return totals[new.id] > totals[old.id]
    return new.id < old.id


def _beats(one: Offer, other: Offer, totals: dict[str, Decimal]) -> bool:
    if (one.channel == "mail") != (other.channel == "mail"):
        return False
    no_worse = totals[one.id] <= totals[other.id] and _effort(one) <= _effort(other)
    better = totals[one.id] < totals[other.id] or _effort(one) < _effort(other)
    return no_worse and better


def _effort(offer: Offer) -> float:
    known = offer.days if offer.channel == "mail" else offer.distance_m
    return 10.0**12 if known is None else known


def _total(offer: Offer, patient: Patient) -> Decimal:
    paid = offer.price + offer.dispensing_fee + offer.shipping
    return paid if offer.program.id in patient.held else paid + offer.program.fee


def _why(
    product: Product,
    offer: Offer,
    patient: Patient,
    today: date,
    benchmark: Decimal | None,
) -> str | None:
    if offer.corrected:
        return "corrected"
    theirs = offer.product
    for why, mine, other in (
        ("other_drug", (product.ingredient, product.brand), (theirs.ingredient, theirs.brand)),
        ("other_strength", product.strength, theirs.strength),
        ("other_form", (product.form, product.route), (theirs.form, theirs.route)),
        ("other_release", product.release, theirs.release),
        ("other_unit", product.unit, offer.unit),
    ):
        if mine != other:
            return why
    return _why_not_now(offer, today) or _why_not_they(product, offer, patient, benchmark)


def _why_not_now(offer: Offer, today: date) -> str | None:
    if offer.observed_on > today:
        return "future"
    if today - offer.observed_on > timedelta(EXPIRED_DAYS[offer.source.value]):
        return "expired"
    if offer.valid_to is not None and today > offer.valid_to:
        return "expired"
    return "closed" if offer.closed else None


def _why_not_they(
    product: Product, offer: Offer, patient: Patient, benchmark: Decimal | None
) -> str | None:
    program, state = offer.program, patient.state
    limited = bool(program.states_included or program.states_excluded)
    included = not program.states_included or state in program.states_included
    if (limited and state is None) or not included or state in program.states_excluded:
        return "state"
    if program.id not in patient.held and not program.requirements <= patient.meets:
        return "requirement"
    if product.schedule and program.excludes_controlled:
        return "controlled"
    if benchmark is None:
        return None
    cost = benchmark * offer.quantity
    too_low = offer.price * 2 < cost and program.kind != "sliding_scale"
    return "check" if too_low or offer.price > cost * 20 else None
