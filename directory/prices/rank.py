"""Which prices this patient can have, in which order, and why the others do not count. Pure.

    compare(product, Decimal(60), offers, Patient(state="NC"), today, benchmark=Decimal("0.02"))

Only the same drug, strength, form, route, release and quantity rank together. The front holds what
nothing beats in both total and distance (by mail: days); mail and walking in do not beat each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import ROUND_CEILING, Decimal

from directory.prices.freshness import Freshness, freshness
from directory.prices.kinds import ProgramKind
from directory.prices.offers import (
    NOTHING,
    Comparison,
    LeftOut,
    Offer,
    Patient,
    Product,
    Ranked,
    Reason,
)

LEAST_OF_COST, MOST_OF_COST = Decimal("0.5"), Decimal(20)
"""A price outside these multiples of the benchmark's cost needs another look before it ranks."""
DIFFERS = Decimal("0.2")
UNKNOWN = float("inf")


def compare(
    product: Product,
    quantity: Decimal,
    offers: Iterable[Offer],
    patient: Patient,
    today: date,
    benchmark: Decimal | None = None,
) -> Comparison:
    """Rank the offers. `benchmark` is the acquisition cost of one unit, where it is known."""
    left_out: list[LeftOut] = []
    able: list[Ranked] = []
    for offer in offers:
        if found := _reason(product, offer, patient, today, benchmark):
            left_out.append(found)
        else:
            able.append(_priced(offer, patient, today))
    kept = list(_newest(able, left_out))
    same = [one for one in kept if one.offer.quantity == quantity]
    others = [one for one in kept if one.offer.quantity != quantity]
    return Comparison(
        ranked=tuple(sorted(_with_break_even(_with_front(same)), key=_by_total)),
        other_sizes=tuple(sorted(others, key=_by_unit_price)),
        left_out=tuple(sorted(left_out, key=_by_reason)),
    )


def out_of_range(offer: Offer, benchmark: Decimal | None) -> bool:
    """Whether the price is too far from what the pharmacy pays to be believed at once.

    What a sliding scale asks follows from income: it may be far below cost, or nothing.
    """
    return is_odd(offer.price, offer.quantity, offer.program.kind, benchmark)


def is_odd(price: Decimal, quantity: Decimal, kind: ProgramKind, benchmark: Decimal | None) -> bool:
    """The same of a price that is not an offer yet."""
    if benchmark is None:
        return False
    cost = benchmark * quantity
    too_low = price < LEAST_OF_COST * cost and kind is not ProgramKind.SLIDING_SCALE
    return too_low or price > MOST_OF_COST * cost


def total(offer: Offer, patient: Patient) -> Decimal:
    """What this patient pays for the order: price, fees, shipping, a membership newly bought."""
    return offer.price + offer.dispensing_fee + offer.shipping + _membership(offer, patient)


def _membership(offer: Offer, patient: Patient) -> Decimal:
    return NOTHING if offer.program.id in patient.held else offer.program.fee


def _reason(
    product: Product,
    offer: Offer,
    patient: Patient,
    today: date,
    benchmark: Decimal | None,
) -> LeftOut | None:
    """The first reason against the offer, in the order of Reason."""
    reason = (
        (Reason.CORRECTED if offer.corrected else None)
        or _other(product, offer)
        or _not_now(offer, today)
        or _not_they(product, offer, patient)
        or (Reason.CHECK if out_of_range(offer, benchmark) else None)
    )
    if reason is None:
        return None
    lacking = _lacking(offer, patient) if reason is Reason.REQUIREMENT else ()
    return LeftOut(offer, reason, tuple(sorted(lacking)))


def _other(product: Product, offer: Offer) -> Reason | None:
    """What is sold is something else."""
    theirs = offer.product
    if (theirs.ingredient, theirs.brand) != (product.ingredient, product.brand):
        return Reason.OTHER_DRUG
    if theirs.strength != product.strength:
        return Reason.OTHER_STRENGTH
    if _form(theirs) != _form(product):
        return Reason.OTHER_FORM
    if theirs.release != product.release:
        return Reason.OTHER_RELEASE
    return Reason.OTHER_UNIT if offer.unit != product.unit else None


def _not_now(offer: Offer, today: date) -> Reason | None:
    """It does not hold today."""
    if offer.observed_on > today:
        return Reason.FUTURE
    if _freshness(offer, today) is Freshness.EXPIRED:
        return Reason.EXPIRED
    return Reason.CLOSED if offer.closed else None


def _not_they(product: Product, offer: Offer, patient: Patient) -> Reason | None:
    """It does not hold for this patient, or for this drug."""
    if not _holds_in(offer, patient.state):
        return Reason.STATE
    if _lacking(offer, patient):
        return Reason.REQUIREMENT
    controlled = product.schedule is not None and offer.program.excludes_controlled
    return Reason.CONTROLLED if controlled else None


def _lacking(offer: Offer, patient: Patient) -> frozenset[str]:
    """Requirements the patient is not known to meet; who holds a program has met them."""
    if offer.program.id in patient.held:
        return frozenset()
    return offer.program.requirements - patient.meets


def _form(product: Product) -> tuple[str, str]:
    return product.form, product.route


def _holds_in(offer: Offer, state: str | None) -> bool:
    """A program for some states only does not hold where the patient's state is not known."""
    included, excluded = offer.program.states_included, offer.program.states_excluded
    if state is None:
        return not included and not excluded
    return (not included or state in included) and state not in excluded


def _freshness(offer: Offer, today: date) -> Freshness:
    return freshness(offer.source, offer.observed_on, today, offer.valid_to)


def _priced(offer: Offer, patient: Patient, today: date) -> Ranked:
    paid = total(offer, patient)
    return Ranked(
        offer=offer,
        total=paid,
        unit_price=paid / offer.quantity,
        membership=_membership(offer, patient),
        freshness=_freshness(offer, today),
        age_days=(today - offer.observed_on).days,
    )


def _newest(able: Iterable[Ranked], left_out: list[LeftOut]) -> Iterator[Ranked]:
    """Of several prices for the same thing the newest; on one day the dearest, to be safe."""
    groups: dict[tuple[str, str, Decimal], list[Ranked]] = {}
    for one in able:
        key = (one.offer.seller, one.offer.program.id, one.offer.quantity)
        groups.setdefault(key, []).append(one)
    for group in groups.values():
        if len(group) == 1:
            yield group[0]
            continue
        first, *rest = sorted(
            group, key=lambda one: (-one.offer.observed_on.toordinal(), -one.total, one.offer.id)
        )
        left_out += [LeftOut(one.offer, Reason.NEWER) for one in rest]
        against = [one.total for one in rest if abs(one.total - first.total) >= _fifth(first)]
        yield replace(first, contradicted=max(against)) if against else first


def _fifth(one: Ranked) -> Decimal:
    return max(one.total * DIFFERS, Decimal("0.01"))


def _with_front(same: Sequence[Ranked]) -> list[Ranked]:
    """Marks what is not beaten, in two walks: one for pharmacies, one for mail."""
    front: set[str] = set()
    for by_mail in (False, True):
        group = sorted(
            (one for one in same if one.offer.by_mail is by_mail),
            key=lambda one: (one.total, effort(one.offer)),
        )
        least, paid = None, None
        for one in group:
            far = effort(one.offer)
            if least is None or far < least or (far == least and one.total == paid):
                front.add(one.offer.id)
                least, paid = far, one.total
    return [replace(one, front=True) if one.offer.id in front else one for one in same]


def effort(offer: Offer) -> float:
    """Metres to go, or days to wait; more than anything where it is not known."""
    found = offer.days if offer.by_mail else offer.distance_m
    return UNKNOWN if found is None else float(found)


def _with_break_even(same: Sequence[Ranked]) -> Iterator[Ranked]:
    rest = min((one.total for one in same if not one.membership), default=None)
    for one in same:
        yield replace(one, pays_after=_fills(one, rest)) if one.membership else one


def _fills(one: Ranked, rest: Decimal | None) -> int | None:
    if rest is None:
        return None
    saved = rest - (one.total - one.membership)
    return int((one.membership / saved).to_integral_value(ROUND_CEILING)) if saved > 0 else None


def _by_total(one: Ranked) -> tuple[Decimal, Decimal, float, str]:
    return one.total, one.unit_price, effort(one.offer), one.offer.id


def _by_unit_price(one: Ranked) -> tuple[Decimal, Decimal, str]:
    return one.unit_price, one.total, one.offer.id


def _by_reason(one: LeftOut) -> tuple[str, int, str]:
    return one.reason, -one.offer.observed_on.toordinal(), one.offer.id
