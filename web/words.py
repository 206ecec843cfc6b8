"""Facts of a search document or a listing in the reader's words: distance, cost, languages, phones."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from directory.codes import CATEGORY, COST, DELIVERY, Code, category_of, code_lists, codes
from directory.geocode import Place
from search.explain import MILE_M
from web.i18n import Language

COMES_TO_YOU = ("visits", "delivers", "ride", "worksite", "telehealth", "phone")
OTHER_MARK = "other"


@dataclass(frozen=True, slots=True)
class Text:
    """Words and the language they are in; `machine` when no person has checked the translation.

    `more` is what somebody added in their own words, in the language of the source. `changed` is the
    day the text changed, where its translation is older and so not shown.
    """

    text: str
    language: str
    machine: bool = False
    more: str = ""
    changed: str = ""


@dataclass(frozen=True, slots=True)
class PhoneLink:
    """A number as it is read, the address that dials it, and what answers there: in the words of the
    source, and in which languages."""

    number: str
    href: str
    label: str
    languages: str = ""


def label(list_name: str, code: str, say: Language) -> str:
    """The name of a code; the code itself when the list does not have it (imported data)."""
    found = codes(list_name).get(code)
    return found.name(say.code) if found else code


def labels(list_name: str, found: Iterable[str], say: Language) -> list[str]:
    """Names of several codes."""
    return [label(list_name, code, say) for code in found]


@cache
def _terms() -> dict[str, Code]:
    return {code.id: code for code in code_lists()[CATEGORY].codes.values()}


def kinds(term_ids: Iterable[str], categories: Iterable[str], say: Language) -> list[str]:
    """What a service is: its kinds, else its categories."""
    found = [_terms()[term] for term in term_ids if term in _terms()]
    names = [code.name(say.code) for code in found if code.parent]
    return names or labels(CATEGORY, categories, say)


def mark(categories: Sequence[str]) -> str:
    """The drawing for a service: that of the category its first known code lies in."""
    return next((category_of(code) for code in categories if code in codes(CATEGORY)), OTHER_MARK)


def distance(metres: float, origin: Place, say: Language) -> str:
    """ "about 3 miles from the middle of 27701": rounded as coarsely as the origin is known."""
    miles = metres / MILE_M
    middle = {"place": origin.label}
    if not origin.approximate:
        if miles < 1:
            return say.gettext("less than a mile from the place you gave")
        return say.ngettext(
            "about %(num)s mile from the place you gave",
            "about %(num)s miles from the place you gave",
            round(miles),
        )
    if miles < 1:
        return say.gettext("less than a mile from the middle of %(place)s", **middle)
    return say.ngettext(
        "about %(num)s mile from the middle of %(place)s",
        "about %(num)s miles from the middle of %(place)s",
        round(miles),
        **middle,
    )


def comes_to_you(delivery: Iterable[str], say: Language) -> str:
    """How a service reaches people who stay where they are: "They visit you, by phone"."""
    found = [code for code in COMES_TO_YOU if code in set(delivery)]
    names = [label(DELIVERY, code, say) for code in found]
    return _sentence(names)


def cost(found: Sequence[str], say: Language) -> str:
    """What it costs, in one line."""
    return _sentence(labels(COST, found or ("unknown",), say))


def languages(tags: Iterable[str], say: Language) -> str:
    """Names of the languages spoken."""
    return ", ".join(say.language_name(tag) for tag in tags)


def wait(days: int | None, asked_on: date | None, say: Language) -> str:
    """The wait as the service said it, with the day it said so; blank when it did not."""
    if days is None:
        return ""
    if days == 0:
        said = say.gettext("no wait")
    else:
        said = say.ngettext("about %(num)s day", "about %(num)s days", days)
    if asked_on is None:
        return said
    return say.gettext("%(wait)s (asked %(date)s)", wait=said, date=say.day(asked_on))


def observed_wait(days: int, count: int, observed_on: date | None, say: Language) -> str:
    """How long people referred from here really waited, of how many, and until when."""
    return say.ngettext(
        "half of %(count)s people were helped within %(num)s day (as of %(date)s)",
        "half of %(count)s people were helped within %(num)s days (as of %(date)s)",
        days,
        count=say.number(count),
        date=say.day(observed_on) if observed_on else "",
    )


def checked(on: date | None, say: Language) -> str:
    """When somebody last checked the entry."""
    if on is None:
        return say.gettext("Not checked yet: call first")
    return say.gettext("Checked %(date)s", date=say.day(on))


def phone(
    number: str,
    extension: int | None,
    description: str | None,
    say: Language,
    languages: str = "",
) -> PhoneLink:
    """A number to tap. An extension follows after a pause."""
    dialled = re.sub(r"[^\d+]", "", number)
    if len(dialled) == 10:
        dialled = f"+1{dialled}"
    shown = number
    if extension is not None:
        dialled += f",{extension}"
        shown = say.gettext("%(number)s ext. %(extension)s", number=number, extension=extension)
    return PhoneLink(shown, f"tel:{dialled}", description or "", languages)


def _sentence(parts: Sequence[str]) -> str:
    """Several names after each other, only the first with a capital."""
    first, *rest = parts or ("",)
    return ", ".join([first, *(part[:1].lower() + part[1:] for part in rest)])
