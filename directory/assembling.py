"""Loaded rows → frozen views. Pure: no statement is sent from here."""

from collections.abc import Iterable
from typing import TypeVar

from directory.codes import CATEGORY, COST, DOCUMENT, codes, term_id
from directory.loading import Batch
from directory.models import (
    Accessibility,
    Address,
    Attribute,
    CostOption,
    Language,
    Location,
    ObservedWait,
    Organization,
    OrganizationIdentifier,
    Phone,
    RequiredDocument,
    Schedule,
    ScheduleException,
    Service,
    ServiceArea,
    ServiceAtLocation,
    ServiceCapacity,
)
from directory.schedules import hours_of, notes_of
from directory.views import (
    AccessibilityView,
    AddressView,
    AreaView,
    AttributeView,
    CapacityView,
    CostView,
    DocumentView,
    LocationView,
    ObservedWaitView,
    OrganizationView,
    PhoneView,
    ServiceView,
    TextView,
)

FIRST = ("en", "es")
"""Languages that are named before all others."""
Coded = TypeVar("Coded", CostOption, RequiredDocument)

FILLS = term_id(CATEGORY, "fill-prescription")


def service_view(
    batch: Batch, service: Service, place: ServiceAtLocation | None, *, timezone: str
) -> ServiceView:
    """The view of a service at one place; `timezone` holds where the location names none."""
    location = batch.locations[place.location_id] if place else None
    parents = [parent.id for parent in (place, service, location) if parent]
    schedules = [batch.of(Schedule, parent) for parent in parents]
    program = batch.programs.get(service.program_id or "")
    return ServiceView(
        id=place.id if place else service.id,
        service_id=service.id,
        name=service.name,
        alternate_name=service.alternate_name,
        description=service.description,
        status=service.status.value,
        visibility=service.visibility.value,
        organization=organization_view(batch, batch.organizations[service.organization_id]),
        program=program.name if program else None,
        location=location_view(batch, location) if location else None,
        hours=hours_of(
            schedules,
            (row for parent in parents for row in batch.of(ScheduleException, parent)),
            timezone=(location.timezone if location else None) or timezone,
            by_appointment=service.by_appointment,
        ),
        schedule_notes=notes_of(row for rows in schedules for row in rows),
        accepts_referrals=service.accepts_referrals,
        by_appointment=service.by_appointment,
        wait_days=service.wait_days,
        wait_asked_on=service.wait_asked_on,
        wait_time=service.wait_time,
        minimum_age=service.minimum_age,
        maximum_age=service.maximum_age,
        assured_date=service.assured_date,
        last_modified=service.last_modified,
        source=service.source,
        url=service.url,
        email=service.email,
        application_process=service.application_process,
        fees=service.fees,
        fees_description=service.fees_description,
        eligibility_description=service.eligibility_description,
        interpretation_services=service.interpretation_services,
        accreditations=service.accreditations,
        licenses=service.licenses,
        alert=service.alert,
        place_note=place.description if place else None,
        phones=_phones(batch, service, place),
        languages=_languages(batch, parents),
        costs=tuple(map(_cost, _in_list_order(batch.of(CostOption, service.id), COST, "option"))),
        documents=tuple(
            map(_document, _in_list_order(batch.of(RequiredDocument, service.id), DOCUMENT, "code"))
        ),
        areas=tuple(_area(row) for parent in parents for row in batch.of(ServiceArea, parent)),
        capacities=tuple(_capacity(batch, row) for row in batch.of(ServiceCapacity, service.id)),
        observed_wait=_observed_wait(batch, service.id),
        attributes=_attributes(batch, parents),
        translations=_translations(batch, service.id),
        cash_prices=_has_prices(batch, service, place),
    )


def _attributes(batch: Batch, parents: Iterable[str]) -> tuple[AttributeView, ...]:
    return tuple(_attribute(batch, row) for key in parents for row in batch.attributes.get(key, ()))


def _has_prices(batch: Batch, service: Service, place: ServiceAtLocation | None) -> bool:
    """Whether prescriptions are filled there, and some cash price of it is still good."""
    if place is None or batch.priced.isdisjoint({place.location_id, service.organization_id}):
        return False
    return any(row.taxonomy_term_id == FILLS for row in batch.attributes.get(service.id, ()))


def _observed_wait(batch: Batch, service_id: str) -> ObservedWaitView | None:
    rows = batch.of(ObservedWait, service_id)
    return ObservedWaitView(rows[0].days, rows[0].count, rows[0].observed_on) if rows else None


def location_view(batch: Batch, row: Location) -> LocationView:
    """The place; a confidential one keeps its name and phones, never an address."""
    addresses = () if row.confidential else batch.of(Address, row.id)
    return LocationView(
        id=row.id,
        name=row.name,
        location_type=row.location_type.value,
        latitude=row.latitude,
        longitude=row.longitude,
        timezone=row.timezone,
        confidential=row.confidential,
        transportation=row.transportation,
        description=row.description,
        url=row.url,
        addresses=tuple(_address(address) for address in addresses),
        phones=tuple(_phone(batch, phone) for phone in batch.of(Phone, row.id)),
        languages=_languages(batch, [row.id]),
        accessibility=tuple(_accessibility(a) for a in batch.of(Accessibility, row.id)),
    )


def organization_view(batch: Batch, row: Organization) -> OrganizationView:
    """Who provides the service."""
    return OrganizationView(
        id=row.id,
        name=row.name,
        alternate_name=row.alternate_name,
        description=row.description,
        email=row.email,
        website=row.website,
        phones=tuple(_phone(batch, phone) for phone in batch.of(Phone, row.id)),
        identifiers=tuple(
            (i.identifier_type, i.identifier) for i in batch.of(OrganizationIdentifier, row.id)
        ),
    )


def _phones(
    batch: Batch, service: Service, place: ServiceAtLocation | None
) -> tuple[PhoneView, ...]:
    """Numbers to call about the service: nearest to it first; the organization's only if alone."""
    near = [place.id] if place else []
    near += [service.id] + ([place.location_id] if place else [])
    rows = [phone for parent in near for phone in batch.of(Phone, parent)]
    rows = rows or batch.of(Phone, service.organization_id)
    unique = {(row.number, row.extension): row for row in reversed(rows)}
    return tuple(_phone(batch, row) for row in reversed(unique.values()))


def _phone(batch: Batch, row: Phone) -> PhoneView:
    languages = _languages(batch, [row.id])
    return PhoneView(row.number, row.extension, row.type, row.description, languages)


def _languages(batch: Batch, parents: Iterable[str]) -> tuple[str, ...]:
    """English and Spanish first, then by code: rows have no order of their own."""
    rows: list[Language] = [row for parent in parents for row in batch.of(Language, parent)]
    return tuple(sorted({row.code for row in rows if row.code}, key=_language_place))


def _language_place(code: str) -> tuple[int, str]:
    first = code.split("-")[0]
    return (FIRST.index(first) if first in FIRST else len(FIRST), code)


def _in_list_order(rows: Iterable[Coded], list_name: str, name: str) -> list[Coded]:
    """Rows in the order of their code list; those without a code we know last."""
    places = {code: at for at, code in enumerate(codes(list_name))}
    return sorted(rows, key=lambda row: places.get(getattr(row, name), len(places)))


def _address(row: Address) -> AddressView:
    return AddressView(
        address_1=row.address_1,
        address_2=row.address_2,
        city=row.city,
        state_province=row.state_province,
        postal_code=row.postal_code,
        country=row.country,
        region=row.region,
        address_type=row.address_type.value,
    )


def _accessibility(row: Accessibility) -> AccessibilityView:
    return AccessibilityView(row.code, row.description, row.details, row.url)


def _cost(row: CostOption) -> CostView:
    return CostView(
        option=row.option,
        amount=row.amount,
        currency=row.currency,
        amount_description=row.amount_description,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


def _document(row: RequiredDocument) -> DocumentView:
    return DocumentView(row.code, row.document, row.uri)


def _area(row: ServiceArea) -> AreaView:
    return AreaView(row.extent_kind.value, row.code, row.name, row.description)


def _capacity(batch: Batch, row: ServiceCapacity) -> CapacityView:
    return CapacityView(batch.units[row.unit_id].name, row.available, row.maximum, row.updated)


def _attribute(batch: Batch, row: Attribute) -> AttributeView:
    term, taxonomy = batch.terms[row.taxonomy_term_id]
    return AttributeView(taxonomy, term.code or "", term.id, term.name, row.value, row.label)


def _translations(batch: Batch, resource_id: str) -> dict[str, dict[str, TextView]]:
    texts: dict[str, dict[str, TextView]] = {}
    for row in batch.translations.get(resource_id, ()):
        texts.setdefault(row.language, {})[row.field_name] = TextView(row.text, row.machine)
    return texts
