"""Which known words somebody may have meant by a misspelt one. Pure.

Words are compared as they sound in English and Spanish (ph and f, y and i, doubled letters), so
that "metphormin" and "sertralina" are near what they mean.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_SOUNDS = (
    (re.compile("ph"), "f"),
    (re.compile("th"), "t"),
    (re.compile("ch|ck|qu|q|k|c(?![eiy])"), "k"),
    (re.compile("c|z|x"), "s"),
    (re.compile("y|ie|ee"), "i"),
    (re.compile("j"), "g"),
    (re.compile("h"), ""),
    (re.compile(r"(.)\1+"), r"\1"),
    (re.compile("(?<=[a-z]{3})(?:a|e|um)$"), ""),
)
FIRST_FROM, SECOND_FROM = 5, 8
"""Letters from which one, and two, mistakes are forgiven."""
PREFIX_FROM = 4


@lru_cache(maxsize=50_000)
def sound(word: str) -> str:
    """How a word sounds, roughly."""
    for pattern, instead in _SOUNDS:
        word = pattern.sub(instead, word)
    return word


def near(word: str, known: Iterable[str]) -> dict[str, int]:
    """Known words that may be meant → how far they are: 0 where they sound alike.

    A word that begins a longer one counts as one mistake.
    """
    heard = sound(word)
    allowed = 2 if len(word) >= SECOND_FROM else 1 if len(word) >= FIRST_FROM else 0
    found = {}
    for other in known:
        other_heard = sound(other)
        away = 0 if heard == other_heard else allowed + 1
        if away and allowed and abs(len(heard) - len(other_heard)) <= allowed:
            away = distance(heard, other_heard, allowed)
        if away > 1 and len(word) >= PREFIX_FROM and other.startswith(word):
            away = 1
        if away <= max(allowed, 1 if other.startswith(word) else 0):
            found[other] = away
    return found


def distance(one: str, other: str, limit: int) -> int:
    """Letters to change, add, drop or swap with their neighbour; `limit + 1` for more than it."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        before, last, row = row, before, [i] + [0] * len(other)
        for j, against in enumerate(other, 1):
            row[j] = min(row[j - 1] + 1, before[j] + 1, before[j - 1] + (letter != against))
            swapped = i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against
            if swapped:
                row[j] = min(row[j], last[j - 2] + 1)
        if min(row) > limit:
            return limit + 1
    return min(row[-1], limit + 1)
