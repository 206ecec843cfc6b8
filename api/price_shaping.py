"""Comparisons of prices → what the API sends. Pure."""

from collections.abc import Callable, Mapping

from api.schemas.prices import (
    DrugFound,
    DrugOption,
    DrugOut,
    LeftOutPrice,
    Pharmacy,
    Price,
    ProgramOut,
    Question,
)
from directory.prices.asking import WORDS, label
from directory.prices.finder import Found, Status
from directory.prices.offers import LeftOut, Product, Program, Ranked
from directory.prices.sellers import Seller
from directory.prices.words import REASONS

Sellers = Mapping[str, Seller]
UNIT_PLACES = 5


def drug_out(product: Product) -> DrugOut:
    """A product."""
    return DrugOut(
        id=product.id,
        label=label(product),
        ingredient=product.ingredient,
        brand=product.brand,
        strength=product.strength,
        form=product.form,
        release=product.release,
        route=product.route,
        unit=product.unit,
        otc=product.otc,
        schedule=product.schedule,
    )


def drug_found(found: Found) -> DrugFound:
    """What a line means."""
    question = None
    if found.status is Status.ASK and found.about:
        options = [DrugOption(drug_out(one.product), one.quantity) for one in found.options]
        question = Question(found.about, WORDS[found.about], options)
    return DrugFound(
        status=found.status,
        drug=drug_out(found.product) if found.product else None,
        quantity=found.quantity,
        question=question,
        corrected=found.corrected or None,
    )


def price(one: Ranked, sellers: Sellers) -> Price:
    """A ranked price."""
    offer = one.offer
    seller = sellers.get(offer.seller)
    return Price(
        id=offer.id,
        total=one.total,
        unit_price=round(one.unit_price, UNIT_PLACES),
        quantity=offer.quantity,
        price=offer.price,
        dispensing_fee=offer.dispensing_fee,
        shipping=offer.shipping,
        membership=one.membership,
        front=one.front,
        pays_after=one.pays_after,
        contradicted=one.contradicted,
        freshness=one.freshness,
        observed_on=offer.observed_on,
        age_days=one.age_days,
        source=offer.source,
        channel=offer.channel,
        program=_program(offer.program),
        pharmacy=_pharmacy(seller) if seller else None,
        distance_m=None if offer.distance_m is None else round(offer.distance_m),
        days=offer.days,
        invented=offer.invented,
    )


def left_out(one: LeftOut, sellers: Sellers, say: Callable[[str], str]) -> LeftOutPrice:
    """A price that does not rank."""
    offer = one.offer
    seller = sellers.get(offer.seller)
    return LeftOutPrice(
        id=offer.id,
        reason=one.reason,
        text=say(REASONS[one.reason]),
        missing=list(one.missing),
        price=offer.price,
        quantity=offer.quantity,
        observed_on=offer.observed_on,
        source=offer.source,
        program=offer.program.name,
        pharmacy=seller.name if seller else None,
    )


def _program(program: Program) -> ProgramOut:
    return ProgramOut(
        id=program.id,
        name=program.name,
        kind=program.kind,
        fee=program.fee,
        fee_period=program.fee_period,
        requirements=sorted(program.requirements),
        bypasses_insurance=program.bypasses_insurance,
        notes=program.notes,
        url=program.url,
    )


def _pharmacy(seller: Seller) -> Pharmacy:
    return Pharmacy(
        location_id=seller.location_id,
        name=seller.name,
        organization=seller.organization,
        address=seller.address,
        phone=seller.phone,
        lat=seller.lat,
        lng=seller.lng,
        evening=seller.evening,
        delivers=seller.delivers,
    )
