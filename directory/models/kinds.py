"""Closed vocabularies of the directory tables.

HSDS enumerations keep the standard's spelling; ours are documented in docs/profile.md.
"""

from enum import StrEnum


class ServiceStatus(StrEnum):
    """HSDS `service.status`."""

    ACTIVE = "active"
    INACTIVE = "inactive"
    DEFUNCT = "defunct"
    TEMPORARILY_CLOSED = "temporarily closed"


class LocationType(StrEnum):
    """HSDS `location.location_type`."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class AddressType(StrEnum):
    """HSDS `address.address_type`."""

    PHYSICAL = "physical"
    POSTAL = "postal"
    VIRTUAL = "virtual"


class Frequency(StrEnum):
    """HSDS `schedule.freq`, a subset of RFC 5545 FREQ."""

    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


class Visibility(StrEnum):
    """Who may find a service: everybody, signed-in staff of the network, or nobody by search."""

    PUBLIC = "public"
    NETWORK = "network"
    RESTRICTED = "restricted"


class AreaExtent(StrEnum):
    """What a service area's `code` names, for areas that a computer can check."""

    POSTAL_CODE = "zip"
    COUNTY = "county"
    STATE = "state"
    NATIONWIDE = "country"
    TEXT = "text"
