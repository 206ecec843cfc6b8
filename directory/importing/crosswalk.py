"""What other people's words mean in our code lists. Only what is plainly said is read."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from directory.codes import CATEGORY, COST, Code, category_of, code_lists, codes
from directory.models import AreaExtent
from directory.places.gazetteer import gazetteer
from directory.places.place import county_key
from directory.places.text import STATE_BY_NAME, county_name, fold, split_state

EVENING = "evening-clinic"
_ZIP_WORDS = re.compile(r"(?:zip(?: code)? )?(\d{5})(?: zip(?: code)?)?")
_RESIDENCE = re.compile(r"^residents? of (?:the )?|(?: only)? residents?(?: only)?$|^all of ")
_NATIONWIDE = {"nationwide", "national", "united states", "usa", "us", "all states", "entire us"}
_AGES = re.compile(r"(?:[A-Za-z ]+ )?\(?(\d{1,3})(?:\+|\s*[-–]\s*(\d{1,3}))\)?")


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return dict(json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8")))


@lru_cache(maxsize=1)
def _terms() -> dict[str, tuple[Code, ...]]:
    return {fold(name): tuple(map(_code, said)) for name, said in _data()["terms"].items()}


def _code(path: str) -> Code:
    list_name, _, code = path.rpartition("/")
    return codes(f"handrail/{list_name}")[code]


def codes_of(term: str) -> tuple[Code, ...]:
    """Our codes for the name of a term; none when nobody has said what it means."""
    return _terms().get(fold(term), ())


def codes_of_open_eligibility(identifier: str) -> tuple[Code, ...]:
    """Our category code for an Open Eligibility id; their category where several share it."""
    found = [c for c in codes(CATEGORY).values() if identifier in c.open_eligibility]
    slugs = {category_of(code.code) for code in found}
    if len(found) > 1 and len(slugs) == 1:
        return (codes(CATEGORY)[slugs.pop()],)
    return tuple(found) if len(found) == 1 else ()


def needs_evening(code: Code) -> bool:
    """Whether the code is true only of services open in the evening or on a weekend."""
    return code.list_name == CATEGORY and category_of(code.code) == EVENING


def cost_of(text: str) -> Code | None:
    """The cost code of a fee that is plainly said, as a whole text."""
    said: dict[str, str] = _folded("costs")
    code = said.get(fold(text)) or (text if text in codes(COST) else None)
    return codes(COST)[code] if code else None


def code_named(list_name: str, text: str) -> str | None:
    """The code of a list with exactly that name, in English or Spanish, or one we listed."""
    return _names(list_name).get(fold(text))


@lru_cache(maxsize=8)
def _names(list_name: str) -> dict[str, str]:
    said = {fold(n): code for n, code in _data()["names"].get(list_name, {}).items()}
    found = code_lists()[list_name].codes.values()
    return {fold(name): c.code for c in found for name in c.names.values()} | said


def language_code(text: str) -> str | None:
    """ISO 639-1 (else 639-3) of an English name or of another code of the same language."""
    known = _languages()
    folded = fold(text)
    if folded in known:
        return known[folded]
    short = get_global("language_aliases").get(text.strip().lower(), text.strip())
    try:
        locale = Locale.parse(short, sep="_" if "_" in short else "-")
    except (UnknownLocaleError, ValueError):
        return None
    return str(locale.language)


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    names = Locale("en").languages
    own = {fold(name): code for code, name in names.items() if code.isalpha()}
    return own | _folded("languages")


@lru_cache(maxsize=4)
def _folded(part: str) -> dict[str, str]:
    return {fold(name): code for name, code in _data()[part].items()}


def area_of(text: str) -> tuple[str, str] | None:
    """(kind, code) of an area named in words: a ZIP, a county with its state, a state, the US."""
    name = _RESIDENCE.sub("", fold(text[:120])).strip()
    found = _ZIP_WORDS.fullmatch(name)
    if found:
        return (AreaExtent.POSTAL_CODE, found[1]) if found[1] in gazetteer().zips else None
    if name in _NATIONWIDE:
        return AreaExtent.NATIONWIDE, "US"
    state = STATE_BY_NAME.get(name) or (name.upper() if name.upper() in gazetteer().states else "")
    if state and len(name) > 2 or name == "dc":
        return AreaExtent.STATE, state
    for rest, code in split_state(name):
        county = county_name(rest)
        for area in gazetteer().counties.get(county or "", ()):
            if area.state == code:
                return AreaExtent.COUNTY, county_key(area.name, code).removeprefix("county:")
    return None


def ages_of(term: str) -> tuple[int, int | None] | None:
    """(youngest, oldest or None) of a term such as “Ages 60+” or “Teens (13-19)”."""
    found = _AGES.fullmatch(term.strip())
    if not found:
        return None
    low, high = int(found[1]), int(found[2]) if found[2] else None
    return (low, high) if high is None or low <= high <= 120 else None
