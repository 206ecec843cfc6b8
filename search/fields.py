"""Which words of a document are searched, the same for every engine."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from search.words import tokens

TITLE = ("name", "alternate_name", "keywords")
"""What it is called. Words found here rank above all others."""
OTHER = ("organization", "program", "summary", "city", "context")


def title_words(document: Mapping[str, Any]) -> list[str]:
    """The distinct words of what it is called, in order."""
    return _words(_texts(document, TITLE))


def other_words(document: Mapping[str, Any]) -> list[str]:
    """The distinct words of everything else, in order; those of what it is called may be among them."""
    return _words((*_texts(document, OTHER), *_translated(document)))


def _texts(document: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    for name in names:
        value = document[name]
        if value:
            yield value if isinstance(value, str) else " ".join(value)


def _translated(document: Mapping[str, Any]) -> Iterator[str]:
    """Descriptions in other languages; the names are keywords."""
    return (said["summary"] for said in document["translations"].values() if said["summary"])


def _words(texts: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word for text in texts for word in tokens(text)))
