"""An organization and its places as rows."""

from collections.abc import Iterator

from directory import codes
from directory.models import (
    Accessibility,
    Address,
    Contact,
    Funding,
    Location,
    Organization,
    OrganizationIdentifier,
    Program,
    Url,
)
from directory.models.base import DirectoryRow
from directory.places.gazetteer import gazetteer
from seed_data.common import phone_row, seed_id, sourced, spanish_row
from seed_data.county import Provider, Site
from seed_data.pins import pin

TIMEZONE = "America/New_York"


def organization_rows(provider: Provider) -> Iterator[DirectoryRow]:
    """The organization with its programs and how to reach it."""
    key = provider.key
    owner = seed_id("organization", key)
    yield Organization(
        id=owner,
        name=provider.name,
        description=provider.about,
        email=f"info@{key}.example.org",
        website=f"https://{key}.example.org",
        tax_status=provider.tax_status,
        year_incorporated=provider.year,
        **sourced(provider),
    )
    yield OrganizationIdentifier(
        id=seed_id("identifier", key),
        organization_id=owner,
        identifier_type="Demonstration register",
        identifier=f"DEMO-{key}",
    )
    yield phone_row("organization_id", owner, provider.phone, "Main line")
    yield Contact(
        id=seed_id("contact", key),
        organization_id=owner,
        title="Referral desk",
        email=f"referrals@{key}.example.org",
    )
    for name in provider.funding:
        yield Funding(id=seed_id("funding", key, name), organization_id=owner, source=name)
    if provider.about_es:
        yield spanish_row("organization", owner, "description", provider.about_es)
        page = f"https://{key}.example.org/es"
        yield Url(id=seed_id("url", key), organization_id=owner, label="Español", url=page)
    for program in sorted({offer.program for offer in provider.services if offer.program}):
        yield Program(
            id=seed_id("program", key, program),
            organization_id=owner,
            name=program,
            description=f"{program}, a program of {provider.name}.",
            **sourced(provider, "program", program),
        )


def location_rows(provider: Provider, key: str, site: Site) -> Iterator[DirectoryRow]:
    """A place; a confidential one has neither address nor coordinates."""
    location = seed_id("location", provider.key, key)
    lat, lng = (None, None) if site.confidential else pin(site.zip, f"{provider.key}/{key}")
    yield Location(
        id=location,
        organization_id=seed_id("organization", provider.key),
        name=site.name,
        latitude=lat,
        longitude=lng,
        timezone=TIMEZONE,
        transportation=site.transit,
        confidential=site.confidential,
        **sourced(provider, "location", key),
    )
    if not site.confidential:
        yield _address(provider, key, site, location)
    if site.phone:
        yield phone_row("location_id", location, site.phone, site.name)
    names = codes.codes(codes.ACCESSIBILITY)
    for code in site.accessibility:
        yield Accessibility(
            id=seed_id("accessibility", location, code),
            location_id=location,
            code=code,
            description=names[code].name(),
        )


def _address(provider: Provider, key: str, site: Site, location: str) -> Address:
    row = gazetteer().zips[site.zip]
    return Address(
        id=seed_id("address", provider.key, key),
        location_id=location,
        address_1=site.street,
        city=row.city,
        region=row.county,
        state_province=row.state,
        postal_code=site.zip,
    )
