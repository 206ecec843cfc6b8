"""Frozen pictures of the directory, read once and safe to hand to the index, the API and pages."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from directory.hours import Hours


@dataclass(frozen=True, slots=True)
class Term:
    """A taxonomy term or code-list entry; `names` by language tag, always with "en"."""

    id: str
    code: str
    taxonomy: str
    names: dict[str, str]
    descriptions: dict[str, str] = field(default_factory=dict)
    parent_id: str | None = None
    crosswalk: tuple[tuple[str, str], ...] = ()

    def name(self, language: str = "en") -> str:
        """The name in that language, else in English."""
        return self.names.get(language) or self.names["en"]


@dataclass(frozen=True, slots=True)
class AttributeView:
    """A term on a record; `value` refines it (notice needed: "48" hours)."""

    taxonomy: str
    code: str
    term_id: str
    name: str
    value: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class PhoneView:
    """A telephone number with what to say about it."""

    number: str
    extension: int | None = None
    type: str | None = None
    description: str | None = None
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AddressView:
    """A postal or street address."""

    address_1: str
    address_2: str | None
    city: str
    state_province: str
    postal_code: str
    country: str = "US"
    region: str | None = None
    address_type: str = "physical"

    @property
    def line(self) -> str:
        """The address on one line."""
        street = ", ".join(part for part in (self.address_1, self.address_2) if part)
        return f"{street}, {self.city}, {self.state_province} {self.postal_code}"


@dataclass(frozen=True, slots=True)
class AccessibilityView:
    """One accessibility feature of a location."""

    code: str | None
    description: str | None
    details: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class LocationView:
    """A place. Coordinates are WGS 84 degrees; None when confidential or unknown."""

    id: str
    name: str | None
    location_type: str
    latitude: float | None
    longitude: float | None
    timezone: str | None
    confidential: bool
    transportation: str | None = None
    description: str | None = None
    url: str | None = None
    addresses: tuple[AddressView, ...] = ()
    phones: tuple[PhoneView, ...] = ()
    languages: tuple[str, ...] = ()
    accessibility: tuple[AccessibilityView, ...] = ()

    @property
    def address(self) -> AddressView | None:
        """The street address, else whichever there is."""
        physical = (a for a in self.addresses if a.address_type == "physical")
        return next(physical, self.addresses[0] if self.addresses else None)


@dataclass(frozen=True, slots=True)
class OrganizationView:
    """Who provides a service."""

    id: str
    name: str
    alternate_name: str | None
    description: str
    email: str | None = None
    website: str | None = None
    phones: tuple[PhoneView, ...] = ()
    identifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CostView:
    """One way of paying."""

    option: str | None
    amount: Decimal | None = None
    currency: str | None = None
    amount_description: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Something to bring."""

    code: str | None
    document: str | None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class AreaView:
    """Where a service reaches; `kind` is an AreaExtent value, `code` e.g. "27701" or "NC/Durham"."""

    kind: str
    code: str
    name: str | None = None
    description: str | None = None


@dataclass(frozen=True, slots=True)
class CapacityView:
    """How many are free, as of `updated` (UTC)."""

    unit: str
    available: float
    maximum: float | None
    updated: datetime


@dataclass(frozen=True, slots=True)
class ObservedWaitView:
    """Half of `count` referrals were helped within `days` of being sent, as of `observed_on`."""

    days: int
    count: int
    observed_on: date


@dataclass(frozen=True, slots=True)
class TextView:
    """A translated field; `machine` says nobody human has checked it."""

    text: str
    machine: bool = False


@dataclass(frozen=True, slots=True)
class ServiceView:
    """A service at one of its places, or with `location` None when it has none.

    `id` is the service_at_location id, else the service id: the id of the search document.
    `hours` is None when nothing is known of them.
    """

    id: str
    service_id: str
    name: str
    alternate_name: str | None
    description: str | None
    status: str
    visibility: str
    organization: OrganizationView
    program: str | None
    location: LocationView | None
    hours: Hours | None
    schedule_notes: tuple[str, ...]
    accepts_referrals: bool
    by_appointment: bool
    wait_days: int | None
    wait_asked_on: date | None
    wait_time: str | None
    minimum_age: float | None
    maximum_age: float | None
    assured_date: date | None
    last_modified: datetime
    source: str
    url: str | None
    email: str | None
    application_process: str | None
    fees: str | None
    fees_description: str | None
    eligibility_description: str | None
    interpretation_services: str | None
    accreditations: str | None
    licenses: str | None
    alert: str | None
    place_note: str | None
    phones: tuple[PhoneView, ...] = ()
    languages: tuple[str, ...] = ()
    costs: tuple[CostView, ...] = ()
    documents: tuple[DocumentView, ...] = ()
    areas: tuple[AreaView, ...] = ()
    capacities: tuple[CapacityView, ...] = ()
    observed_wait: ObservedWaitView | None = None
    attributes: tuple[AttributeView, ...] = ()
    translations: dict[str, dict[str, TextView]] = field(default_factory=dict)
    outdated: dict[str, dict[str, date]] = field(default_factory=dict)
    cash_prices: bool = False

    def codes(self, taxonomy: str) -> tuple[str, ...]:
        """Codes of this record in one of our code lists, in the order they were entered."""
        return tuple(a.code for a in self.attributes if a.taxonomy == taxonomy)

    def value(self, taxonomy: str, code: str) -> str | None:
        """The value of one attribute, None when the record does not carry it."""
        found = (a for a in self.attributes if a.taxonomy == taxonomy and a.code == code)
        return next((a.value for a in found), None)

    def text(self, field_name: str, language: str) -> TextView | None:
        """That field in another language, when somebody translated it as it is now."""
        return self.translations.get(language, {}).get(field_name)

    def changed_since(self, field_name: str, language: str) -> date | None:
        """The day that field changed, when its translation is older."""
        return self.outdated.get(language, {}).get(field_name)
