"""A small directory for tests of the whole application: a few services, the awkward ones among them."""

from collections.abc import Iterator
from datetime import date, time

from sqlmodel import Session

from directory.code_rows import attribute, code_rows
from directory.codes import AUDIENCE, CATEGORY, DELIVERY, INTAKE, codes
from directory.commands import create_all
from directory.models import (
    Accessibility,
    AreaExtent,
    CostOption,
    Language,
    RequiredDocument,
    ScheduleException,
    ServiceArea,
    Translation,
    Visibility,
)
from directory.models.base import DirectoryRow
from tests import factories as make

CLINIC = "clinic"  # at two places, evenings, closed on holidays, in Spanish too
LINE = "line"  # a telephone line, no place, hours unknown
SHELTER = "shelter"  # at a confidential place
STAFF = "staff-only"  # visible inside the network only
CLINIC_PLACE = "clinic-main-street"
MAIN_STREET = "main-street"
HIDDEN_PLACE = "hidden-house"
HELPERS = "helpers"


def county() -> Iterator[DirectoryRow]:
    """Every row, parents first."""
    yield from code_rows()
    yield from _organization_and_services()
    yield from _places()
    yield from _facts()


def fill(session: Session) -> None:
    """Put the county into an empty directory."""
    create_all(session, list(county()))


def _organization_and_services() -> Iterator[DirectoryRow]:
    helpers = make.organization(id=HELPERS, website="https://helpers.example.org")
    yield helpers
    yield make.service(
        helpers,
        id=CLINIC,
        name="Evening clinic",
        description="Doctors after work.",
        minimum_age=18,
        wait_days=6,
        wait_asked_on=date(2026, 2, 20),
        assured_date=date(2026, 2, 20),
        accepts_referrals=True,
    )
    yield make.service(helpers, id=LINE, name="Ride line", description="Rides by telephone.")
    yield make.service(helpers, id=SHELTER, name="Safe house")
    yield make.service(helpers, id=STAFF, name="Case conference", visibility=Visibility.NETWORK)


def _places() -> Iterator[DirectoryRow]:
    clinic, shelter = make.service(make.organization(id=HELPERS), id=CLINIC), SHELTER
    main = make.location(id=MAIN_STREET)
    east = make.location(id="east-side", name="East Side", latitude=35.99, longitude=-78.87)
    hidden = make.location(
        id=HIDDEN_PLACE, name="Confidential", latitude=None, longitude=None, confidential=True
    )
    yield from (main, east, hidden)
    yield make.at(clinic, main, id=CLINIC_PLACE)
    yield make.at(clinic, east, id="clinic-east-side")
    safe_house = make.service(make.organization(id=HELPERS), id=shelter)
    yield make.at(safe_house, hidden, id="shelter-hidden-house")
    yield make.address(main, id="adr-main")
    yield make.address(hidden, id="adr-hidden", address_1="99 Nobody Knows Lane")
    yield make.phone(clinic, id="tel-clinic", description="Appointments")
    yield make.phone(main, "919-555-0101", id="tel-main")
    yield Accessibility(id="acc-main", location_id=MAIN_STREET, code="wheelchair")
    yield make.weekly(main, "MO,TU,WE,TH", time(17), time(21), id="sch-main")
    yield ScheduleException(id="exc-main", location_id=MAIN_STREET, holiday_calendar="US-NC")


def _facts() -> Iterator[DirectoryRow]:
    for list_name, code, value in (
        (CATEGORY, "evening-clinic", None),
        (AUDIENCE, "uninsured", None),
        (DELIVERY, "in_person", None),
        (INTAKE, "walk-in", None),
    ):
        yield attribute("service", CLINIC, codes(list_name)[code], value)
    yield attribute("service", LINE, codes(CATEGORY)["transport"])
    yield attribute("service", LINE, codes(DELIVERY)["phone"])
    yield Language(id="lang-clinic", service_id=CLINIC, code="es", name="Spanish")
    yield CostOption(id="cost-clinic", service_id=CLINIC, option="sliding_scale")
    yield RequiredDocument(id="doc-clinic", service_id=CLINIC, code="photo-id")
    yield ServiceArea(
        id="area-clinic",
        service_id=CLINIC,
        extent_kind=AreaExtent.COUNTY,
        code="NC/Durham",
        name="Durham County",
    )
    for field_name, text, machine in (
        ("name", "Clínica nocturna", False),
        ("description", "Médicos después del trabajo.", True),
    ):
        yield Translation(
            id=f"es-clinic-{field_name}",
            resource_type="service",
            resource_id=CLINIC,
            field_name=field_name,
            language="es",
            text=text,
            machine=machine,
        )
