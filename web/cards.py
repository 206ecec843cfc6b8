"""A search document as a card: everything somebody needs to choose, in words, on one screen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from directory.geocode import Place
from directory.hours import Window
from search.query import Hit
from web import words
from web.i18n import SOURCE_LANGUAGE, Language
from web.times import Glance, glance
from web.words import PhoneLink, Text

PHONES_SHOWN = 2
SUMMARY_LENGTH = 180  # characters


@dataclass(frozen=True, slots=True)
class Card:
    """One result. `facts` are labels with their lines; `point` is (degrees, degrees) or None.

    Name and summary carry the language they are in.
    """

    id: str
    href: str
    mark: str
    name: Text
    kind: str
    organization: str
    summary: Text
    hours: Glance
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    phones: tuple[PhoneLink, ...]
    checked: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cards of one page have in common: the reader, the moment, the place and times asked."""

    say: Language
    now: datetime
    link: Callable[[str], str]
    origin: Place | None = None
    windows: tuple[Window, ...] = ()


def card(hit: Hit, asked: Asked) -> Card:
    """The card of one hit."""
    found, say = hit.document, asked.say
    name = _said(found, "name", say)
    kinds = words.kinds(found["terms"], found["categories"], say)
    return Card(
        id=hit.id,
        href=asked.link(hit.id),
        mark=words.mark(found["categories"]),
        name=name,
        kind=kinds[0] if kinds and kinds[0] != name.text else "",
        organization=found["organization"],
        summary=_said(found, "summary", say),
        hours=glance(found["hours"], asked.now, say, asked.windows),
        facts=_facts(found, hit.distance_m, asked),
        phones=_phones(found["phones"], say),
        checked=words.checked(_day(found["assured_date"]), say),
        point=(found["lat"], found["lng"]) if found["lat"] is not None else None,
    )


def _said(found: Mapping[str, Any], name: str, say: Language) -> Text:
    """A field in the reader's language where it is translated, else as it was written."""
    translated = found["translations"].get(say.code) or {}
    if text := translated.get(name):
        return Text(_short(text), say.code, translated["machine"])
    return Text(_short(found[name]), SOURCE_LANGUAGE)


def _facts(
    found: Mapping[str, Any], distance_m: float | None, asked: Asked
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    say = asked.say
    where = [found["address"]] if found["address"] else []
    if distance_m is not None and asked.origin:
        where.insert(0, words.distance(distance_m, asked.origin, say))
    coming = words.comes_to_you(found["delivery"], say)
    waiting = words.wait(found["wait_days"], _day(found["wait_asked_on"]), say)
    rows = (
        (say.gettext("Where"), (*where, *([coming] if coming else []))),
        (say.gettext("Cost"), (words.cost(found["cost"], say),)),
        (say.gettext("Spoken"), (words.languages(found["languages"], say),)),
        (say.gettext("Wait"), (waiting,)),
    )
    return tuple((name, lines) for name, lines in rows if any(lines))


def _phones(found: Sequence[Mapping[str, Any]], say: Language) -> tuple[PhoneLink, ...]:
    return tuple(
        words.phone(phone["number"], phone.get("extension"), phone["description"], say)
        for phone in found[:PHONES_SHOWN]
    )


def _short(text: str) -> str:
    """The beginning of the text, cut between words."""
    if len(text) <= SUMMARY_LENGTH:
        return text
    return text[:SUMMARY_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
