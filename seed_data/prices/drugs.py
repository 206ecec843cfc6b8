"""The medicines of the demonstration: `drugs.json`, read and checked.

A product is written "500 mg | tablet | ER | 0.05 | 60,180": strength, form, release, an invented
acquisition cost of one unit, usual quantities; then a schedule or "otc".
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from directory.prices.kinds import CONTROLLED, DoseForm, Release
from directory.prices.models import Drug, DrugAlias
from directory.prices.naming import make_alias, make_drug

FILE = Path(__file__).parent / "drugs.json"


@dataclass(frozen=True, slots=True)
class Medicine:
    """A drug with what it costs to buy in, and how it is usually filled."""

    drug: Drug
    cost: Decimal
    quantities: tuple[Decimal, ...]
    aliases: tuple[DrugAlias, ...]


@lru_cache(maxsize=1)
def medicines() -> tuple[Medicine, ...]:
    """All of them, in the order of the file."""
    return tuple(_read())


def _read() -> Iterator[Medicine]:
    for entry in json.loads(FILE.read_text(encoding="utf-8")):
        for product in entry["products"]:
            strength, form, release, cost, quantities, *more = map(str.strip, product.split("|"))
            drug = make_drug(
                entry["ingredient"],
                strength,
                DoseForm(form),
                Release(release),
                brand=entry.get("brand", ""),
                otc="otc" in more,
                schedule=next((one for one in more if one in CONTROLLED), None),
            )
            aliases = [
                make_alias(drug.id, text, code) for code in ("en", "es") for text in entry[code]
            ]
            counts = tuple(Decimal(one) for one in quantities.split(","))
            yield Medicine(drug, Decimal(cost), counts, tuple(aliases))
