"""Values of a listing as those who look after it read them: hours, days, codes, whole rows."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from directory.codes import COST, DOCUMENT, code_lists
from directory.hours.rules import WEEKDAYS
from web import words
from web.i18n import Language
from web.times import day_name

Said = Mapping[str, str]
"""A row by column, as text; what is blank is not in it."""
UNSAID = frozenset(
    ("id", "updated", "freq", "link_entity", "link_type", "resource_type", "extent_kind", "machine")
)
"""Columns that tell a reader nothing."""


def hours(byday: str, opens: str, closes: str, say: Language) -> str:
    """When it is open on the days of a week: Mon, Tue 09:00–17:00."""
    days = [
        day_name(number, say, "abbreviated")
        for number, day in enumerate(WEEKDAYS)
        if day in byday.split(",")
    ]
    times = "–".join(time[:5] for time in (opens, closes) if time)
    return " ".join(part for part in (", ".join(days), times) if part)


def days(first: str, last: str, say: Language) -> str:
    """From one day to another, or the one day."""
    return " – ".join(dict.fromkeys(say.day(date.fromisoformat(one)) for one in (first, last)))


def coded(name: str, code: str, say: Language) -> str:
    """A language, a way of paying, or a document, by its code."""
    if name == "languages":
        return say.language_name(code)
    return words.label(COST if name == "cost" else DOCUMENT, code, say)


def row_words(table: str, said: Said, say: Language) -> str:
    """A whole row that came or went, in one line."""
    found = ROWS[table](said, say) if table in ROWS else _all(said)
    return " · ".join(part for part in found if part) or _bare(said)


def _phone(said: Said, say: Language) -> Sequence[str]:
    number, extension = said.get("number", ""), said.get("extension", "")
    if extension:
        number = say.gettext("%(number)s ext. %(extension)s", number=number, extension=extension)
    return number, said.get("description", "")


def _schedule(said: Said, say: Language) -> Sequence[str]:
    open_at = hours(said.get("byday", ""), said.get("opens_at", ""), said.get("closes_at", ""), say)
    return open_at, said.get("description", ""), said.get("notes", "")


def _exception(said: Said, say: Language) -> Sequence[str]:
    when = said.get("holiday_calendar", "")
    if "starts_on" in said:
        when = days(said["starts_on"], said.get("ends_on", said["starts_on"]), say)
    times = hours("", said.get("opens_at", ""), said.get("closes_at", ""), say)
    return when, times, said.get("reason", "")


def _language(said: Said, say: Language) -> Sequence[str]:
    code = said.get("code", "")
    return (say.language_name(code) if code else said.get("name", ""), said.get("note", ""))


def _cost(said: Said, say: Language) -> Sequence[str]:
    option = said.get("option", "")
    amount = " ".join(part for part in (said.get("amount"), said.get("currency")) if part)
    return coded("cost", option, say) if option else "", amount, said.get("amount_description", "")


def _document(said: Said, say: Language) -> Sequence[str]:
    code = said.get("code", "")
    return (coded("documents", code, say) if code else said.get("document", ""),)


def _room(said: Said, say: Language) -> Sequence[str]:
    free, most = (said.get(name, "").removesuffix(".0") for name in ("available", "maximum"))
    return (say.gettext("%(free)s of %(total)s free", free=free, total=most) if most else free,)


def _attribute(said: Said, say: Language) -> Sequence[str]:
    """A term by its name in our lists; one of another taxonomy by what it is labelled with."""
    term = said.get("taxonomy_term_id", "")
    ours = (one.name(say.code) for known in code_lists().values() for one in known.codes.values()
            if one.id == term)  # fmt: skip
    return next(ours, said.get("label", "")), said.get("value", "")


def _translation(said: Said, say: Language) -> Sequence[str]:
    tag = said.get("language", "")
    return (say.language_name(tag) if tag else "", said.get("text", ""))


ROWS: Mapping[str, Callable[[Said, Language], Sequence[str]]] = {
    "phone": _phone,
    "schedule": _schedule,
    "schedule_exception": _exception,
    "language": _language,
    "cost_option": _cost,
    "required_document": _document,
    "service_capacity": _room,
    "attribute": _attribute,
    "translation": _translation,
}


def _all(said: Said) -> list[str]:
    return [text for name, text in said.items() if name not in UNSAID and not name.endswith("_id")]


def _bare(said: Said) -> str:
    return " · ".join(_all(said))
