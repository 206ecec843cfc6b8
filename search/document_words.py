"""Words a service is found by beyond its own text: those of its kind, its category and its facts.

`keywords` rank as its name does, `context` as its description does. A word that many services share ("food",
"medicine") says little about one of them, so the words of a category are keywords of its general kinds only.
What the name of a kind says of time ("Family doctor, evenings") is left to the hours where they are known.
"""

from collections.abc import Iterable
from functools import cache

from directory.codes import (
    CATEGORY,
    FOOD_KIND,
    PHARMACY_SERVICE,
    RESPITE_SETTING,
    TRIP_TYPE,
    VISIT_TYPE,
    Code,
    code_lists,
    codes,
)
from directory.views import ServiceView
from search.document_facts import unique
from search.words import tokens

TIMED = "evening-clinic"
"""The category whose words tell a time of day."""
TIMES = frozenset(
    ["after", "hours", "evening", "evenings", "weekend", "saturday", "saturdays"]
    + ["fin", "semana", "noche", "tarde", "sabado", "sabados"]
)
_WORDED = (CATEGORY, TRIP_TYPE, RESPITE_SETTING, FOOD_KIND, PHARMACY_SERVICE, VISIT_TYPE)
"""Code lists whose names people type when they look for a service."""


def keywords(view: ServiceView) -> list[str]:
    """What is as good as its name: its name in other languages, and what sets its kind apart."""
    words = [said["name"].text for said in view.translations.values() if "name" in said]
    has_hours = view.hours is not None
    for attribute in view.attributes:
        if attribute.taxonomy not in code_lists():
            words.append(attribute.name)
        elif attribute.taxonomy == CATEGORY:
            words += _apart(attribute.code, has_hours)
    return unique(words)


def context(view: ServiceView, categories: Iterable[str], facts: Iterable[str]) -> list[str]:
    """Words for what it has in common with many: its categories, all of its kinds, what it does, facts."""
    has_hours = view.hours is not None
    words = [word for slug in categories for word in _common(CATEGORY, slug, has_hours)]
    for attribute in view.attributes:
        if attribute.taxonomy in _WORDED:
            words += _common(attribute.taxonomy, attribute.code, has_hours)
    return unique([*words, *facts])


@cache
def _apart(code: str, has_hours: bool) -> tuple[str, ...]:
    """Words that set a kind of service apart; none of what is a whole category, or not ours."""
    kind = codes(CATEGORY).get(code)
    if kind is None or kind.parent is None:
        return ()
    return _told(_kind_words(kind, kind.parent), kind, has_hours)


@cache
def _common(list_name: str, code: str, has_hours: bool) -> tuple[str, ...]:
    """All words of a code; none of one that is not ours."""
    known = codes(list_name).get(code)
    return _told(_words_of(known), known, has_hours) if known else ()


def _words_of(code: Code) -> list[str]:
    return [*code.names.values(), *code.keywords]


def _kind_words(kind: Code, parent: str) -> list[str]:
    """A general kind's words and those of its category; another's without those of its category."""
    category = _words_of(codes(CATEGORY)[parent])
    if kind.general:
        return [*_words_of(kind), *category]
    return _less(_words_of(kind), {word for text in category for word in tokens(text)})


def _told(texts: list[str], code: Code, has_hours: bool) -> tuple[str, ...]:
    """The texts without times of day, where the hours tell them better."""
    timed = has_hours and TIMED in (code.code, code.parent)
    return tuple(_less(texts, TIMES) if timed else texts)


def _less(texts: Iterable[str], words: Iterable[str]) -> list[str]:
    """The texts without these words; those that are left blank are left out."""
    less = frozenset(words)
    shorter = (" ".join(word for word in tokens(text) if word not in less) for text in texts)
    return [text for text in shorter if text]
