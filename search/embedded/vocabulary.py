"""The words of an index, and which of them a typed word may have meant.

Rules: one typo from 5 letters, two from 9. A typo is a letter too many, too few or wrong, or two neighbours
swapped; one that changes the first letter counts twice. A word that may be unfinished is compared with every
beginning of a word.
"""

import bisect
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from search.words import WORD_LENGTH

LAST = "\U0010ffff"
"""Sorts behind every continuation of a word."""


def typos_allowed(word: str) -> int:
    """How many typos are forgiven in a typed word."""
    return 0 if len(word) < 5 else 1 if len(word) < 9 else 2


class Vocabulary:
    """A sorted list of words, by first letter for the search for typos."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(dict.fromkeys(words))  # quick when they come sorted
        self._firsts = sorted({word[0] for word in self._words})
        self._shelves: dict[str, Shelf] = {}

    def add(self, word: str) -> None:
        """Add a word unless it is there."""
        at = bisect.bisect_left(self._words, word)
        if at < len(self._words) and self._words[at] == word:
            return
        self._words.insert(at, word)
        self._shelves.pop(word[0], None)
        if word[0] not in self._firsts:
            bisect.insort(self._firsts, word[0])

    def words(self) -> list[str]:
        """All words, sorted. Do not change it."""
        return self._words

    def has(self, word: str) -> bool:
        """Whether the word is there."""
        at = bisect.bisect_left(self._words, word)
        return at < len(self._words) and self._words[at] == word

    def starting(self, start: str) -> list[str]:
        """Words that begin so."""
        low = bisect.bisect_left(self._words, start)
        return self._words[low : bisect.bisect_left(self._words, start + LAST, low)]

    def meant(self, word: str, prefix: bool) -> dict[str, int]:
        """Word → typos, for every word that was perhaps meant."""
        found: dict[str, int] = {}
        allowed = typos_allowed(word)
        if allowed:
            found = self._shelf(word[0]).near(word, allowed, prefix)
        if allowed == 2:
            for other in self._with_other_first_letter(word):
                for meant in self.starting(other) if prefix else [other] * self.has(other):
                    found.setdefault(meant, 2)
        if prefix:
            found.update(dict.fromkeys(self.starting(word), 0))
        elif self.has(word):
            found[word] = 0
        return found

    def _with_other_first_letter(self, word: str) -> list[str]:
        """Spellings one typo away in the first letter, which spends both typos allowed."""
        others = [first for first in self._firsts if first != word[0]]
        spellings = [first + word[1:] for first in others] + [first + word for first in others]
        if word[1] != word[0]:
            spellings += [word[1:], word[1] + word[0] + word[2:]]
        return spellings

    def _shelf(self, first: str) -> "Shelf":
        if first not in self._shelves:
            self._shelves[first] = Shelf(self.starting(first))
        return self._shelves[first]


@dataclass(slots=True)
class Shelf:
    """The words of one first letter as arrays, for measuring all of them at once."""

    words: list[str]
    letters: npt.NDArray[np.uint16] = field(
        init=False
    )  # position × word, codes into alphabet; 0 = no more
    lengths: npt.NDArray[np.uint8] = field(init=False)
    held: npt.NDArray[np.uint64] = field(init=False)  # bit set of the letters in each word
    alphabet: dict[str, int] = field(init=False)

    def __post_init__(self) -> None:
        padded = "".join(word.ljust(WORD_LENGTH, "\0") for word in self.words)
        points = np.frombuffer(padded.encode("utf-32-le"), np.uint32).reshape(-1, WORD_LENGTH).T
        letters = np.array(sorted({*padded} | {"\0"})).view(np.uint32)
        codes = np.zeros(letters[-1] + 1, np.uint16)
        codes[letters] = np.arange(len(letters))
        self.alphabet = {chr(letter): code for code, letter in enumerate(letters.tolist())}
        self.letters = np.ascontiguousarray(codes[points])
        self.lengths = (points != 0).sum(axis=0).astype(np.uint8)
        bits = np.uint64(1) << (points & 63).astype(np.uint64)
        self.held = np.bitwise_or.reduce(np.where(points != 0, bits, np.uint64(0)), axis=0)

    def near(self, word: str, allowed: int, prefix: bool) -> dict[str, int]:
        """Word → typos, for words within `allowed` typos of `word` (or with a beginning that is)."""
        likely = self._likely(word, allowed, prefix)
        typos = self._typos(word, allowed, prefix, likely)
        close = np.flatnonzero(typos <= allowed)
        return {self.words[likely[at]]: int(typos[at]) for at in close}

    def _likely(self, word: str, allowed: int, prefix: bool) -> npt.NDArray[np.intp]:
        """Indexes worth measuring: a typo changes the length by one and the set of letters by one."""
        bits = np.uint64(_letter_bits(word))
        likely = np.bitwise_count(bits & ~self.held) <= allowed
        likely &= self.lengths >= len(word) - allowed
        if not prefix:
            likely &= self.lengths <= len(word) + allowed
            likely &= np.bitwise_count(self.held & ~bits) <= allowed
        return np.flatnonzero(likely)

    def _typos(
        self, word: str, allowed: int, prefix: bool, which: npt.NDArray[np.intp]
    ) -> npt.NDArray[np.int8]:
        """Optimal string alignment distance from `word` to each word, or to its nearest beginning.

        Hyyrö's bit-parallel form (A bit-vector algorithm for computing Levenshtein and Damerau edit
        distances, 2003): a column of the distance table is held as the bits where it rises (`up`) and falls
        (`down`), one step per letter of the other words, all words at a time.
        """
        lengths = self.lengths[which]
        masks = self._positions(word)
        bottom = np.uint32(1 << (len(word) - 1))
        one = np.uint32(1)
        up = np.full(len(which), (1 << len(word)) - 1, np.uint32)
        down = np.zeros_like(up)
        same = np.zeros_like(up)
        before = np.zeros_like(up)
        distance = np.full(len(which), len(word), np.int8)
        best = np.full(len(which), allowed + 1, np.int8)
        for step in range(1, min(len(word) + allowed, WORD_LENGTH) + 1):
            here = masks[self.letters[step - 1, which]]
            swapped = ((~same & here) << one) & before
            same = ((((here & up) + up) ^ up) | here | down) | swapped
            rise = down | ~(same | up)
            fall = same & up
            distance += (rise & bottom) != 0
            distance -= (fall & bottom) != 0
            rise = (rise << one) | one
            up = (fall << one) | ~(same | rise)
            down = rise & same
            before = here
            counts = lengths >= step if prefix else lengths == step
            np.minimum(best, distance, out=best, where=counts)
        return best

    def _positions(self, word: str) -> npt.NDArray[np.uint32]:
        """Letter code → bits of the positions in `word` where the letter stands."""
        masks = np.zeros(len(self.alphabet) + 1, np.uint32)
        for position, letter in enumerate(word):
            if letter in self.alphabet:
                masks[self.alphabet[letter]] |= np.uint32(1 << position)
        return masks


def _letter_bits(word: str) -> int:
    """The set of letters as 64 bits; letters that share a bit only make the comparison more lenient."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits
