"""One cell → one value that fits its column, mended by named rules, or refused with a reason."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from directory.importing import repairs
from directory.importing.problems import RowRefused, Tally
from directory.importing.shapes import Field

Value = str | int | float | bool | None
"""As JSON holds it: dates and times as ISO text, amounts as decimal text."""

INT_MAX = 2**31 - 1
AMOUNT_MAX = Decimal(10) ** 10
SHOWN = 80  # characters of a wrong value that the report repeats
UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_EMAIL = re.compile(r"[^@\s:/;,<>]+@[^@\s:/;,<>]+\.[a-zA-Z]{2,24}")
_URL = re.compile(r"https?://[^\s/?#]+\.[^\s]+|mailto:\S+@\S+|tel:\S+", re.IGNORECASE)
_NUMBER_MARKS = re.compile(r"[$£€%,\s]")
_OFFSET = re.compile(r"(\d\d:\d\d(?::\d\d)?)([+-]\d\d:?\d\d)")
_TRUTH = {"true": True, "yes": True, "1": True, "t": True, "y": True}
_UNTRUTH = {"false": False, "no": False, "0": False, "f": False, "n": False}


def read_value(field: Field, text: str, tally: Tally) -> Value:
    """The value, None when there is none. Raises RowRefused with the reason it cannot be read."""
    text = repairs.mend(text, repairs.TEXT, tally)
    if not text:
        return None
    value = _READERS[field.kind](field, text, tally)
    if (
        field.length
        and field.kind != "reference"
        and isinstance(value, str)
        and len(value) > field.length
    ):
        raise RowRefused("too_long", field.name, f"{len(value)} characters, {field.length} allowed")
    return value


def shown(text: str) -> str:
    """A wrong value as the report repeats it."""
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN else flat[: SHOWN - 1] + "…"


def _text(_field: Field, text: str, _tally: Tally) -> str:
    return text


def _reference(_field: Field, text: str, _tally: Tally) -> str:
    return same_id(text)


def known_as(text: object) -> str:
    """An id as it is compared with others; "" when it is no text at all."""
    return same_id(repairs.mend(text, repairs.TEXT, Tally())) if isinstance(text, str) else ""


def same_id(text: str) -> str:
    """UUIDs are the same in upper and lower case."""
    return text.lower() if UUID.fullmatch(text) else text


def _url(field: Field, text: str, tally: Tally) -> str:
    text = repairs.mend(text, repairs.URL, tally)
    if not _URL.fullmatch(text):
        raise RowRefused("bad_url", field.name, shown(text))
    return text


def _email(field: Field, text: str, _tally: Tally) -> str:
    if not _EMAIL.fullmatch(text):
        raise RowRefused("bad_email", field.name)  # the value may be a person's: not repeated
    return text


def _choice(field: Field, text: str, tally: Tally) -> str:
    if text in field.allowed:
        return text
    folded = text.casefold().replace("_", " ")
    found = next((value for value in field.allowed if value.casefold() == folded), None)
    if found is None:
        raise RowRefused("not_a_value", field.name, f"{shown(text)}: {', '.join(field.allowed)}")
    tally.repaired("value_case")
    return found


def _number(field: Field, text: str, tally: Tally) -> float:
    try:
        value = float(_plain(text, tally))
    except ValueError:
        raise RowRefused("bad_number", field.name, shown(text)) from None
    if not math.isfinite(value):
        raise RowRefused("bad_number", field.name, shown(text))
    return value


def _integer(field: Field, text: str, tally: Tally) -> int:
    value = _number(field, text, tally)
    if value != int(value) or abs(value) > INT_MAX:
        raise RowRefused("bad_number", field.name, shown(text))
    return int(value)


def _amount(field: Field, text: str, tally: Tally) -> str:
    try:
        value = Decimal(_plain(text, tally))
    except InvalidOperation:
        raise RowRefused("bad_number", field.name, shown(text)) from None
    if not value.is_finite() or not 0 <= value < AMOUNT_MAX:
        raise RowRefused("bad_number", field.name, shown(text))
    return str(value.quantize(Decimal("0.01")))


def _plain(text: str, tally: Tally) -> str:
    plain = _NUMBER_MARKS.sub("", text)
    if plain != text:
        tally.repaired("number_with_marks")
    return plain


def _flag(field: Field, text: str, _tally: Tally) -> bool:
    value = {**_TRUTH, **_UNTRUTH}.get(text.casefold())
    if value is None:
        raise RowRefused("not_a_value", field.name, f"{shown(text)}: true, false")
    return value


def _date(field: Field, text: str, tally: Tally) -> str:
    text = repairs.mend(text, repairs.DATE, tally)
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise RowRefused("bad_date", field.name, shown(text)) from None


def _datetime(field: Field, text: str, _tally: Tally) -> str:
    try:
        value = datetime.fromisoformat(text)
    except ValueError:
        raise RowRefused("bad_date", field.name, shown(text)) from None
    return value.isoformat() if value.tzinfo else f"{value.isoformat()}+00:00"


def _time(field: Field, text: str, tally: Tally) -> str:
    """Local wall-clock time. A time in UTC would need the date to become one, so it is refused."""
    with_offset = _OFFSET.fullmatch(text)
    if with_offset and with_offset[2].replace(":", "") not in ("+0000", "-0000"):
        text = with_offset[1]
    value = _clock(text, tally)
    if value is None:
        raise RowRefused("bad_time", field.name, shown(text))
    if value.tzinfo:
        raise RowRefused("bad_time", field.name, f"{shown(text)} is not local time")
    return value.isoformat(timespec="seconds")


def _clock(text: str, tally: Tally) -> time | None:
    try:
        return time.fromisoformat(text)
    except ValueError:
        value = repairs.clock(text)
        if value is not None:
            tally.repaired("time_in_words")
        return value


_READERS: Mapping[str, Callable[[Field, str, Tally], Value]] = {
    "text": _text,
    "reference": _reference,
    "url": _url,
    "email": _email,
    "choice": _choice,
    "number": _number,
    "integer": _integer,
    "amount": _amount,
    "flag": _flag,
    "date": _date,
    "datetime": _datetime,
    "time": _time,
}
