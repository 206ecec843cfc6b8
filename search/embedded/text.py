"""Rows that have what a text asks for, and how well."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from pyroaring import BitMap

from search.embedded.bitmaps import intersection, union
from search.embedded.index import Index
from search.embedded.keys import START_LENGTHS
from search.words import Phrase, Wanted

MAX_TYPOS = 2


class TypedWord:
    """One typed word: the rows with a word it may have meant. `kind` is "word" or "title"."""

    def __init__(self, index: Index, word: str, prefix: bool) -> None:
        self._postings = index.postings
        self._word = word
        self._is_start = prefix and len(word) in START_LENGTHS
        self._meant: list[list[str]] = [[] for _ in range(MAX_TYPOS + 1)]
        if not self._is_start:
            for meant, typos in index.vocabulary.meant(word, prefix).items():
                self._meant[typos].append(meant)

    def rows(self, kind: str, typos: int = MAX_TYPOS) -> BitMap:
        """Rows with a word at most that many typos away, among all words or those of the title."""
        if self._is_start:
            return self._postings.get(f"{kind}_start", self._word)
        words = [word for meant in self._meant[: typos + 1] for word in meant]
        return self._postings.any(kind, words)

    def exact(self) -> BitMap:
        """Rows with the word as typed."""
        return self._postings.get("word", self._word)

    @property
    def worst(self) -> int:
        """The most typos any word is away."""
        return max((typos for typos, words in enumerate(self._meant) if words), default=0)


class Match:
    """Rows that have one wanted thing."""

    def __init__(self, index: Index, wanted: Wanted) -> None:
        self._postings = index.postings
        self._synonyms = wanted.synonyms
        last = len(wanted.words) - 1
        self.typed = [
            TypedWord(index, word, wanted.prefix and at == last)
            for at, word in enumerate(wanted.words)
        ]

    @cached_property
    def rows(self) -> BitMap:
        """Rows that have it anywhere."""
        return self._rows("word")

    @cached_property
    def title(self) -> BitMap:
        """Rows that have it in their name, alternate name or keywords."""
        return self._rows("title")

    @cached_property
    def exact(self) -> BitMap:
        """Rows that have it exactly as typed."""
        return intersection(word.exact() for word in self.typed)

    def few_typos(self) -> Iterator[BitMap]:
        """For each typed word and each number of typos that helps: rows with no more than that."""
        for word in self.typed:
            for typos in range(word.worst):
                yield union([word.rows("word", typos), self._by_synonym("word")])

    def _rows(self, kind: str) -> BitMap:
        as_typed = intersection(word.rows(kind) for word in self.typed)
        return union([as_typed, self._by_synonym(kind)]) if self._synonyms else as_typed

    def _by_synonym(self, kind: str) -> BitMap:
        return union(self._phrase(kind, words) for words in self._synonyms)

    def _phrase(self, kind: str, words: Phrase) -> BitMap:
        return intersection(self._postings.get(kind, word) for word in words)


def matches(index: Index, wanted: Iterable[Wanted]) -> list[Match]:
    """A match for each wanted thing."""
    return [Match(index, thing) for thing in wanted]
