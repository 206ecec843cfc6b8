"""Words a service is found by beyond its own text: those of its kind, its category and its facts.

`keywords` rank as its name does, `context` as its description does. A word that many services share ("food",
"medicine") says little about one of them, so the words of a category are keywords of its general kinds only.
What the name of a kind says of time ("Family doctor, evenings") is left to the hours where they are known.
"""

from collections.abc import Iterable

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
from directory.views import AttributeView, ServiceView
from search.words import tokens

TIMED = "evening-clinic"
"""The category whose words tell a time of day."""
TIMES = frozenset(
    ["after", "hours", "evening", "evenings", "weekend", "saturday", "saturdays"]
    + ["fin", "semana", "noche", "tarde", "sabado", "sabados"]
)
_WORDED = (TRIP_TYPE, RESPITE_SETTING, FOOD_KIND, PHARMACY_SERVICE, VISIT_TYPE)
"""Code lists whose names people type when they look for a service."""


def keywords(view: ServiceView) -> list[str]:
    """What is as good as its name: its name in other languages, and what sets its kind apart."""
    words = [said["name"].text for said in view.translations.values() if "name" in said]
    for attribute in view.attributes:
        if attribute.taxonomy not in code_lists():
            words.append(attribute.name)
        elif (kind := _category_code(attribute)) and kind.parent:
            words += _told(_kind_words(kind), kind, view)
    return _unique(words)


def context(view: ServiceView, categories: Iterable[str], facts: Iterable[str]) -> list[str]:
    """Words for what it has in common with many: its categories, all of its kinds, what it does, facts."""
    words = []
    for slug in categories:
        words += _told(_words_of(codes(CATEGORY)[slug]), codes(CATEGORY)[slug], view)
    for attribute in view.attributes:
        if kind := _category_code(attribute):
            words += _told(_words_of(kind), kind, view)
        elif attribute.taxonomy in _WORDED and attribute.code in codes(attribute.taxonomy):
            words += _words_of(codes(attribute.taxonomy)[attribute.code])
    return _unique([*words, *facts])


def _category_code(attribute: AttributeView) -> Code | None:
    return codes(CATEGORY).get(attribute.code) if attribute.taxonomy == CATEGORY else None


def _words_of(code: Code) -> list[str]:
    return [*code.names.values(), *code.keywords]


def _kind_words(kind: Code) -> list[str]:
    """A general kind's words and those of its category; another's without those of its category."""
    category = _words_of(codes(CATEGORY)[str(kind.parent)])
    if kind.general:
        return [*_words_of(kind), *category]
    return _less(_words_of(kind), {word for text in category for word in tokens(text)})


def _told(texts: list[str], code: Code, view: ServiceView) -> list[str]:
    """The texts without times of day, where the hours tell them better."""
    timed = view.hours is not None and TIMED in (code.code, code.parent)
    return _less(texts, TIMES) if timed else texts


def _less(texts: Iterable[str], words: Iterable[str]) -> list[str]:
    """The texts without these words; those that are left blank are left out."""
    less = frozenset(words)
    shorter = (" ".join(word for word in tokens(text) if word not in less) for text in texts)
    return [text for text in shorter if text]


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
