"""The words of opening hours: days, times, and what joins them. See `parse`."""

import re
from dataclasses import dataclass

_NOON = 720

_PATTERNS = {
    "always": r"24\s*[/-]\s*7\b|24 (?:hours|hrs) (?:a|per) day,? 7 days (?:a|per) week",
    "allday": r"24[ -]?(?:hours?|hrs?)\b(?: (?:a|per) day)?|all day\b",
    "month": r"(?:of )?(?:the|each|every) month\b|monthly\b",
    "everyother": r"every other\b|alternate\b",
    "group": r"(?:daily|every ?day|7 days (?:a|per) week|weekdays?|weekends?)\b",
    "ordinal": r"(?:1st|2nd|3rd|4th|5th|first|second|third|fourth|fifth|last)\b",
    "day": (
        r"(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
        r"|mon|tues?|weds?|thurs?|thu|fri|sat|sun|m|tu|th|t|w|f|sa|su)\b\.?"
    ),
    "clock": (
        r"(?:12 ?)?(?:noon|midnight)\b"
        r"|\d{1,2}(?::[0-5]\d(?::[0-5]\d)?)?(?: ?(?:[ap]\.?m\b\.?|[ap]\b))?(?![\d:/])"
    ),
    "closed": r"closed\b",
    "to": r"[-–—]|(?:to|through|thru|until|till)\b",
    "and": r",|&|/|and\b",
    "next": r"[;|\n]+",
    "colon": r":",
    "every": r"(?:every|each)\b",
    "filler": r"[ \t\r]+|(?:open|opens|from|on)\b|hours\b:?",
}
_FLAGS = re.IGNORECASE | re.ASCII
_TOKEN = re.compile("|".join(f"(?P<{kind}>{text})" for kind, text in _PATTERNS.items()), _FLAGS)
_CLOCK = re.compile(r"(\d{1,2})(?::([0-5]\d))?(?::([0-5]\d))? ?(?:([ap])\.?m?\.?)?", _FLAGS)
_ORDINALS = ("1st first", "2nd second", "3rd third", "4th fourth", "5th fifth")
_GROUPS = {"weekday": "MO,TU,WE,TH,FR", "weekend": "SA,SU"}
_EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"
_LETTERS = {"m": "MO", "t": "TU", "w": "WE", "f": "FR"}
MAX_LENGTH = 5000  # characters; nobody describes a week in more


@dataclass(frozen=True, slots=True)
class Clock:
    """A time as written. `half` is "a", "p", "" when not said, "noon" or "midnight"."""

    hour: int
    rest: int = 0
    half: str = ""
    digits: int = 2
    to_the_minute: bool = True
    to_the_second: bool = False

    def minute(self, half: str) -> int | None:
        """Minute of the day, read in that half or, for "", on a 24-hour clock; None: no such."""
        if half in ("noon", "midnight"):
            return _NOON if half == "noon" else 0
        if not half:
            valid = self.hour < 24 or (self.hour == 24 and self.rest == 0)
            return self.hour * 60 + self.rest if valid else None
        if not 1 <= self.hour <= 12:
            return None
        return self.hour % 12 * 60 + self.rest + (_NOON if half == "p" else 0)

    def alone(self) -> int | None:
        """Minute of the day when the time can be read one way only."""
        return self.minute(self.half) if self.half or self.looks_24(self) else None

    def looks_24(self, other: "Clock") -> bool:
        """Whether two times without a half can only be of a 24-hour clock."""
        pair = (self, other)
        if not all(clock.to_the_minute for clock in pair):
            return False
        plain = any(clock.to_the_second or clock.hour > 12 or clock.hour == 0 for clock in pair)
        return plain or all(clock.digits == 2 for clock in pair)


@dataclass(frozen=True, slots=True)
class Token:
    """A word and what it means: a weekday code, weekday codes, an ordinal, or a time."""

    kind: str
    value: str = ""
    clock: Clock | None = None


def tokens(text: str) -> list[Token] | None:
    """The words of a text without fillers, None when there is one that is not known."""
    found = []
    place = 0
    text = text.strip()
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            return None
        place = match.end()
        kind = match.lastgroup or ""
        if kind != "filler":
            found.append(_token(kind, match[0].lower()))
    return found


def read_clock(text: str) -> Clock | None:
    """One time of day, None when the text is anything else."""
    text = text.lower()
    if text.removeprefix("12").strip() in ("noon", "midnight"):
        return Clock(12, half=text.removeprefix("12").strip())
    match = _CLOCK.fullmatch(text)
    if match is None:
        return None
    return Clock(
        hour=int(match[1]),
        rest=int(match[2] or 0),
        half=match[4] or "",
        digits=len(match[1]),
        to_the_minute=match[2] is not None,
        to_the_second=match[3] is not None,
    )


def _token(kind: str, word: str) -> Token:
    if kind == "clock":
        return Token(kind, clock=read_clock(word))
    if kind == "day":
        word = word.rstrip(".")
        return Token(kind, _LETTERS.get(word, word[:2].upper()))
    if kind == "group":
        return Token(kind, _GROUPS.get(word.rstrip("s"), _EVERY_DAY))
    if kind == "ordinal":
        number = next((n for n, words in enumerate(_ORDINALS, 1) if word in words.split()), -1)
        return Token(kind, str(number))
    return Token(kind)
