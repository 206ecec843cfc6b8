"""One service entry as rows: the service, its places and hours, and what else is known of it."""

from collections.abc import Iterator
from datetime import timedelta

from directory import codes
from directory.code_rows import attribute
from directory.models import Language, Service, ServiceAtLocation, ServiceStatus, Visibility
from directory.models.base import DirectoryRow
from seed_data.common import language_name, phone_row, seed_id, sourced, spanish_row
from seed_data.county import REFERENCE, Offer, Provider, sites_of, values_of
from seed_data.details import area_rows, capacity_rows, cost_rows, document_rows
from seed_data.times import by_appointment, exception_rows, schedule_rows

# How a service without a place reaches people, when its entry does not say.
WITHOUT_PLACE = {
    "transport": "ride",
    "respite": "visits",
    "food": "delivers",
    "pharmacy": "delivers",
    "evening-clinic": "visits",
}
# Fields of an entry whose codes become attributes.
LISTS = {
    "audience": codes.AUDIENCE,
    "insurance": codes.INSURANCE,
    "intake": codes.INTAKE,
    "trip_type": codes.TRIP_TYPE,
    "ride_feature": codes.RIDE_FEATURE,
    "respite_setting": codes.RESPITE_SETTING,
    "food_kind": codes.FOOD_KIND,
    "pharmacy_service": codes.PHARMACY_SERVICE,
    "visit_type": codes.VISIT_TYPE,
    "technology": codes.TECHNOLOGY,
}


def service_rows(provider: Provider, offer: Offer) -> Iterator[DirectoryRow]:
    """Every row of one service, the service first."""
    service = _service(provider, offer)
    yield service
    yield from _places(provider, offer, service.id)
    yield from exception_rows(offer, service.id)
    yield from _languages(provider, offer, service.id)
    yield from _attributes(offer, service.id)
    yield from cost_rows(offer, service.id)
    yield from area_rows(offer, service.id)
    yield from document_rows(offer, service.id)
    yield from capacity_rows(offer, service.id)
    yield from _in_spanish(offer, service)


def _service(provider: Provider, offer: Offer) -> Service:
    wait_days, asked_on = offer.wait or (None, None)
    least, most = offer.ages
    assured = None if offer.checked is None else REFERENCE - timedelta(days=offer.checked)
    return Service(
        id=seed_id("service", provider.key, offer.key),
        organization_id=seed_id("organization", provider.key),
        program_id=offer.program and seed_id("program", provider.key, offer.program),
        name=offer.name,
        description=offer.text,
        url=f"https://{provider.key}.example.org/{offer.key}",
        status=ServiceStatus(offer.status),
        interpretation_services=provider.interpretation,
        application_process=offer.how,
        eligibility_description=_who(offer, "en"),
        minimum_age=least,
        maximum_age=most,
        assured_date=assured,
        assurer_email="directory@county.example.org" if assured else None,
        licenses=provider.license,
        alert=offer.alert,
        visibility=Visibility(offer.visibility),
        accepts_referrals=offer.referrals,
        by_appointment=by_appointment(offer),
        wait_days=wait_days,
        wait_asked_on=asked_on,
        **sourced(provider, "service", offer.key),
    )


def _places(provider: Provider, offer: Offer, service: str) -> Iterator[DirectoryRow]:
    """Hours hang on each place, or on the service where places have none of their own."""
    if not isinstance(offer.at, dict):
        yield from schedule_rows("service_id", service, offer.hours)
    for site, hours in sites_of(offer).items():
        unit = seed_id("service_at_location", provider.key, offer.key, site)
        yield ServiceAtLocation(
            id=unit,
            service_id=service,
            location_id=seed_id("location", provider.key, site),
            **sourced(provider, "service", offer.key, site),
        )
        if hours:
            yield from schedule_rows("service_at_location_id", unit, hours)


def _languages(provider: Provider, offer: Offer, service: str) -> Iterator[DirectoryRow]:
    spoken = provider.languages if offer.languages is None else offer.languages
    for code in spoken:
        row = seed_id("language", service, code)
        yield Language(id=row, service_id=service, code=code, name=language_name(code))
    if offer.phone:
        line = phone_row("service_id", service, offer.phone, offer.name)
        yield line
        if spoken == ("es",):
            row = seed_id("language", line.id, "es")
            yield Language(id=row, phone_id=line.id, code="es", name=language_name("es"))


def _attributes(offer: Offer, service: str) -> Iterator[DirectoryRow]:
    needs = codes.codes(codes.CATEGORY)
    for code in dict.fromkeys((*map(codes.category_of, offer.terms), *offer.terms)):
        yield attribute("service", service, needs[code])
    ways = codes.codes(codes.DELIVERY)
    for way in values_of(offer.delivery) or [_usual_way(offer)]:
        yield attribute("service", service, ways[way])
    for field_name, list_name in LISTS.items():
        allowed = codes.codes(list_name)
        for code, value in values_of(getattr(offer, field_name)).items():
            yield attribute("service", service, allowed[code], value)


def _usual_way(offer: Offer) -> str:
    return "in_person" if offer.at else WITHOUT_PLACE[codes.category_of(offer.terms[0])]


def _in_spanish(offer: Offer, service: Service) -> Iterator[DirectoryRow]:
    """What the entry says of itself in Spanish; an entry without it stays untranslated."""
    if not offer.name_es:
        return
    texts = {
        "name": offer.name_es,
        "description": offer.text_es,
        "eligibility_description": _who(offer, "es"),
    }
    for field_name, text in texts.items():
        if text:
            yield spanish_row("service", service.id, field_name, text)


def _who(offer: Offer, language: str) -> str | None:
    """ "Veterans, Caregivers. Ages 60 and up." in English or Spanish."""
    people = codes.codes(codes.AUDIENCE)
    said = [people[code].name(language) for code in values_of(offer.audience)]
    least, most = offer.ages
    words = {
        "en": ("Ages {} to {}", "Ages {} and up", "Up to age {}"),
        "es": ("De {} a {} años", "De {} años en adelante", "Hasta {} años"),
    }[language]
    ages = ""
    if least is not None and most is not None:
        ages = words[0].format(f"{least:g}", f"{most:g}")
    elif least is not None:
        ages = words[1].format(f"{least:g}")
    elif most is not None:
        ages = words[2].format(f"{most:g}")
    parts = [", ".join(said), ages]
    return ". ".join(part for part in parts if part) + "." if any(parts) else None
