"""A referral as its page shows it to a partner: what was shared, and what happened, in words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_time

from directory.codes import DOCUMENT, INSURANCE
from referrals.views import ReferralView, TimelineEntry
from web.i18n import Language
from web.respond import words
from web.staff.wording import COMMUNICATION, MOBILITY
from web.times import window_words
from web.words import label

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of what was shared: its name and one or more values."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Happened:
    """A line of the timeline."""

    at: str
    what: str
    by: str
    note: str


def facts(shared: Json, say: Language) -> list[Fact]:
    """Everything that was shared, in the order of the words for it."""
    found = []
    for name in words.FIELDS:
        if found_here := values(name, shared, say):
            found.append(Fact(words.said(words.FIELDS, name, say), found_here))
    return found


def values(name: str, shared: Json, say: Language) -> tuple[str, ...]:
    """What was shared of one field, each value in words; nothing when there is nothing to see."""
    return tuple(value for value in _values(name, shared.get(name), say) if value)


def _values(name: str, value: Any, say: Language) -> Iterable[str]:
    if not value:
        return ()
    return READ[name](value, say) if name in READ else (str(value),)


def _name(value: Json, say: Language) -> Iterable[str]:
    yield value.get("name") or ""
    if value.get("preferred_name"):
        yield say.gettext("Called %(name)s", name=value["preferred_name"])
    yield value.get("pronouns") or ""


def _contact(value: Json, say: Language) -> str:
    notes = [
        say.gettext("voicemail is fine") if value.get("voicemail_ok") else "",
        say.gettext("text messages are fine") if value.get("text_ok") else "",
        *(window_words(window, say) for window in value.get("safe_hours") or ()),
        say.language_name(value["language"]) if value.get("language") else "",
    ]
    return ", ".join([str(value.get("value") or ""), *(note for note in notes if note)])


def _languages(value: Json, say: Language) -> Iterable[str]:
    yield say.listed([say.language_name(tag) for tag in value.get("languages") or ()])
    if value.get("interpreter"):
        yield say.gettext("Needs an interpreter")
    yield from (words.said(COMMUNICATION, code, say) for code in value.get("communication") or ())


def _window(value: Json, say: Language) -> str:
    window = window_words(value["window"], say)
    if value["kind"] == "blocked":
        return say.gettext("Not %(window)s", window=window)
    return window


def _person(value: Json) -> str:
    return ", ".join(str(value[key]) for key in ("name", "relationship", "phone") if value.get(key))


def _need(value: Json, say: Language) -> Iterable[str]:
    yield value.get("words") or ""
    if value.get("urgency") == "urgent":
        yield say.gettext("Urgent")
    if value.get("for_caregiver"):
        yield say.gettext("This is for the caregiver.")


READ: Mapping[str, Callable[[Any, Language], Iterable[str]]] = {
    "name": _name,
    "contact": lambda value, say: [_contact(one, say) for one in value],
    "languages": _languages,
    "insurance": lambda value, say: [label(INSURANCE, code, say) for code in value],
    "documents": lambda value, say: [label(DOCUMENT, code, say) for code in value],
    "mobility": lambda value, say: [words.said(MOBILITY, code, say) for code in value],
    "availability": lambda value, say: [_window(one, say) for one in value],
    "caregiver": lambda value, _: [_person(one) for one in value],
    "need": _need,
}


def happened(view: ReferralView, zone: ZoneInfo, say: Language) -> list[Happened]:
    """The timeline, newest first."""
    return [_entry(entry, zone, say) for entry in reversed(view.timeline)]


def clock(at: datetime, zone: ZoneInfo, say: Language) -> str:
    """A day and time on the organization's wall: "March 3, 2026, 1:00 PM"."""
    here = at.astimezone(zone)
    return f"{say.day(here.date())}, {format_time(here, 'short', locale=say.locale)}"


def _entry(entry: TimelineEntry, zone: ZoneInfo, say: Language) -> Happened:
    what = words.said(words.EVENTS, entry.event, say)
    if entry.reason:
        what = f"{what}: {words.said(words.REASONS, entry.reason, say)}"
    return Happened(
        at=clock(entry.at, zone, say),
        what=what,
        by=entry.by,
        note=entry.note or "",
    )
