"""Cost, reach, papers and places free of a service entry, as rows."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from decimal import Decimal

from directory import codes
from directory.models import (
    AreaExtent,
    CostOption,
    RequiredDocument,
    ServiceArea,
    ServiceCapacity,
    Unit,
)
from directory.models.base import DirectoryRow
from directory.places.states import STATES
from seed_data.common import seed_id
from seed_data.county import Offer, values_of


def cost_rows(offer: Offer, service: str) -> Iterator[DirectoryRow]:
    """ "free", or "fee 2.50 each way": a code of the cost list, an amount in dollars, words."""
    for text in offer.cost:
        code, _, rest = text.partition(" ")
        amount, _, words = rest.partition(" ")
        yield CostOption(
            id=seed_id("cost", service, text),
            service_id=service,
            option=codes.codes(codes.COST)[code].code,
            currency="USD" if amount else None,
            amount=Decimal(amount) if amount else None,
            amount_description=words or None,
        )


def area_rows(offer: Offer, service: str) -> Iterator[DirectoryRow]:
    """ "zip 27701", "county NC/Durham", "state NC" or "nationwide"."""
    for text in offer.area:
        kind, code, name = _area(text)
        yield ServiceArea(
            id=seed_id("area", service, text),
            service_id=service,
            name=name,
            extent_kind=kind,
            code=code,
        )


def _area(text: str) -> tuple[AreaExtent, str, str]:
    kind, _, code = text.partition(" ")
    if kind == "nationwide":
        return AreaExtent.NATIONWIDE, "US", "United States"
    extent = AreaExtent(kind)
    if extent is AreaExtent.COUNTY:
        state, _, county = code.partition("/")
        return extent, code, f"{county} County, {state}"
    return extent, code, STATES[code] if extent is AreaExtent.STATE else f"ZIP {code}"


def document_rows(offer: Offer, service: str) -> Iterator[DirectoryRow]:
    """Papers to bring, by code and in words."""
    names = codes.codes(codes.DOCUMENT)
    for code in values_of(offer.document):
        yield RequiredDocument(
            id=seed_id("document", service, code),
            service_id=service,
            code=code,
            document=names[code].name(),
        )


def capacity_rows(offer: Offer, service: str) -> Iterator[DirectoryRow]:
    """How many places are free; units come first and are shared."""
    if offer.capacity is None:
        return
    unit, available, maximum, asked_on = offer.capacity
    yield Unit(id=seed_id("unit", unit), name=unit)
    yield ServiceCapacity(
        id=seed_id("capacity", service),
        service_id=service,
        unit_id=seed_id("unit", unit),
        available=available,
        maximum=maximum,
        updated=datetime.combine(asked_on, time(12), UTC),
    )
