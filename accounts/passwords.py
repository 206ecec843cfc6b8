"""Passwords: what is strong enough, and how they are kept."""

import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from core.errors import Invalid

LENGTH_MIN = 12
LENGTH_MAX = 256
DISTINCT_MIN = 6
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm", "01234567890")
_COMMON = ("password", "passwort", "contrasena", "welcome", "letmein", "handrail", "changeme")

_hasher = PasswordHasher()


def normalise(password: str) -> str:
    """The same text however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)


def check_strength(password: str, about: Iterable[str] = ()) -> None:
    """Raise Invalid, saying what to do, unless the password is hard to guess.

    `about` are words an attacker would try first: name, e-mail address, organization.
    """
    text = normalise(password)
    if not LENGTH_MIN <= len(text) <= LENGTH_MAX:
        raise _weak("Use 12 to 256 characters. Three unrelated words do well.")
    folded = _fold(text)
    if len(set(folded)) < DISTINCT_MIN or _repeats(folded):
        raise _weak("Use more different characters; repeats are guessed first.")
    rest = _without(folded, about)
    if len(rest) < LENGTH_MIN // 2:
        raise _weak("Leave out your name, e-mail address, keyboard rows and common passwords.")


def hashed(password: str) -> str:
    """The Argon2id hash to store, parameters included."""
    return _hasher.hash(normalise(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether the password is the one hashed; as slow when nothing is stored."""
    text = normalise(password)[: LENGTH_MAX + 1]
    try:
        matches = _hasher.verify(stored or _nobodys(), text)
    except (VerificationError, InvalidHashError):
        return False
    return matches and stored is not None


def _nobodys() -> str:
    """Verified when there is no such user, so that the answer takes as long as for a real one.

    It has the form of a hash, and costs as much to compare with; no password was hashed for it.
    """
    salt, digest = (
        b64encode(bytes(size)).decode().rstrip("=") for size in (_hasher.salt_len, _hasher.hash_len)
    )
    costs = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


def is_outdated(stored: str) -> bool:
    """Whether today's parameters are stronger than those it was hashed with."""
    return _hasher.check_needs_rehash(stored)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    swaps = str.maketrans("@4310$57", "aaeiosst")
    return "".join(c for c in plain if not unicodedata.combining(c)).translate(swaps)


def _without(folded: str, about: Iterable[str]) -> str:
    """What is left when guessable pieces are taken out."""
    words = [part for text in about for part in re.split(r"[\W_]+", text) if len(part) > 2]
    for word in sorted({_fold(word) for word in (*words, *_COMMON)}, key=len, reverse=True):
        folded = folded.replace(word, "")
    return _without_runs(folded)


def _without_runs(folded: str) -> str:
    for run in _RUNS:
        for line in (_fold(run), _fold(run)[::-1]):
            for size in range(len(line), 3, -1):
                for start in range(len(line) - size + 1):
                    folded = folded.replace(line[start : start + size], "")
    return folded


def _repeats(folded: str) -> bool:
    """Whether the whole is one short piece said again and again."""
    doubled = (folded + folded)[1:-1]
    return folded in doubled


def _weak(message: str) -> Invalid:
    return Invalid(message, parameter="password")
