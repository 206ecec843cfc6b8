"""NADAC, as CMS publishes it: with names in two spellings, dates in two, and rows that hold nothing."""

from datetime import date
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from directory.importing.problems import RowRefused
from directory.prices.kinds import PricingUnit
from directory.prices.naming import described_product

COLUMNS = ("ndc_description", "ndc", "nadac_per_unit", "effective_date", "pricing_unit")
PLACES = 5
COST_MAX = 10**13
UNITS = frozenset(PricingUnit)
NOTHING = frozenset({"", "0", "n/a", "na", "null", "none", "-", "."})
EPOCHS = frozenset({1900, 9999})
Values = tuple[str, date, date, int, str, str, str]
"""ndc11, effective_on, as_of, per_unit in hundred-thousandths of a dollar, unit, description, product."""


def read(cells: dict[str, str]) -> Values:
    """The benchmark a row holds. Raises RowRefused."""
    ndc = cells["ndc"]
    if len(ndc) != 11:
        ndc = ndc.strip().replace("-", "")
    text = cells["nadac_per_unit"]
    if not ndc.strip("09") or text.strip().lower() in NOTHING or ndc.lower() in NOTHING:
        raise RowRefused("placeholder")
    if len(ndc) != 11 or not (ndc.isascii() and ndc.isdigit()):
        raise RowRefused("bad_ndc", "ndc", ndc[:20])
    dollars, _, rest = text.partition(".")
    plain = len(rest) <= PLACES and dollars.isdecimal() and rest.isdecimal()
    cost = int(dollars) * 10**PLACES + int(rest.ljust(PLACES, "0")) if plain else _cost(text)
    if not 0 < cost <= COST_MAX:
        raise RowRefused("bad_price", "nadac_per_unit", text[:20])
    unit = cells["pricing_unit"]
    if unit not in UNITS:
        unit = _unit(unit)
    effective = _day(cells["effective_date"])
    if effective is None:
        raise RowRefused("bad_date", "effective_date", cells["effective_date"][:20])
    if effective.year in EPOCHS:
        raise RowRefused("placeholder")
    as_of = _day(cells.get("as_of_date", "")) or effective
    description, product = _described(cells["ndc_description"])
    return ndc, effective, as_of, cost, unit, description, product


@lru_cache(maxsize=50_000)
def _cost(text: str) -> int:
    try:
        cost = Decimal(text.replace("$", "").replace(",", "")).scaleb(PLACES)
        whole = int(cost.to_integral_value())
    except (InvalidOperation, ValueError, OverflowError):
        raise RowRefused("bad_price", "nadac_per_unit", text[:20]) from None
    return whole


def _unit(text: str) -> str:
    unit = text.strip().upper()
    if unit not in UNITS:
        raise RowRefused("bad_unit", "pricing_unit", text[:20])
    return unit


@lru_cache(maxsize=10_000)
def _day(text: str) -> date | None:
    """12/24/2025, 2025-12-24, or either with a time behind it."""
    text = text.strip().partition("T")[0].partition(" ")[0]
    try:
        if "/" in text:
            month, day, year = map(int, text.split("/"))
            return date(year, month, day)
        return date.fromisoformat(text)
    except ValueError:
        return None


@lru_cache(maxsize=50_000)
def _described(text: str) -> tuple[str, str]:
    description = " ".join(text.split())[:200]
    return description, described_product(description)
