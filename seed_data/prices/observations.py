"""A year of invented prices: plausible in their spread, some stale, some contradictory, some mistyped.

Everything follows from one seed and the day it is made for, so that it is the same on every
installation made that day.
"""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

from core.db import stable_id
from directory.prices.kinds import Channel, Source
from directory.prices.programs import CASH_ID
from seed_data.common import seed_id
from seed_data.prices.drugs import Medicine, medicines

SEED = 20_261_101
PHARMACIES: dict[str, list[list[Any]]] = json.loads(
    (Path(__file__).parent / "pharmacies.json").read_text(encoding="utf-8")
)
USUAL_SHARE, OTHER_SHARE = 0.75, 0.1
"""How many pharmacies were asked for the first product of each drug, and for the others."""
DEAR_FROM = 15.0
"""Dollars from which pharmacies add less of the cost on top."""
CENT = Decimal("0.01")


def program_id(key: str) -> str:
    """The id of an invented program."""
    return seed_id("price-program", key)


def observation_rows(today: date) -> Iterator[dict[str, Any]]:
    """Column values of every observation, as an import makes them."""
    random = Random(SEED)
    asked: set[str] = set()
    for medicine in medicines():
        name = f"{medicine.drug.ingredient} {medicine.drug.brand}"
        share = OTHER_SHARE if name in asked else USUAL_SHARE
        asked.add(name)
        for quantity in medicine.quantities:
            yield from _of(random, medicine, quantity, share, today)


def _of(
    random: Random, medicine: Medicine, quantity: Decimal, share: float, today: date
) -> Iterator[dict[str, Any]]:
    for provider, site, level in PHARMACIES["cash"]:
        if random.random() < share:
            place = seed_id("location", provider, site)
            base: dict[str, Any] = {
                "channel": Channel.LOCATION,
                "location_id": place,
                "place_key": place,
            }
            yield from _year(random, medicine, quantity, level, base, today)
    for provider, program, level in PHARMACIES["chains"]:
        if random.random() < share:
            chain = seed_id("organization", provider)
            base = {"channel": Channel.CHAIN, "organization_id": chain, "place_key": chain,
                    "program_id": program_id(program), "source": Source.PUBLISHED}  # fmt: skip
            yield _row(medicine, quantity, _price(random, medicine, quantity, level), today,
                       random.randint(3, 120), base)  # fmt: skip
    if medicine.drug.schedule is None:
        for program, level, shipping in PHARMACIES["mail"]:
            key = program_id(program)
            base = {"channel": Channel.MAIL, "place_key": key, "program_id": key,
                    "source": Source.PUBLISHED, "shipping": Decimal(shipping)}  # fmt: skip
            yield _row(medicine, quantity, _price(random, medicine, quantity, level), today,
                       random.randint(1, 80), base)  # fmt: skip
    for provider, site, program, level, fee in PHARMACIES["scales"]:
        if random.random() < share:
            place = seed_id("location", provider, site)
            base = {"channel": Channel.LOCATION, "location_id": place, "place_key": place,
                    "program_id": program_id(program), "source": Source.PARTNER,
                    "dispensing_fee": Decimal(fee)}  # fmt: skip
            yield _row(medicine, quantity, _price(random, medicine, quantity, level), today,
                       random.randint(1, 40), base)  # fmt: skip


def _year(
    random: Random,
    medicine: Medicine,
    quantity: Decimal,
    level: float,
    base: dict[str, Any],
    today: date,
) -> Iterator[dict[str, Any]]:
    """What one pharmacy said: lately or long ago, and sometimes before."""
    price = _price(random, medicine, quantity, level)
    age = random.choices(
        [random.randint(0, 28), random.randint(31, 58), random.randint(61, 180)], [64, 18, 18]
    )[0]
    luck = random.random()
    if luck < 0.03:  # a finger slipped
        yield _row(medicine, quantity, price * 100, today, age, base)
        return
    yield _row(medicine, quantity, price, today, age, base)
    if luck < 0.09:  # somebody else read something else that day
        other = (price * Decimal("1.45")).quantize(CENT)
        yield _row(medicine, quantity, other, today, age, base | {"source": Source.RECEIPT})
    while luck > 0.7 and age < 330:
        age += random.randint(50, 110)
        price = (price * Decimal(random.randint(88, 108)) / 100).quantize(CENT)
        if age < 365:
            yield _row(medicine, quantity, price, today, age, base)


def _price(random: Random, medicine: Medicine, quantity: Decimal, level: float) -> Decimal:
    """Cost times the pharmacy's level, give or take a fifth; never near what would look wrong."""
    cost = float(medicine.cost * quantity)
    times = level if cost < DEAR_FROM else 1 + (level - 1) * 0.2
    if not level:
        return Decimal(0).quantize(CENT)
    times = min(17.0, max(0.7, times * random.uniform(0.8, 1.25)))
    return Decimal(str(round(cost * times, 2))).quantize(CENT)


def _row(
    medicine: Medicine,
    quantity: Decimal,
    price: Decimal,
    today: date,
    age: int,
    base: dict[str, Any],
) -> dict[str, Any]:
    found: dict[str, Any] = {
        "drug_id": medicine.drug.id,
        "ndc11": None,
        "quantity": quantity,
        "days_supply": None,
        "location_id": None,
        "organization_id": None,
        "program_id": CASH_ID,
        "dispensing_fee": Decimal(0),
        "shipping": Decimal(0),
        "source": Source.PHONE,
        "valid_to": None,
        "source_ref": "",
        **base,
        "price": price,
        "observed_on": today - timedelta(age),
    }
    key = (found["drug_id"], found["place_key"], found["program_id"], found["source"])
    return {"id": stable_id("seed-price", *key, str(quantity), str(age)), **found}
