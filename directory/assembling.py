"""Loaded rows → frozen views. Pure: no statement is sent from here."""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any

from directory import parts
from directory.codes import CATEGORY, COST, DOCUMENT, term_id
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
    AttributeView,
    CapacityView,
    LocationView,
    OrganizationView,
    PhoneView,
    ServiceView,
)

FILLS = term_id(CATEGORY, "fill-prescription")

_AS_ENTERED = (
    *("name", "alternate_name", "description", "url", "email", "source", "last_modified"),
    *("accepts_referrals", "by_appointment", "wait_days", "wait_asked_on", "wait_time"),
    *("minimum_age", "maximum_age", "eligibility_description", "assured_date", "alert"),
    *("application_process", "fees", "fees_description", "interpretation_services"),
    *("accreditations", "licenses"),
)
"""Fields of a service's view that are columns of the service."""
_entered = attrgetter(*_AS_ENTERED)


class Views:
    """The views of one batch; what several of them share is made once.

    `timezone` holds where a location names none.
    """

    def __init__(self, batch: Batch, *, timezone: str) -> None:
        self._batch = batch
        self._timezone = timezone
        self._locations: dict[str, LocationView] = {}
        self._organizations: dict[str, OrganizationView] = {}
        self._attributes: dict[Any, AttributeView] = {}

    def service(self, service: Service, place: ServiceAtLocation | None) -> ServiceView:
        """A service at one place, or without one."""
        batch = self._batch
        location = batch.locations[place.location_id] if place else None
        program = batch.programs.get(service.program_id or "")
        parents = [parent.id for parent in (place, service, location) if parent]
        return ServiceView(
            id=parents[0],
            service_id=service.id,
            status=service.status.value,
            visibility=service.visibility.value,
            organization=self.organization(batch.organizations[service.organization_id]),
            program=program.name if program else None,
            location=self.location(location) if location else None,
            place_note=place.description if place else None,
            phones=self._numbers(service, place),
            languages=self._languages(*parents),
            attributes=self._facts(parents),
            cash_prices=self._has_prices(service, place),
            **dict(zip(_AS_ENTERED, _entered(service), strict=True)),
            **self._terms_of(service, parents),
            **self._times(service, parents, location),
        )

    def location(self, row: Location) -> LocationView:
        """The place; a confidential one keeps its name and phones, never an address."""
        found = self._locations.get(row.id)
        if found is None:
            found = self._locations[row.id] = self._location(row)
        return found

    def organization(self, row: Organization) -> OrganizationView:
        """Who provides the service."""
        found = self._organizations.get(row.id)
        if found is None:
            found = self._organizations[row.id] = self._organization(row)
        return found

    def _terms_of(self, service: Service, parents: Iterable[str]) -> dict[str, Any]:
        """On what terms it is had, and how far it reaches."""
        batch, id = self._batch, service.id
        costs = parts.in_list_order(batch.of(CostOption, id), COST, "option")
        documents = parts.in_list_order(batch.of(RequiredDocument, id), DOCUMENT, "code")
        areas = (row for parent in parents for row in batch.of(ServiceArea, parent))
        return {
            "costs": tuple(map(parts.cost, costs)),
            "documents": tuple(map(parts.document, documents)),
            "areas": tuple(map(parts.area, areas)),
            "capacities": tuple(map(self._capacity, batch.of(ServiceCapacity, id))),
            "observed_wait": parts.observed_wait(batch.of(ObservedWait, id)),
            "translations": parts.texts(batch.translations.get(id, ())),
            "outdated": parts.outdated(batch.translations.get(id, ()), self._timezone),
        }

    def _times(
        self, service: Service, parents: Sequence[str], location: Location | None
    ) -> dict[str, Any]:
        """When it is open, and what is said of that in words."""
        batch = self._batch
        schedules = [batch.of(Schedule, parent) for parent in parents]
        exceptions = (row for parent in parents for row in batch.of(ScheduleException, parent))
        zone = location.timezone if location else None
        hours = hours_of(
            schedules,
            exceptions,
            timezone=zone or self._timezone,
            by_appointment=service.by_appointment,
        )
        notes = notes_of(row for rows in schedules for row in rows)
        return {"hours": hours, "schedule_notes": notes}

    def _numbers(self, service: Service, place: ServiceAtLocation | None) -> tuple[PhoneView, ...]:
        """Numbers to call about the service: nearest to it first; the organization's only if alone."""
        near = [place.id, service.id, place.location_id] if place else [service.id]
        rows = [phone for parent in near for phone in self._batch.of(Phone, parent)]
        rows = rows or [*self._batch.of(Phone, service.organization_id)]
        unique = {(row.number, row.extension): row for row in reversed(rows)}
        return tuple(map(self._phone, reversed(unique.values())))

    def _has_prices(self, service: Service, place: ServiceAtLocation | None) -> bool:
        """Whether prescriptions are filled there, and some cash price of it is still good."""
        batch = self._batch
        if place is None or batch.priced.isdisjoint({place.location_id, service.organization_id}):
            return False
        return any(row.taxonomy_term_id == FILLS for row in batch.attributes.get(service.id, ()))

    def _facts(self, parents: Iterable[str]) -> tuple[AttributeView, ...]:
        rows = self._batch.attributes
        return tuple(self._attribute(row) for parent in parents for row in rows.get(parent, ()))

    def _attribute(self, row: Attribute) -> AttributeView:
        key = row.taxonomy_term_id, row.value, row.label
        found = self._attributes.get(key)
        if found is None:
            term, taxonomy = self._batch.terms[row.taxonomy_term_id]
            code = term.code or ""
            found = AttributeView(taxonomy, code, term.id, term.name, row.value, row.label)
            self._attributes[key] = found
        return found

    def _location(self, row: Location) -> LocationView:
        batch = self._batch
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
            addresses=tuple(map(parts.address, addresses)),
            phones=tuple(map(self._phone, batch.of(Phone, row.id))),
            languages=self._languages(row.id),
            accessibility=tuple(map(parts.accessibility, batch.of(Accessibility, row.id))),
        )

    def _organization(self, row: Organization) -> OrganizationView:
        identifiers = self._batch.of(OrganizationIdentifier, row.id)
        return OrganizationView(
            id=row.id,
            name=row.name,
            alternate_name=row.alternate_name,
            description=row.description,
            email=row.email,
            website=row.website,
            phones=tuple(map(self._phone, self._batch.of(Phone, row.id))),
            identifiers=tuple((one.identifier_type, one.identifier) for one in identifiers),
        )

    def _phone(self, row: Phone) -> PhoneView:
        languages = self._languages(row.id)
        return PhoneView(row.number, row.extension, row.type, row.description, languages)

    def _languages(self, *parents: str) -> tuple[str, ...]:
        rows = self._batch.of
        return parts.languages(row for parent in parents for row in rows(Language, parent))

    def _capacity(self, row: ServiceCapacity) -> CapacityView:
        unit = self._batch.units[row.unit_id].name
        return CapacityView(unit, row.available, row.maximum, row.updated)
