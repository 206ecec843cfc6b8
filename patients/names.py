"""Names as they are compared: folded words, and how they sound in English or Spanish. Pure."""

import re
import unicodedata

WORD_MIN = 2
# Spellings that sound alike, in the order they are applied.
_SOUNDS = (
    (r"ph", "f"), (r"ght", "t"), (r"^kn", "n"), (r"^wr", "r"), (r"^ps", "s"), (r"sch", "sk"),
    (r"[aeiou]?gh", ""), (r"ck|q(u)?|c(?![eihy])|k", "k"), (r"x", "ks"), (r"c(?=[eiy])|z", "s"),
    (r"ll|y(?=[aeiou])|j|g(?=[ei])", "j"), (r"v", "b"), (r"w", "u"), (r"h", ""), (r"y", "i"),
)  # fmt: skip


def fold(text: str) -> str:
    """Lower case without accents, one space between words, letters and digits only."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", letters))


def words(text: str) -> list[str]:
    """The words of a name, folded; single letters are left out unless there is nothing else."""
    found = fold(text).split()
    return [word for word in found if len(word) >= WORD_MIN] or found


def sound(word: str) -> str:
    """How a folded word sounds, roughly: "catherine" and "katerin" share it."""
    for pattern, heard in _SOUNDS:
        word = re.sub(pattern, heard, word)
    first, rest = word[:1], re.sub(r"[aeiou]", "", word[1:])
    heard = re.sub(r"(.)\1+", r"\1", rest)
    vowel = "a" if first and first in "aeiou" else first
    return vowel + heard


def tokens(text: str) -> set[tuple[str, str]]:
    """(kind, token) pairs a name is found by: "word" exactly, "sound" by ear."""
    found = words(text)
    return {("word", word) for word in found} | {
        ("sound", sound(word)) for word in found if sound(word)
    }


def contact_key(value: str) -> str:
    """The spelling by which two contacts are the same: digits of a number, else lower case."""
    digits = "".join(c for c in value if c.isdigit())
    return digits[-10:] if len(digits) >= 7 and "@" not in value else value.casefold()
