"""Statements of comparisons, made once: making one costs as much as running it.

Their rows are plain, without the mapper. Parameters are named here and given by `queries` and `sellers`.
"""

from typing import Any

from sqlalchemy import ColumnElement, Subquery, and_, bindparam, case, func, or_, select

from core.db import table_of
from directory import codes
from directory.models import (
    Address,
    Attribute,
    Location,
    Organization,
    Phone,
    Schedule,
    ScheduleException,
    Service,
    ServiceAtLocation,
    ServiceStatus,
    Visibility,
)
from directory.prices.current import STILL_RANKS
from directory.prices.models import CURRENT, PriceObservation

FILLS = codes.term_id(codes.CATEGORY, "fill-prescription")
DELIVERS = codes.term_id(codes.CATEGORY, "medicine-delivery")
EXPIRED_MAX = 120
"""Expired prices that are read, the newest, to be listed as such: most prices of a drug are that."""

_at, _service, _attribute = (table_of(t).c for t in (ServiceAtLocation, Service, Attribute))
_place, _owner = table_of(Location).c, table_of(Organization).c
_address, _phone, _price = table_of(Address).c, table_of(Phone).c, table_of(PriceObservation).c

_DRUG = _price.drug_id == bindparam("drug")
# Places without a point are let through, their distance unknown.
_INSIDE = or_(
    _place.latitude.is_(None),
    and_(
        _place.latitude.between(bindparam("south"), bindparam("north")),
        _place.longitude.between(bindparam("west"), bindparam("east")),
    ),
)
WORLD = {"south": -90.0, "north": 90.0, "west": -180.0, "east": 180.0}


def _selling(*more: ColumnElement[bool]) -> Subquery:
    """Places, chains and mail programs with a current price of the drug: read from an index alone."""
    return select(_price.place_key).where(_DRUG, CURRENT, *more).distinct().subquery()


def _current_inside() -> Any:
    """Current prices inside the box, of expired ones the newest. The prices of everybody else, which
    are most of them, are never read."""
    sells = _selling()
    seen = and_(~_place.confidential, _INSIDE)
    inside = (
        select(sells.c.place_key)
        .join(table_of(Location), _place.id == sells.c.place_key, isouter=True)
        .where(or_(_place.id.is_(None), seen))
    )
    live = case((STILL_RANKS, 1), else_=0)
    number = func.row_number().over(
        partition_by=live, order_by=[_price.observed_on.desc(), _price.id]
    )
    read: Any = select(*_READ, live.label("live"), number.label("number"))
    found = (
        read.join(table_of(Location), _place.id == _price.location_id, isouter=True)
        .where(_DRUG, CURRENT, _price.place_key.in_(inside))
        .subquery()
    )
    *wanted, kept, place = found.c
    return select(*wanted).where(or_(kept == 1, place <= EXPIRED_MAX))


def _pharmacies_outside() -> Any:
    """How many have a current price for that quantity outside the box."""
    sells = _selling(_price.quantity == bindparam("quantity"))
    return (
        select(func.count())
        .select_from(sells)
        .join(table_of(Location), _place.id == sells.c.place_key)
        .where(~_place.confidential, ~_INSIDE)
    )


_READ: tuple[Any, ...] = (
    _price.id,
    _price.channel,
    _price.place_key,
    _price.program_id,
    _price.quantity,
    _price.price,
    _price.dispensing_fee,
    _price.shipping,
    _price.observed_on,
    _price.valid_to,
    _price.source,
    _price.invented,
    _place.latitude,
    _place.longitude,
)
CURRENT_INSIDE, FARTHER = _current_inside(), _pharmacies_outside()


def _among(name: str) -> Any:
    return bindparam(name, expanding=True)


def _hanging(model: type[Any]) -> Any:
    """Rows that hang on units, services or places."""
    table = table_of(model)
    parents = (
        table.c.service_at_location_id.in_(_among("units")),
        table.c.service_id.in_(_among("services")),
        table.c.location_id.in_(_among("places")),
    )
    return select(table).where(or_(*parents)).order_by(table.c.id)


def _with_term(term: str) -> Any:
    """Ids of services that have the term."""
    of_service = select(_attribute.link_id).where(_attribute.link_entity == "service")
    return of_service.where(_attribute.taxonomy_term_id == term)


_OFFERED = (
    _service.status == ServiceStatus.ACTIVE,
    _service.visibility == Visibility.PUBLIC,
)
_AT_PLACES = _at.location_id.in_(_among("places"))
OFFERED_AT = (
    select(_at.location_id, _service.status, _service.visibility)
    .join(table_of(Service), _service.id == _at.service_id)
    .where(_AT_PLACES)
)
CHAINS = (
    select(
        _service.organization_id,
        _place.id,
        _place.latitude,
        _place.longitude,
    )
    .join(table_of(ServiceAtLocation), _at.service_id == _service.id)
    .join(table_of(Location), _place.id == _at.location_id)
    .where(_service.organization_id.in_(_among("owners")), *_OFFERED)
    .where(_service.id.in_(_with_term(FILLS)), ~_place.confidential)
)
PLACES = (
    select(
        _place.id,
        _place.name,
        _place.latitude,
        _place.longitude,
        _place.timezone,
        _place.confidential,
        _place.organization_id,
        _owner.name.label("organization"),
    )
    .join(table_of(Organization), _owner.id == _place.organization_id, isouter=True)
    .where(_place.id.in_(_among("places")))
)
ADDRESSES = select(
    _address.location_id,
    _address.address_1,
    _address.city,
    _address.state_province,
    _address.postal_code,
).where(_address.location_id.in_(_among("places")))
PHONES = (
    select(_phone.location_id, _phone.organization_id, _phone.number)
    .where(
        or_(
            _phone.location_id.in_(_among("places")),
            _phone.organization_id.in_(_among("owners")),
        )
    )
    .order_by(_phone.id.desc())
)
COUNTERS = (
    select(
        _at.location_id,
        _at.id,
        _service.id,
        _service.name,
        _service.by_appointment,
        _service.status,
        _service.visibility,
        _with_term(FILLS)
        .where(_attribute.link_id == _service.id)
        .correlate(table_of(Service))
        .exists(),
    )
    .join(table_of(Service), _service.id == _at.service_id)
    .where(_AT_PLACES)
)
DELIVERING = select(_service.organization_id).where(
    _service.organization_id.in_(_among("owners")),
    _service.id.in_(_with_term(DELIVERS)),
    *_OFFERED,
)
SCHEDULES, EXCEPTIONS = _hanging(Schedule), _hanging(ScheduleException)
