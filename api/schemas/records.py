"""Services, places and organizations in full."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct, field

from api.schemas.search import Coordinates, ObservedWait, Open, Phone, Wait


class Named(Struct):
    """A code of one of our lists, with its name in the language asked for."""

    code: str
    name: str


class Detail(Struct):
    """A code of another list: what kind of ride, food or visit. `value` refines it."""

    list: str
    code: str
    name: str
    value: str | None


class TermOut(Struct):
    """A taxonomy term the record carries."""

    id: str
    taxonomy: str
    code: str
    name: str


class FullPhone(Phone):
    """A telephone number, with the languages spoken there."""

    languages: list[str] = field(default_factory=list)


class Address(Struct):
    """An address, in parts and on one line."""

    line: str
    address_1: str
    address_2: str | None
    city: str
    region: str | None
    state_province: str
    postal_code: str
    country: str
    type: str


class Access(Struct):
    """One accessibility feature of a place; `code` is of our list, when one fits."""

    code: str | None
    name: str | None
    details: str | None
    url: str | None


class Cost(Struct):
    """One way of paying; `option` is of our list when one fits, and `name` its name."""

    option: str | None
    name: str | None
    amount: str | None
    currency: str | None
    description: str | None


class Paper(Struct):
    """Something to bring."""

    code: str | None
    name: str
    url: str | None


class Area(Struct):
    """Where a service reaches: `kind` is zip, county, state, country or text."""

    kind: str
    code: str
    name: str | None
    description: str | None


class Capacity(Struct):
    """How many are free, as of `updated`."""

    unit: str
    available: float
    maximum: float | None
    updated: datetime


class Span(Struct):
    """Open from one wall-clock time to another, "HH:MM"; past midnight when `to` is not later."""

    start: str
    end: str


class Day(Struct):
    """One date. `known` False: there may be more hours than these. `note` names a holiday."""

    date: date
    spans: list[Span]
    known: bool
    by_appointment: bool
    note: str


class OpeningHours(Struct):
    """When it is open: as it is this week, and as recurrence rules (HSDS schedules, RFC 5545)."""

    timezone: str
    always_open: bool
    by_appointment: bool
    holidays: str
    week: list[Day]
    rules: list[dict[str, str | int]]
    exceptions: list[dict[str, str | bool]]


class PlaceOut(Struct):
    """A service at one of its places. `id` is that of the pair; `location_id` of the place."""

    id: str
    location_id: str | None
    name: str | None
    description: str | None
    note: str | None
    addresses: list[Address]
    location: Coordinates | None
    transportation: str | None
    accessibility: list[Access]
    phones: list[FullPhone]
    languages: list[str]
    open: Open
    hours: OpeningHours | None
    hours_notes: list[str]


class OrganizationShort(Struct):
    """Who provides a service."""

    id: str
    name: str


class Eligibility(Struct):
    """Who may use it. Ages are in years, both ends included."""

    description: str | None
    minimum_age: float | None
    maximum_age: float | None
    audiences: list[Named]


class Translated(Struct):
    """A field of this answer that is a translation; `machine`: no person has checked it."""

    field: str
    machine: bool


class ServiceOut(Struct):
    """A service in full, with all the places where it is offered."""

    id: str
    name: str
    alternate_name: str | None
    description: str | None
    status: str
    alert: str | None
    organization: OrganizationShort
    program: str | None
    categories: list[Named]
    terms: list[TermOut]
    delivery: list[Named]
    details: list[Detail]
    eligibility: Eligibility
    insurance: list[Named]
    cost: list[Cost]
    fees_description: str | None
    documents: list[Paper]
    application_process: str | None
    accepts_referrals: bool
    wait: Wait | None
    wait_time: str | None
    capacity: list[Capacity]
    areas: list[Area]
    languages: list[str]
    interpretation_services: str | None
    phones: list[FullPhone]
    email: str | None
    url: str | None
    accreditations: str | None
    licenses: str | None
    places: list[PlaceOut]
    translated: list[Translated]
    assured_date: date | None
    last_modified: datetime
    source: str
    observed_wait: ObservedWait | None = None


class ServiceShort(Struct):
    """A service in a list. `id` is that of the service at the place, as in search results."""

    id: str
    service_id: str
    location_id: str | None
    name: str
    organization: OrganizationShort
    categories: list[str]
    open: Open


class LocationOut(Struct):
    """A place and the services offered there."""

    id: str
    name: str | None
    description: str | None
    type: Literal["physical", "postal", "virtual"]
    addresses: list[Address]
    location: Coordinates | None
    timezone: str | None
    transportation: str | None
    accessibility: list[Access]
    phones: list[FullPhone]
    languages: list[str]
    url: str | None
    services: list[ServiceShort]


class Identifier(Struct):
    """The organization's id in somebody else's register."""

    type: str
    identifier: str


class OrganizationOut(Struct):
    """An organization and its services, at each of their places."""

    id: str
    name: str
    alternate_name: str | None
    description: str
    email: str | None
    website: str | None
    phones: list[FullPhone]
    identifiers: list[Identifier]
    services: list[ServiceShort]
