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
from search.fields import other_words, title_words
from search.query import COMES_TO_YOU

UNKNOWN_HOURS = "-"
OLDEST = 999
DOCUMENT_FIELDS = tuple(Document.__annotations__)
FIRST_WORD = "\N{BLACK FLORETTE}"
"""Stands before the words. Meilisearch ranks fields that begin with the text above all others, which the
protocol does not; and this is a word that no text has."""


def stored(document: Mapping[str, Any]) -> dict[str, Any]:
    """The form that goes to Meilisearch."""
    title = title_words(document)
    lat, lng = document["lat"], document["lng"]
    low, high, assured = (document[name] for name in ("minimum_age", "maximum_age", "assured_date"))
    fields = {
        **document,
        "title": " ".join((FIRST_WORD, *title)),
        "body": " ".join((FIRST_WORD, *title, *other_words(document))),
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
    """The document again, from what Meilisearch gives back; an older index may lack fields."""
    return {name: fields[name] for name in DOCUMENT_FIELDS if name in fields}
