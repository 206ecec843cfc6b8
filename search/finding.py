"""Searching as people ask: when no service has all of the words, those that fit together are kept.

Engines want every word. Somebody who types a whole sentence uses words that no service uses, so a text
that nothing in the whole index has is cut down, the same for every engine and every filter:

1. Words that nothing has are left out.
2. The others are tried together, those of our own lists (kinds of services, synonyms) first, the rarer before
   the commoner; a word that would leave nothing is left out.

Whether a text is cut depends on the text, the index and who asks, not on filters: so a wider search never
reads the same words otherwise.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from directory.codes import CATEGORY, codes
from search.engine import SearchEngine
from search.query import SearchQuery, SearchResult
from search.words import Wanted, read, stop_words, synonyms, tokens


@dataclass(frozen=True, slots=True)
class Found:
    """A result, and the words that were left out to get it."""

    result: SearchResult
    left_out: tuple[str, ...] = ()


def find(engine: SearchEngine, query: SearchQuery) -> Found:
    """The results of a query, with as many of its words as go together. Raises Unavailable."""
    result = engine.search(query)
    if result.total:
        return Found(result)
    kept, left_out = settle(engine, query)
    return Found(engine.search(kept), left_out) if left_out else Found(result)


def settle(engine: SearchEngine, query: SearchQuery) -> tuple[SearchQuery, tuple[str, ...]]:
    """The query with the words that are kept, and those that are not.

    Two calls of the engine at most before words are tried together, and one for each word then.
    """
    things = read(query.text)
    if len(things) < 2:
        return query, ()
    bare = SearchQuery(now=query.now, text=query.text, visibility=query.visibility)
    if engine.totals([bare])[0]:
        return query, ()
    kept = _kept(engine, bare, things)
    if not kept:
        return query, ()
    left_out = tuple(" ".join(one.words) for at, one in enumerate(things) if at not in kept)
    return replace(query, text=_text(things, kept)), left_out


def _kept(engine: SearchEngine, bare: SearchQuery, things: Sequence[Wanted]) -> set[int]:
    """Places of the things that go together."""
    counts = engine.totals([replace(bare, text=_text(things, {at})) for at in range(len(things))])
    order = sorted(
        (at for at, count in enumerate(counts) if count),
        key=lambda at: (not _is_ours(things[at]), counts[at], at),
    )
    kept = set(order[:1])
    for at in order[1:]:
        if engine.totals([replace(bare, text=_text(things, kept | {at}))])[0]:
            kept.add(at)
    return kept


def _text(things: Sequence[Wanted], kept: set[int]) -> str:
    return " ".join(word for at in sorted(kept) for word in things[at].typed)


def _is_ours(wanted: Wanted) -> bool:
    return bool(wanted.synonyms) or not _our_words().isdisjoint(wanted.words)


@cache
def _our_words() -> frozenset[str]:
    """Words of our lists of services, in every language."""
    texts = [
        text for code in codes(CATEGORY).values() for text in (*code.names.values(), *code.keywords)
    ]
    found = {word for text in texts for word in tokens(text)}
    found |= {phrase[0] for phrase in synonyms() if len(phrase) == 1}
    return frozenset(found - stop_words())
