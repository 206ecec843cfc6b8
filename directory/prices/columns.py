"""Column type for money and quantities."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, TypeDecorator


class Exact(TypeDecorator[Decimal]):
    """A Decimal with a fixed number of places, stored as a whole number of its smallest unit.

    Exact, comparable and indexed alike on both databases (SQLite has no decimals of its own).
    Raises ValueError for a value with more places than the column keeps.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = value.scaleb(self.places)
        whole = int(scaled)
        if whole != scaled:
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return whole

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _reader(self.places)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return _reader(self.places)(value)


@cache
def _reader(places: int) -> Callable[[int | None], Decimal | None]:
    """Whole number → Decimal. Prices and quantities come again and again, so they are remembered."""

    @lru_cache(maxsize=10_000)
    def read(value: int | None) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-places)

    return read
