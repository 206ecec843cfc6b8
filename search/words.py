"""Words as every engine sees them: folding, cutting, stop words and synonyms, English and Spanish.

`read` turns what somebody typed into the things it asks for. Pure; the word lists stand beside this file.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

WORD_LENGTH = 24
"""Letters of a word that count."""
MAX_WORDS = 10
MAX_TEXT = 1_000
"""Characters of a text that are read; ten words fit many times over."""

_WORD = re.compile(r"[^\W_]+")
_HERE = Path(__file__).parent

Phrase = tuple[str, ...]


def fold(text: str) -> str:
    """Without case and accents: "Niñez" → "ninez"."""
    text = text.casefold()
    if text.isascii():
        return text
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def tokens(text: str) -> list[str]:
    """The words of a text in order, folded; punctuation, emoji and control characters part them."""
    return [word[:WORD_LENGTH] for word in _WORD.findall(fold(text))]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One thing a text asks for.

    A document has it when it has all of `words` (typos forgiven), or all words of one of `synonyms`
    (exactly). With `prefix`, the last of `words` may be the beginning of a word. `typed` is all that was
    typed for it, stop words too.
    """

    words: Phrase
    synonyms: tuple[Phrase, ...] = ()
    prefix: bool = False
    typed: Phrase = ()


def read(text: str) -> tuple[Wanted, ...]:
    """What a text asks for, in order. Stop words are left out unless there is nothing else."""
    words = _first_words(tokens(text[:MAX_TEXT]))
    wanted: list[Wanted] = []
    at = 0
    while at < len(words):
        length, synonyms = _synonyms_at(words, at)
        typed = tuple(words[at : at + length])
        at += length
        kept = tuple(word for word in typed if word not in stop_words())
        if kept or synonyms:
            wanted.append(Wanted(kept or typed, synonyms, typed=typed))
    if not wanted:
        wanted = [Wanted((word,), typed=(word,)) for word in words]
    if wanted:
        wanted[-1] = replace(wanted[-1], prefix=True)
    return tuple(wanted)


def _first_words(words: list[str]) -> list[str]:
    """Up to the tenth word that is no stop word, and never more than fifty in all."""
    counted = 0
    for at, word in enumerate(words[: 5 * MAX_WORDS]):
        counted += word not in stop_words()
        if counted == MAX_WORDS:
            return words[: at + 1]
    return words[: 5 * MAX_WORDS] if counted else words[:MAX_WORDS]


def _synonyms_at(words: list[str], at: int) -> tuple[int, tuple[Phrase, ...]]:
    """The longest known phrase that starts here: its length and what it also may be called."""
    known = synonyms()
    for length in range(min(_longest_phrase(), len(words) - at), 0, -1):
        found = known.get(tuple(words[at : at + length]))
        if found:
            return length, found
    return 1, ()


@cache
def stop_words() -> frozenset[str]:
    """Words that say nothing about a service."""
    lists = json.loads((_HERE / "stop_words.json").read_text("utf-8"))
    return frozenset(fold(word) for words in lists.values() for word in words)


@cache
def synonyms() -> dict[Phrase, tuple[Phrase, ...]]:
    """Phrase → the phrases that are as good. From synonyms.json, whose two parts are

    `groups`: lists of phrases that all mean the same; `also`: phrase → phrases it may also be met as.
    """
    lists = json.loads((_HERE / "synonyms.json").read_text("utf-8"))
    found: dict[Phrase, list[Phrase]] = {}
    for group in lists["groups"]:
        phrases = _phrases(group)
        for phrase in phrases:
            _extend(found, phrase, phrases)
    for text, others in lists["also"].items():
        for phrase in _phrases([text]):
            _extend(found, phrase, _phrases(others))
    return {phrase: tuple(others) for phrase, others in found.items()}


def _phrases(texts: Iterable[str]) -> list[Phrase]:
    return [tuple(tokens(text)) for text in texts]


def _extend(found: dict[Phrase, list[Phrase]], phrase: Phrase, others: list[Phrase]) -> None:
    known = found.setdefault(phrase, [])
    known.extend(other for other in others if other != phrase and other not in known)


@cache
def _longest_phrase() -> int:
    return max(map(len, synonyms()), default=1)
