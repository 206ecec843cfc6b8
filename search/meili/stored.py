"""A document as Meilisearch keeps it: the document itself, and fields made for searching it.

title, body  the words as every engine sees them (search.words); `body` has those of `title` too
pattern      which hours: an id of directory.hours, or UNKNOWN_HOURS
remote       whether it comes to the patient
age_from, age_to   both ends of the ages, also where the document leaves one open
assured_day  days since year 1
_geo         the point
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from directory.hours import pattern_id
from search.admission import Document
from search.query import COMES_TO_YOU
from search.words import tokens

UNKNOWN_HOURS = "-"
OLDEST = 999
TITLE_FIELDS = ("name", "alternate_name", "keywords")
OTHER_FIELDS = ("organization", "program", "summary", "city")
DOCUMENT_FIELDS = tuple(Document.__annotations__)
FIRST_WORD = "\N{BLACK FLORETTE}"
"""Stands before the words. Meilisearch ranks fields that begin with the text above all others, which the
protocol does not; and this is a word that no text has."""


def stored(document: Mapping[str, Any]) -> dict[str, Any]:
    """The form that goes to Meilisearch."""
    title = _words(document, TITLE_FIELDS)
    lat, lng = document["lat"], document["lng"]
    low, high, assured = (document[name] for name in ("minimum_age", "maximum_age", "assured_date"))
    fields = {
        **document,
        "title": " ".join((FIRST_WORD, *title)),
        "body": " ".join((FIRST_WORD, *title, *_words(document, OTHER_FIELDS))),
        "pattern": UNKNOWN_HOURS if document["hours"] is None else pattern_id(document["hours"]),
        "remote": not COMES_TO_YOU.isdisjoint(document["delivery"]),
        "age_from": 0 if low is None else low,
        "age_to": OLDEST if high is None else high,
        "assured_day": None if assured is None else date.fromisoformat(assured).toordinal(),
    }
    if lat is not None:
        fields["_geo"] = {"lat": lat, "lng": lng}
    return fields


def plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The document again, from what Meilisearch gives back."""
    return {name: fields[name] for name in DOCUMENT_FIELDS}


def _words(document: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """The distinct words of some fields, in order."""
    found: dict[str, None] = {}
    for name in names:
        value = document[name]
        if value:
            found |= dict.fromkeys(tokens(value if isinstance(value, str) else " ".join(value)))
    return list(found)
