"""Dates, times and choices as people type them."""

import re
from datetime import date

from core.errors import Invalid
from core.paging import DEPTH_MAX
from web.i18n import Language
from web.staff.typed import Typed

EARLIEST, LATEST = date(1850, 1, 1), date(2200, 12, 31)
DIGITS_MAX = 9
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def read_day(text: str, code: str) -> date | None:
    """A day as 2026-03-05, or as people write it: 3/5/2026 in English, 5/3/2026 in Spanish.

    None for what is no day, or is one that nobody lives to see.
    """
    try:
        if match := _SLASHED.fullmatch(text.strip()):
            first, second, year = (int(part) for part in match.groups())
            month, day = (first, second) if code == "en" else (second, first)
            found = date(year, month, day)
        else:
            found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def read_number(text: str, default: int = 1) -> int:
    """A whole number such as that of a page, or the default for what is none."""
    return int(text) if text.isdecimal() and len(text) <= DIGITS_MAX else default


def page_number(text: str, per_page: int) -> int:
    """The page asked for, from the first to as deep as lists go."""
    return min(read_number(text) or 1, DEPTH_MAX // per_page)


def day_of(typed: Typed, name: str, say: Language) -> date | None:
    """The day in a field; None when it is blank. Raises Invalid for what is no day."""
    text = typed.value(name).strip()
    if not text:
        return None
    found = read_day(text, say.code)
    if found is None:
        words = say.gettext("Type a date like %(example)s.", example=_example(say))
        raise Invalid(words, parameter=name)
    return found


def _example(say: Language) -> str:
    return "4/9/1961" if say.code == "en" else "9/4/1961"
