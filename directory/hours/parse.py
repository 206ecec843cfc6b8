"""Opening hours read out of prose, as real dumps have it: "Mon-Fri 9am-5pm; 1st Saturday 9-11am".

Nothing is guessed: a text that is not understood to its last word gives None, which is unknown
hours. So do times that can be read two ways ("9-5", "8:30a-4:30"), a span that ends before it
starts in the same half of the day (11:30 a.m. to 10:30 a.m.), one that opens and closes at the same
time, and spans of one day that overlap without being the same.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import time
from html import unescape
from itertools import pairwise

from directory.hours.rules import WEEKDAYS, Rule
from directory.hours.words import MAX_LENGTH, Clock, Token, read_clock, tokens

_NOON, _DAY = 720, 1440
_ALL_DAY = (0, _DAY)
Span = tuple[int, int]


class _NotUnderstood(Exception):
    """Some word has no place where it stands."""


def parse_hours_text(text: str) -> tuple[Rule, ...] | None:
    """The rules of a text, or None when any of it is not understood or it names no opening.

    "Closed" days are left out, as days that are not named are. "Every other Tuesday" gives a rule
    without a start, whose days are unknown.
    """
    try:
        found = _Reader(_words(text)).entries()
        return _rules(found) or None
    except _NotUnderstood:
        return None


def parse_columns(days: str, opens: str, closes: str) -> tuple[Rule, ...] | None:
    """As `parse_hours_text`, of a table with a column each for days, opening and closing time.

    "24 hours" may stand for the opening time. Without a closing time, or with the same time twice
    other than midnight, the days are known and their hours are not.
    """
    opening, closing = parse_clock(opens), parse_clock(closes)
    if opening is None or (closes.strip() and closing is None):
        return None if closes.strip() else parse_hours_text(f"{days} {opens}")
    same = opening == closing != time(0)
    if closing is None or same:
        known = parse_hours_text(f"{days} 24 hours")
        return known and tuple(_without_hours(rule, None if same else opening) for rule in known)
    return parse_hours_text(f"{days} {opens}-{closes}")


def parse_clock(text: str) -> time | None:
    """8:30AM, 9 p.m., 17:30, 09:00, 9:00:00, noon. None for "1:00" or "9", of which half?"""
    clock = read_clock(text.strip())
    minute = None if clock is None else clock.alone()
    return None if minute is None else _time(minute)


def parse_weekdays(text: str) -> str | None:
    """The `byday` of weekdays in words: "Monday-Friday", "Tues & Thurs", "M, W, F", "Daily"."""
    try:
        reader = _Reader(_words(text))
        days = reader.days()
        reader.expect_end()
    except _NotUnderstood:
        return None
    if any(day.freq != "WEEKLY" or day.interval != 1 for day in days):
        return None
    return Rule(byday=",".join(day.byday for day in days)).byday


@dataclass(frozen=True, slots=True)
class _Days:
    """One weekday as a rule has it: every one, every other, or the nth of a month."""

    byday: str
    freq: str = "WEEKLY"
    interval: int = 1


@dataclass(slots=True)
class _Reader:
    """Reads words from the first to the last."""

    words: list[Token]
    place: int = 0
    found: list[tuple[_Days, list[Span]]] = field(default_factory=list)

    def peek(self) -> str:
        return self.words[self.place].kind if self.place < len(self.words) else "end"

    def take(self, *kinds: str) -> Token | None:
        if self.peek() not in kinds:
            return None
        self.place += 1
        return self.words[self.place - 1]

    def expect_end(self) -> None:
        if self.peek() != "end":
            raise _NotUnderstood

    def entries(self) -> list[tuple[_Days, list[Span]]]:
        """Days with the spans they have; none are closed days."""
        if self.take("always") or (self.peek() == "allday" and len(self.words) == 1):
            self.place = 1
            self.expect_end()
            return [(_Days(day), [_ALL_DAY]) for day in WEEKDAYS]
        times_first = self.peek() in ("clock", "allday")
        while self.peek() != "end":
            if times_first:
                spans = self.spans()
                self.take("and")
                days = self.days()
            else:
                days = self.days()
                self.take("colon", "and")
                spans = self.spans()
            self.found += [(day, spans) for day in days]
            while self.take("and", "next"):
                pass
        return self.found

    def spans(self) -> list[Span]:
        if self.take("closed"):
            return []
        if self.take("allday"):
            return [_ALL_DAY]
        found = [self.span()]
        while self.peek() == "and" and self._after("and") == "clock":
            self.take("and")
            found.append(self.span())
        return found

    def span(self) -> Span:
        opens, dash, closes = self.take("clock"), self.take("to"), self.take("clock")
        if not (opens and dash and closes and opens.clock and closes.clock):
            raise _NotUnderstood
        return _span(opens.clock, closes.clock)

    def days(self) -> list[_Days]:
        found = self._some_days()
        while self.peek() in ("and", "next") and self._after("and", "next") in _STARTS_DAYS:
            while self.take("and", "next"):
                pass
            found += self._some_days()
        return found

    def _some_days(self) -> list[_Days]:
        every_other = self.take("everyother")
        if every_other:
            return [_Days(day, interval=2) for day in self._weekdays()]
        every = self.take("every")
        ordinals = self._ordinals()
        days = self._weekdays()
        if not ordinals:
            return [_Days(day) for day in days]
        month = self.take("month")
        if every and not month:
            raise _NotUnderstood  # "every second Tuesday": of the month, or every other?
        return [_Days(f"{n}{day}", "MONTHLY") for day in days for n in ordinals]

    def _ordinals(self) -> list[str]:
        found = []
        while word := self.take("ordinal"):
            found.append(word.value)
            if self._after("and") == "ordinal":
                while self.take("and"):
                    pass
        return found

    def _weekdays(self) -> list[str]:
        group = self.take("group")
        if group:
            return group.value.split(",")
        first = self.take("day")
        if not first:
            raise _NotUnderstood
        if self.peek() != "to":
            return [first.value]
        self.take("to")
        last = self.take("day")
        if not last:
            raise _NotUnderstood
        start, end = WEEKDAYS.index(first.value), WEEKDAYS.index(last.value)
        return [WEEKDAYS[(start + step) % 7] for step in range((end - start) % 7 + 1)]

    def _after(self, *kinds: str) -> str:
        """The kind of the first word that is none of these."""
        place = self.place
        while place < len(self.words) and self.words[place].kind in kinds:
            place += 1
        return self.words[place].kind if place < len(self.words) else "end"


_STARTS_DAYS = ("day", "group", "ordinal", "every", "everyother")


def _words(text: str) -> list[Token]:
    found = tokens(_plain(text))
    if found is None:
        raise _NotUnderstood
    return found


def _plain(text: str) -> str:
    """Without markup: cells of a table, times in one cell and rows stay apart."""
    if len(text) > MAX_LENGTH:
        raise _NotUnderstood
    if "<" in text:
        text = re.sub(r"</time>\s*<time>", ", ", text)
        text = re.sub(r"</tr>|<br ?/?>|</p>|</li>", "; ", text)
        text = re.sub(r"<[^<>]{0,200}>", " ", text)
    return re.sub("[\xa0\u2009\u202f]", " ", unescape(text))  # spaces that do not break


def _span(opens: Clock, closes: Clock) -> Span:
    """Minutes of a span, when there is one way to read it."""
    pair = _both(opens, closes)
    if pair is None:
        raise _NotUnderstood
    start, end = pair
    if start == end == 0:
        return _ALL_DAY
    same_half = start // _NOON == end // _NOON
    from_midnight_to_afternoon = start == 0 and _NOON < end < 23 * 60
    if start == end or (end < start and same_half and end != 0) or from_midnight_to_afternoon:
        raise _NotUnderstood
    return start, end if end > start else end + _DAY


def _both(opens: Clock, closes: Clock) -> tuple[int, int] | None:
    """Minutes of two times that belong together: "9-11am", "9am-1pm", "9:00-17:00"."""
    if opens.half and closes.half:
        return _pair(opens.minute(opens.half), closes.minute(closes.half))
    if closes.half and not opens.half and closes.half != "midnight":
        end = closes.minute(closes.half)
        same = opens.minute("a" if closes.half == "noon" else closes.half)
        if end is None or same is None:
            return None
        # "9-11am" is in the morning; "9-1pm" starts in the half before.
        return (same, end) if same < end else ((same + _NOON) % _DAY, end)
    if not opens.half and not closes.half and opens.looks_24(closes):
        return _pair(opens.minute(""), closes.minute(""))
    return None


def _pair(start: int | None, end: int | None) -> tuple[int, int] | None:
    return None if start is None or end is None else (start % _DAY, end % _DAY)


def _rules(found: Iterable[tuple[_Days, list[Span]]]) -> tuple[Rule, ...]:
    by_day: dict[_Days, set[Span]] = {}
    for days, spans in found:
        known = by_day.setdefault(days, set(spans))
        if bool(known) != bool(spans):
            raise _NotUnderstood  # both closed and open
        known.update(spans)
    groups: dict[tuple[str, int, Span], list[str]] = {}
    for days, known in by_day.items():
        _check_apart(known)
        for span in sorted(known):
            groups.setdefault((days.freq, days.interval, span), []).append(days.byday)
    return tuple(_rule(*about, byday=",".join(names)) for about, names in groups.items())


def _check_apart(spans: Iterable[Span]) -> None:
    if any(after[0] < before[1] for before, after in pairwise(sorted(spans))):
        raise _NotUnderstood


def _rule(freq: str, interval: int, span: Span, byday: str) -> Rule:
    return Rule(
        freq="MONTHLY" if freq == "MONTHLY" else "WEEKLY",
        interval=interval,
        byday=byday,
        opens_at=_time(span[0]),
        closes_at=_time(span[1]),
    )


def _without_hours(rule: Rule, opens: time | None) -> Rule:
    return Rule(freq=rule.freq, interval=rule.interval, byday=rule.byday, opens_at=opens)


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)
