"""A search document as a card: everything somebody needs to choose, in words, on one screen.

Drawing a card costs more than finding it, and many people look at the same ones: within a minute, a
card that says the same in the same language is drawn once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from html import escape
from typing import Any

from directory.geocode import Place
from directory.hours import Window
from search.query import Hit
from web import words
from web.i18n import SOURCE_LANGUAGE, Language, language
from web.rendering import render_part
from web.times import Glance, glance, next_matching
from web.words import PhoneLink, Text

PHONES_SHOWN = 2
SUMMARY_LENGTH = 180  # characters
WAY_BACK = "⟪back⟫"
"""Stands in a drawn card for the parameters that lead back to the list."""
SAVING = "⟪saving⟫"
"""Stands in a drawn card for the address that saves one more service; its id follows."""
ACTIONS = "⟪actions⟫"
"""Stands in a card drawn for staff for what they can do with the service."""
Actions = Callable[[Hit], str]
"""From a result to HTML."""


@dataclass(frozen=True, slots=True)
class Card:
    """One result. `facts` are labels with their lines; `point` is (degrees, degrees) or None.

    Name and summary carry the language they are in.
    """

    id: str
    href: str
    save: str
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
    actions: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the cards of one page have in common: the reader, the moment, the place and times asked.

    `services` is the address all services lie below, `back` the parameters that lead back, `saving`
    the address that saves the service whose id is put after it, `actions` what staff can do with it.
    """

    say: Language
    now: datetime
    services: str
    back: str = ""
    origin: Place | None = None
    windows: tuple[Window, ...] = ()
    saving: str = "/saved?id="
    actions: Actions | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """A document as it is seen: equal sights are the same card."""

    id: str
    hash: str
    code: str
    minute: datetime
    services: str
    distance: str
    windows: tuple[Window, ...]
    acting: bool
    document: Mapping[str, Any] = field(compare=False)


def card_html(hit: Hit, asked: Asked) -> str:
    """The card of one hit."""
    far = hit.distance_m is not None and asked.origin is not None
    sight = Sight(
        hit.id,
        hit.document["hash"],
        asked.say.code,
        asked.now.replace(second=0, microsecond=0),
        asked.services,
        words.distance(hit.distance_m, asked.origin, asked.say) if far else "",  # type: ignore[arg-type]
        asked.windows,
        asked.actions is not None,
        hit.document,
    )
    drawn = _kept(sight) if sight.hash else _draw(sight)
    drawn = drawn.replace(WAY_BACK, escape(asked.back)).replace(SAVING, escape(asked.saving))
    if asked.actions is None:
        return drawn
    return drawn.replace(ACTIONS, asked.actions(hit))


def _draw(sight: Sight) -> str:
    return render_part("parts/card.html", sight.code, card=card(sight))


_kept = lru_cache(maxsize=5_000)(_draw)


def card(sight: Sight) -> Card:
    """What the card says."""
    found, say = sight.document, language(sight.code)
    name = _said(found, "name", say)
    kinds = words.kinds(found["terms"], found["categories"], say)
    return Card(
        id=sight.id,
        href=f"{sight.services}/{sight.id}{WAY_BACK}",
        save=f"{SAVING}{sight.id}",
        mark=words.mark(found["categories"]),
        name=name,
        kind=kinds[0] if kinds and kinds[0] != name.text else "",
        organization=found["organization"],
        summary=_said(found, "summary", say),
        hours=glance(found["hours"], sight.minute, say, sight.windows),
        facts=_facts(sight, say),
        phones=_phones(found["phones"], say),
        checked=words.checked(_day(found["assured_date"]), say),
        point=(found["lat"], found["lng"]) if found["lat"] is not None else None,
        actions=ACTIONS if sight.acting else "",
    )


def _said(found: Mapping[str, Any], name: str, say: Language) -> Text:
    """A field in the reader's language where it is translated, else as it was written."""
    translated = found["translations"].get(say.code) or {}
    if text := translated.get(name):
        return Text(_short(text), say.code, translated["machine"])
    return Text(_short(found[name]), SOURCE_LANGUAGE)


def _facts(sight: Sight, say: Language) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found = sight.document
    suits = next_matching(found["hours"], sight.minute, say, sight.windows)
    coming = words.comes_to_you(found["delivery"], say)
    where = [line for line in (sight.distance, found["address"], coming) if line]
    waiting = words.wait(found["wait_days"], _day(found["wait_asked_on"]), say)
    rows = (
        (say.gettext("Next time that suits"), (suits,)),
        (say.gettext("Where"), tuple(where)),
        (say.gettext("Cost"), (words.cost(found["cost"], say),)),
        (say.gettext("Spoken"), (words.languages(found["languages"], say),)),
        (say.gettext("Wait"), (waiting, _observed(found, say))),
    )
    return tuple((name, lines) for name, lines in rows if any(lines))


def _observed(found: Mapping[str, Any], say: Language) -> str:
    """The wait as it was, where enough people were referred to know."""
    wait = found.get("observed_wait")
    return (
        words.observed_wait(wait["days"], wait["count"], _day(wait["observed_on"]), say)
        if wait
        else ""
    )


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
