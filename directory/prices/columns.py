"""Column type for money and quantities."""

from decimal import Decimal

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

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)
