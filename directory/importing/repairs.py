"""Named repairs. Each is a rule with a name that is counted and reported; no other is made.

A repair takes a text and returns it mended, or unchanged when the rule does not apply.
"""

import html
import re
from collections.abc import Callable, Mapping
from datetime import datetime, time

from directory.hours.parse import parse_clock
from directory.importing.problems import Tally

Repair = Callable[[str], str]

_MOJIBAKE = re.compile(
    "[ÂÃ][\u0080-\u00bf\u2013-\u203a\u20ac\u2122]|â[\u0080-\u00bf€‚][\u0080-\u00ff\u0152-\u2122]"
)
_ENTITY = re.compile(r"&(?:[a-zA-Z][a-zA-Z0-9]{1,24}|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SPACES = re.compile("[\t\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_LINES = re.compile("\r\n?|[\u2028\u2029]")
_NULL_WORDS = frozenset({"null", "NULL", "\\N", "#N/A", "undefined"})
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_HOST = re.compile(
    r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)
_DOUBLE_SCHEME = re.compile(r"(?:https?:/*)+(https?://)", re.IGNORECASE)
_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_EXTENSION = re.compile(r"^(.*?\d)[\s,;]*(?:ext(?:ension)?|x)\.?:?\s*(\d{1,9})$", re.IGNORECASE)
_QUOTED = re.compile(r'^"(.*)"$', re.DOTALL)
_ZIP = re.compile(r"(\d{5})(?:-?(\d{4}))?")


def html_entities(text: str) -> str:
    """`caf&eacute;` → `café`."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text) if "&" in text else text


def mojibake(text: str) -> str:
    """UTF-8 that was read as Windows-1252 and saved again: `cafÃ©` → `café`.

    Only when the whole text turns back into valid UTF-8, which no honest text does by accident.
    """
    if not _MOJIBAKE.search(text):
        return text
    try:
        return text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return text


def invisible_characters(text: str) -> str:
    """Zero-width spaces, soft hyphens, direction marks and stray byte order marks go."""
    return _INVISIBLE.sub("", text)


def control_characters(text: str) -> str:
    """Characters that print nothing, other than line ends, go."""
    return _CONTROL.sub("", text)


def line_ends(text: str) -> str:
    """Every kind of line end becomes the common one."""
    return _LINES.sub("\n", text)


def odd_spaces(text: str) -> str:
    """Tabs and spaces of unusual width become spaces."""
    return _SPACES.sub(" ", text)


def spaces_at_the_ends(text: str) -> str:
    """Spaces before and after the text go."""
    return text.strip()


def word_for_nothing(text: str) -> str:
    """`null` written as a word is nothing."""
    return "" if text in _NULL_WORDS else text


def separators_alone(text: str) -> str:
    """A cell of nothing but commas is nothing."""
    return "" if text and not text.strip(", ") else text


def url_without_scheme(text: str) -> str:
    """`www.example.org` → `http://www.example.org`."""
    return f"http://{text}" if not _SCHEME.match(text) and _HOST.fullmatch(text) else text


def url_scheme_twice(text: str) -> str:
    """`http://https://example.org` → `https://example.org`."""
    return _DOUBLE_SCHEME.sub(r"\1", text)


def date_month_first(text: str) -> str:
    """`3/31/2024` → `2024-03-31`, when the second number can only be a day, or equals the first."""
    found = _US_DATE.fullmatch(text)
    if not found:
        return text
    month, day, year = map(int, found.groups())
    if month > 12 or (day <= 12 and day != month):
        return text
    return f"{year:04}-{month:02}-{day:02}"


def date_with_time(text: str) -> str:
    """`2024-03-31T10:00:00Z` → `2024-03-31`."""
    if len(text) <= 10 or text[10] not in " T":
        return text
    try:
        return datetime.fromisoformat(text).date().isoformat()
    except ValueError:
        return text


def quotes_around(text: str) -> str:
    """`"+1 919 555 0100"`, quotation marks included, loses them."""
    return _QUOTED.sub(r"\1", text)


def postal_code_marks(text: str) -> str:
    """Stray marks around a ZIP code go, and ZIP+4 gets its hyphen."""
    found = _ZIP.fullmatch(text.strip("`'\"., "))
    if not found:
        return text
    return "-".join(filter(None, found.groups()))


def clock(text: str) -> time | None:
    """`9am`, `5:30 p.m.`, `noon`; None for what can be read two ways, such as `9:00`."""
    return parse_clock(text)


def extension_in_number(text: str) -> tuple[str, int | None]:
    """`919-555-0100 ext. 12` → (`919-555-0100`, 12)."""
    found = _EXTENSION.match(text)
    return (found[1].strip(), int(found[2])) if found else (text, None)


TEXT: Mapping[str, Repair] = {
    "html_entities": html_entities,
    "mojibake": mojibake,
    "invisible_characters": invisible_characters,
    "line_ends": line_ends,
    "control_characters": control_characters,
    "odd_spaces": odd_spaces,
    "spaces_at_the_ends": spaces_at_the_ends,
    "word_for_nothing": word_for_nothing,
    "separators_alone": separators_alone,
}
URL: Mapping[str, Repair] = {
    "url_scheme_twice": url_scheme_twice,
    "url_without_scheme": url_without_scheme,
}
DATE: Mapping[str, Repair] = {
    "date_with_time": date_with_time,
    "date_month_first": date_month_first,
}
PHONE: Mapping[str, Repair] = {"quotes_around": quotes_around}
POSTAL_CODE: Mapping[str, Repair] = {"postal_code_marks": postal_code_marks}

RULES: Mapping[str, str] = {
    "address_without_city": "the city of the address's ZIP code",
    "address_without_state": "the state of the address's ZIP code",
    "ages_from_terms": "youngest and oldest age from terms such as “Ages 60+”",
    "area_from_words": "a service area named in words that a computer can check: ZIP, county, state",
    "by_appointment": "“By appointment” in a time column: said of the service",
    "category_from_terms": "our categories from the source's terms, by the crosswalk",
    "code_from_terms": "our other codes from the source's terms, by the crosswalk",
    "cost_from_words": "a cost code from a fee that is plainly said",
    "confidential_address": "an address given as “confidential”: the place is kept secret",
    "country_code": "the country's two letters, from its name or lower case",
    "coordinates_swapped": "latitude and longitude in each other's place",
    "coordinates_web_mercator": "metres of EPSG:3857 turned into degrees",
    "date_month_first": "3/31/2024 → 2024-03-31, when it can only be read that way",
    "date_with_time": "the date of a date and time",
    "control_characters": "characters that print nothing, removed",
    "eligibility_from_terms": "who it is for, in words, from the source's eligibility terms",
    "empty_cells_beyond_the_header": "empty cells beyond the last column, removed",
    "empty_row": "a row that says nothing, left out",
    "extension_in_number": "an extension split from the phone number",
    "hours_in_words": "days and times in words read as a weekly or monthly rule",
    "html_entities": "&eacute; → é",
    "identical_row": "the same row again, left out",
    "ids_in_one_cell": "several ids in one cell, each followed",
    "invisible_characters": "zero-width characters, removed",
    "language_code": "a language's code from its English name",
    "line_ends": "carriage returns and other line ends → newline",
    "link_listed_elsewhere": "a link listed only on the service's own row",
    "longitude_sign": "a longitude east of Greenwich that was meant west",
    "mojibake": "UTF-8 read as Windows-1252 → as it was",
    "number_with_marks": "a number without its $, % or thousands separators",
    "odd_spaces": "tabs and unusual spaces → spaces",
    "organization_missing": "a location's organization that is not there, removed",
    "point_at_zero": "latitude 0, longitude 0, removed",
    "postal_code_marks": "stray marks around a ZIP code, removed",
    "program_description_in_alternate_name": "a program's description, from the wrong column",
    "quotes_around": "quotation marks around a phone number, removed",
    "row_for_each_parent": "one row for each record that a shared row belongs to",
    "several_parents": "the first of several parents that exists",
    "spaces_at_the_ends": "spaces before and after a text, removed",
    "status_missing": "no status read as active",
    "status_number": "a status number whose meaning is not in the data, read as active",
    "status_verified": "“verified” read as active",
    "taxonomy_from_name": "a taxonomy made from the name its terms carry",
    "term_language_code": "phone languages looked up in the list of languages",
    "time_in_words": "9am → 09:00",
    "timezone_from_zip": "a location's time zone, from its ZIP code or point",
    "type_number": "a phone type number whose meaning is not in the data, removed",
    "url_scheme_twice": "http://https://… → https://…",
    "url_without_scheme": "www.example.org → http://www.example.org",
    "urls_in_one_cell": "several web addresses in one cell, each kept",
    "value_case": "a value of a closed list, written in other letters",
    "weekday_without_times": "a weekday of a blank form, left out",
    "word_for_nothing": "“null” as a word → nothing",
    "separators_alone": "a cell of commas → nothing",
}
"""Every rule an import may count, with what it does."""


def mend(text: str, rules: Mapping[str, Repair], tally: Tally) -> str:
    """The text after all rules, in their order; each that changed it is counted."""
    for name, rule in rules.items():
        after = rule(text)
        if after != text:
            tally.repaired(name)
            text = after
    return text
