"""Reading what people type for a place: folding, coordinates, ZIPs, state names."""

import re
import unicodedata
from collections.abc import Iterator

from directory.places.states import STATES

MAX_LENGTH = 200
"""Longest text looked at, in characters; nobody's place is longer, and matching stays cheap."""

_WORDS = re.compile(r"[^\W_]+")
_ZIP = re.compile(r"(?:^|[\s,])(\d{5})(?:[- ]?\d{4})?\s*$")
_NUMBER = r"([+-]?\d{1,4}(?:\.\d{1,15})?)\s*°?\s*([NSEW]?)"
_POINT = re.compile(rf"^\(?\s*{_NUMBER}\s*[,;]\s*{_NUMBER}\s*\)?$", re.IGNORECASE)
_STREET = re.compile(r"^\d+\s*[a-z]?\s+[^\W\d]", re.IGNORECASE)
_LONG_FORMS = {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}
_COUNTRY = re.compile(r" (?:usa|us|u s a|u s|united states(?: of america)?|ee uu|estados unidos)$")
_COUNTY = re.compile(
    r"^(?:(?:county of|condado de|condado)\s+(?P<after>.+)"
    r"|(?P<before>.+?)\s+(?:county|parish|borough|census area|municipality|municipio|co))$"
)


def fold(text: str, *, long_forms: bool = True) -> str:
    """Lower case, without accents and punctuation; "St." becomes "saint" unless told not to."""
    plain = text.lower() if text.isascii() else _without_accents(text)
    words = _WORDS.findall(plain.replace("'", "").replace("’", ""))
    return " ".join([_LONG_FORMS.get(word, word) for word in words] if long_forms else words)


def _without_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in decomposed if not unicodedata.combining(c))


STATE_BY_NAME = {fold(name): code for code, name in STATES.items()}
_STATE_BY_CODE = {code.lower(): code for code in STATES}


def clean(text: str) -> str:
    """The text on one line without control characters, cut to MAX_LENGTH."""
    return " ".join("".join(c if c.isprintable() else " " for c in text[:MAX_LENGTH]).split())


def read_zip(text: str) -> str | None:
    """The five digits of a ZIP or ZIP+4 that the text is or ends with."""
    found = _ZIP.search(text)
    if found:
        return found.group(1)
    digits = text.replace(" ", "").replace("-", "")
    return digits[:5] if digits.isascii() and digits.isdigit() and len(digits) == 9 else None


def read_point(text: str) -> tuple[float, float] | None:
    """Latitude and longitude, not yet checked for range; letters N S E W give the sign."""
    found = _POINT.match(text)
    if not found:
        return None
    lat, north, lng, east = found.groups()
    if north.upper() in ("E", "W") or east.upper() in ("N", "S"):
        lat, north, lng, east = lng, east, lat, north
    return _signed(lat, north), _signed(lng, east)


def _signed(number: str, letter: str) -> float:
    return -abs(float(number)) if letter.upper() in ("S", "W") else float(number)


def is_street_address(text: str) -> bool:
    """Begins like a street address ("120 Main St"), not like a ZIP or a point."""
    return bool(_STREET.match(text))


def without_country(folded: str) -> str:
    """The folded text without "USA" and the like at its end."""
    return _COUNTRY.sub("", folded)


def county_name(folded: str) -> str | None:
    """ "durham" for "durham county" or "condado de durham"; None when no county is meant."""
    found = _COUNTY.match(folded)
    return (found["after"] or found["before"]) if found else None


def read_state(folded: str) -> str | None:
    """The state's abbreviation when the whole text names a state."""
    return _STATE_BY_CODE.get(folded) or STATE_BY_NAME.get(folded)


def split_state(folded: str) -> Iterator[tuple[str, str]]:
    """Ways to read the text as a name followed by a state, shortest state name first."""
    words = folded.split()
    for count in range(1, min(5, len(words))):
        state = read_state(" ".join(words[-count:]))
        if state:
            yield " ".join(words[:-count]), state
