"""Reads of prices: a comparison for one patient, and the history of a drug."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.errors import NotFound
from directory.loading import by_id
from directory.models import Organization
from directory.places.place import METRES_PER_DEGREE, HasPoint, great_circle_m
from directory.prices.benchmarks import benchmark_for
from directory.prices.catalog import product_of
from directory.prices.current import ranking_on
from directory.prices.kinds import Channel
from directory.prices.models import Drug, PriceObservation
from directory.prices.offers import Comparison, Offer, Patient, Product, Program
from directory.prices.programs import programs
from directory.prices.rank import compare
from directory.prices.sellers import Spot, chain_locations, selling
from directory.prices.statements import CURRENT_INSIDE, FARTHER, WORLD

HISTORY_MAX = 2_000
Programs = Mapping[str, tuple[Program, int | None]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison to make: what is bought, by whom, from where. Distances in metres."""

    product: Product
    quantity: Decimal
    patient: Patient
    today: date
    origin: HasPoint | None = None
    radius_m: float | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """The comparison, and how many pharmacies beyond the radius have a current price for that quantity."""

    comparison: Comparison
    farther: int
    benchmark: Decimal | None


def comparison(session: Session, asked: Asked) -> Answered:
    """Everything current for the drug within the radius, ranked for the patient."""
    drug = session.get(Drug, asked.product.id)
    if drug is None:
        raise NotFound("There is no such drug.")
    cost = benchmark_for(session, drug.product, drug.unit, asked.today)
    where = {"drug": asked.product.id, **_box(asked)}
    rows = session.execute(CURRENT_INSIDE, where | ranking_on(asked.today)).all()
    chains = chain_locations(session, {r[2] for r in rows if r[1] is Channel.CHAIN})
    single = {row[2] for row in rows if row[1] is Channel.LOCATION}
    open_ones = selling(session, single)
    made = _offers(asked, rows, programs(session), chains, open_ones)
    found = compare(asked.product, asked.quantity, made, asked.patient, asked.today, benchmark=cost)
    farther = session.scalar(FARTHER, where | {"quantity": asked.quantity}) or 0
    return Answered(found, farther, cost)


def _box(asked: Asked) -> dict[str, float]:
    """A box around the circle."""
    if asked.origin is None or asked.radius_m is None:
        return WORLD
    lat, lng = asked.origin.lat, asked.origin.lng
    high = asked.radius_m / METRES_PER_DEGREE
    wide = min(180.0, high / max(0.05, _cosine(lat)))
    return {"south": lat - high, "north": lat + high, "west": lng - wide, "east": lng + wide}


def _cosine(degrees: float) -> float:
    return math.cos(math.radians(degrees))


def _offers(
    asked: Asked,
    rows: Iterable[Any],
    known: Programs,
    chains: Mapping[str, Sequence[Spot]],
    open_ones: set[str],
) -> Iterator[Offer]:
    spots: dict[str, float | None] = {}
    for row in rows:
        channel, place = row[1], row[2]
        if channel is Channel.MAIL:
            yield _offer(asked, row, known, row[0], place)
        elif channel is Channel.CHAIN:
            for one in chains.get(place, ()):
                away = _away(asked, one.lat, one.lng)
                if _within(asked, away):
                    yield _offer(asked, row, known, f"{row[0]}/{one.id}", one.id, away)
        else:
            if place not in spots:
                spots[place] = _away(asked, row[12], row[13])
            away = spots[place]
            if _within(asked, away):
                closed = place not in open_ones
                yield _offer(asked, row, known, row[0], place, away, closed=closed)


def _offer(
    asked: Asked,
    row: Any,
    known: Programs,
    key: str,
    seller: str,
    away: float | None = None,
    *,
    closed: bool = False,
) -> Offer:
    program, days = known[row[3]]
    return Offer(
        id=key,
        product=asked.product,
        seller=seller,
        program=program,
        quantity=row[4],
        price=row[5],
        observed_on=row[8],
        source=row[10],
        channel=row[1],
        dispensing_fee=row[6],
        shipping=row[7],
        unit=asked.product.unit,
        valid_to=row[9],
        distance_m=away,
        days=days if row[1] is Channel.MAIL else None,
        closed=closed,
        invented=row[11],
    )


def _away(asked: Asked, lat: float | None, lng: float | None) -> float | None:
    if asked.origin is None or lat is None or lng is None:
        return None
    return great_circle_m((asked.origin.lat, asked.origin.lng), (lat, lng))


def _within(asked: Asked, away: float | None) -> bool:
    return away is None or asked.radius_m is None or away <= asked.radius_m


@dataclass(frozen=True, slots=True)
class Past:
    """One observed price in a drug's history."""

    id: str
    place_key: str
    channel: Channel
    program: str
    quantity: Decimal
    price: Decimal
    observed_on: date
    source: str
    corrected: bool
    invented: bool


def drug(session: Session, drug_id: str) -> Product:
    """The product of that id; NotFound when there is none."""
    row = session.get(Drug, drug_id)
    if row is None:
        raise NotFound("There is no such drug.")
    return product_of(row)


def history(
    session: Session, drug_id: str, quantity: Decimal, since: date, place: str | None = None
) -> list[Past]:
    """Prices of a drug in one quantity, newest first: corrected ones too, and marked."""
    names = {key: program.name for key, (program, _) in programs(session).items()}
    statement = (
        select(PriceObservation)
        .where(PriceObservation.drug_id == drug_id, PriceObservation.quantity == quantity)
        .where(PriceObservation.observed_on >= since)
        .order_by(col(PriceObservation.observed_on).desc(), col(PriceObservation.id))
        .limit(HISTORY_MAX)
    )
    if place:
        statement = statement.where(PriceObservation.place_key == place)
    return [
        Past(
            id=row.id,
            place_key=row.place_key,
            channel=row.channel,
            program=names[row.program_id],
            quantity=row.quantity,
            price=row.price,
            observed_on=row.observed_on,
            source=row.source,
            corrected=row.superseded_by is not None,
            invented=row.invented,
        )
        for row in session.exec(statement)
    ]


def organization_names(session: Session, ids: Collection[str]) -> dict[str, str]:
    """Names of chains by id."""
    return {key: row.name for key, row in by_id(session, Organization, ids).items()}


def quantities(session: Session, drug_id: str) -> list[Decimal]:
    """Quantities there are current prices for, the commonest first."""
    number = func.count(col(PriceObservation.id))
    statement = (
        select(col(PriceObservation.quantity), number)
        .where(PriceObservation.drug_id == drug_id, col(PriceObservation.is_current))
        .group_by(col(PriceObservation.quantity))
        .order_by(number.desc(), col(PriceObservation.quantity))
        .limit(12)
    )
    return [quantity for quantity, _ in session.exec(statement)]
