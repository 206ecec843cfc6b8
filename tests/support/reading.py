"""How hard a text is to read, in school grades.

English: Flesch-Kincaid grade level (Kincaid et al. 1975): 0.39 words per sentence + 11.8 syllables per word
- 15.59. Spanish: Fernández Huerta (1959): 206.84 - 60 syllables per word - 1.02 words per sentence, where 60
and above is what grade 8 reads. Syllables of English words are estimated by groups of vowels, as every
such program does; those of Spanish words follow its rules, but for hiatus between strong vowels.
"""

import re
from collections.abc import Callable, Iterable

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SENTENCE = re.compile(r"[.!?:;…]+(?:\s|$)|\n")
_VOWELS = re.compile(r"[aeiouy]+")
_SPANISH = re.compile(r"[iuü]?[aeoáéó][iuüy](?![aeiouáéíóú])|[iuü]?[aeoáéó]|[íú]|[iuü]{2}|[iuüy]")


def english_syllables(word: str) -> int:
    """Groups of vowels, less a silent e."""
    word = word.lower().replace("'", "").replace("’", "")
    count = len(_VOWELS.findall(word))
    silent = word.endswith("e") and not word.endswith(("le", "ee")) or re.search(r"[^td]ed$", word)
    return max(1, count - bool(silent))


def spanish_syllables(word: str) -> int:
    """Vowels, two or three of which are one syllable where one of them is weak; "qu" has a silent u."""
    word = re.sub(r"y$", "i", re.sub(r"([qg])u(?=[eéií])", r"\1", word.lower()))
    return max(1, len(_SPANISH.findall(word)))


def english_grade(texts: Iterable[str]) -> float:
    """School grade of these texts together."""
    sentences, words, syllables = _counted(texts, english_syllables)
    return 0.39 * words / sentences + 11.8 * syllables / words - 15.59


def spanish_ease(texts: Iterable[str]) -> float:
    """Ease of these texts together: 60 and above is grade 8 or lower, 70 grade 7, 80 grade 6."""
    sentences, words, syllables = _counted(texts, spanish_syllables)
    return 206.84 - 60 * syllables / words - 1.02 * words / sentences


def _counted(texts: Iterable[str], count: Callable[[str], int]) -> tuple[int, int, int]:
    sentences = words = syllables = 0
    for text in texts:
        for sentence in _SENTENCE.split(text):
            found = _WORD.findall(sentence)
            sentences += bool(found)
            words += len(found)
            syllables += sum(count(word) for word in found)
    return sentences, words, syllables
