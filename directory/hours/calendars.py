"""Public holidays, from the `holidays` package, a calendar and year at a time."""

import re
from collections.abc import Mapping
from datetime import date
from functools import lru_cache

from core.errors import Invalid

_NAME = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,6})?")


@lru_cache(maxsize=256)
def check_calendar(name: str) -> None:
    """Raises Invalid unless `name` is a country, or country and subdivision: "US", "US-NC"."""
    if _NAME.fullmatch(name):
        try:
            _load(name, 2000)
            return
        except NotImplementedError:
            pass
    raise Invalid(f"Unknown holiday calendar {name!r}; use US or US-NC.", parameter="holidays")


@lru_cache(maxsize=512)
def _load(name: str, year: int) -> Mapping[date, str]:
    # Imported late: the package takes 0.2 s, and most hours name no calendar.
    from holidays import country_holidays

    country, _, part = name.partition("-")
    return dict(country_holidays(country, subdiv=part or None, years=year, observed=True))


def holiday_name(calendar: str, on: date) -> str:
    """The holiday's English name, "" when it is none. Observed days count as holidays."""
    return _load(calendar, on.year).get(on, "")
