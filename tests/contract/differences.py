"""Where Meilisearch reads a text otherwise than the oracle, written down as exactly as the oracle itself.

1. A typed word may be met as two words. Of all ways to split it, the one most documents have is taken.
2. In a known phrase of two or three words that count, each word may also be met by its own synonyms; and
   words are counted, not phrases, when it comes to names and exactness.
3. A known phrase of which one word counts, or more than three, is met word for word and is never "as typed".
4. A synonym of several words is in the name when its first word is.
5. A typo in a number is not forgiven.

All else (who is found, totals, facets, every order, pages) is the oracle's.
"""

from collections.abc import Callable, Iterable, Iterator
from functools import cache

from tests.contract.oracle import (
    Document,
    Rank,
    asked,
    synonyms,
    typos,
    words_everywhere,
    words_in_title,
)

Phrase = tuple[str, ...]
Found = tuple[set[str], set[str]]
"""Words of a document: in the title, and everywhere."""
JOINED_MAX = 3
NOTHING: Rank = (0, 0, 0)


def rank_over(documents: Iterable[Document]) -> Callable[[Document, str], Rank | None]:
    """What stands for `oracle.text_rank` when these documents are in a Meilisearch."""
    split = _splitter(documents)

    def rank(document: Document, text: str) -> Rank | None:
        found = words_in_title(document), words_everywhere(document)
        things = asked(text)
        total = NOTHING
        for at, (typed, others) in enumerate(things):
            ways = list(_ways(typed, others, at == len(things) - 1, found, split))
            if not ways:
                return None
            # The field is chosen first, and forgotten when exactness is judged.
            total = _sum(total, (min(way[0] for way in ways), *min(way[1:] for way in ways)))
        return total

    return rank


def _ways(
    typed: Phrase,
    others: set[Phrase],
    is_last: bool,
    found: Found,
    split: Callable[[str], Phrase | None],
) -> Iterator[Rank]:
    """The rank of every way in which a document has a thing."""
    if len(typed) == 1 and others == synonyms().get(typed, set()):
        yield from _word(typed[0], others, is_last, found, split)
    elif 1 < len(typed) <= JOINED_MAX:
        yield from _word_by_word(typed, is_last, found, split)
        yield from _by_synonym(others, found, len(typed), (len(typed), len(typed)))
    else:
        yield from _by_synonym(others | {typed}, found, 1, (1, 0))


def _word_by_word(
    typed: Phrase, is_last: bool, found: Found, split: Callable[[str], Phrase | None]
) -> Iterator[Rank]:
    total = NOTHING
    for at, word in enumerate(typed):
        own = synonyms().get((word,), set())
        is_prefix = is_last and at == len(typed) - 1
        best = min(_word(word, own, is_prefix, found, split), default=None)
        if best is None:
            return
        total = _sum(total, best)
    yield total


def _word(
    word: str,
    others: set[Phrase],
    prefix: bool,
    found: Found,
    split: Callable[[str], Phrase | None],
) -> Iterator[Rank]:
    """At most one: where it stands, whether as typed and with how many typos are taken apart."""
    title, everywhere = found
    near = {other: n for other in everywhere if (n := typos(word, other, prefix)) is not None}
    ways: list[tuple[bool, int]] = [(other not in title, n) for other, n in near.items()]
    ways += [(bool(rank[0]), 0) for rank in _by_synonym(others, found, 1, NOTHING[1:])]
    parts = split(word)
    if parts and everywhere.issuperset(parts):
        ways.append((parts[0] not in title, 1))
    if ways:
        yield min(way[0] for way in ways), word not in everywhere, min(way[1] for way in ways)


def _by_synonym(
    others: Iterable[Phrase], found: Found, weight: int, rest: tuple[int, int]
) -> Iterator[Rank]:
    """Each synonym the document has; not in the title weighs as many words as were typed."""
    title, everywhere = found
    for phrase in others:
        if everywhere.issuperset(phrase):
            yield (weight * (phrase[0] not in title), *rest)


def _splitter(documents: Iterable[Document]) -> Callable[[str], Phrase | None]:
    """Word → the two words it is met as, or None."""
    found = [words_everywhere(document) for document in documents]

    @cache
    def split(word: str) -> Phrase | None:
        ways = [(word[:at], word[at:]) for at in range(1, len(word))]
        counts = [sum(words.issuperset(way) for words in found) for way in ways]
        return ways[counts.index(max(counts))] if any(counts) else None

    return split


def _sum(a: Rank, b: Rank) -> Rank:
    return a[0] + b[0], a[1] + b[1], a[2] + b[2]
