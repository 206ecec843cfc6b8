"""Times of day, ranges and dates as people say them, by Babel, in American style.

English writes "8:30 p.m.", Spanish "8:30 p. m."; full hours go without minutes. Every text goes
through the given `gettext`, with English as the source and named placeholders.
"""

from collections.abc import Callable, Sequence
from datetime import date, time

from babel import Locale
from babel.dates import format_skeleton, format_time, get_day_names
from babel.lists import format_list

from directory.hours.days import Minutes
from directory.hours.zones import DAY

Gettext = Callable[[str], str]

_NOON = DAY // 2
_FAR_DAYS = 180


def locale_of(name: str | Locale) -> Locale:
    """ "en", "es-US" or "es_US" as Babel knows it."""
    return name if isinstance(name, Locale) else Locale.parse(name.replace("-", "_"))


def spoken_time(minute: int, gettext: Gettext, locale: Locale) -> str:
    """A minute of the day inside a sentence, after "until" or "at"."""
    minute %= DAY
    if minute == 0:
        # Translators: inside a sentence, after "until" and "at": "la medianoche".
        return gettext("midnight")
    if minute == _NOON:
        # Translators: inside a sentence, after "until" and "at": "las 12 del mediodía".
        return gettext("noon")
    text = clock(minute, locale)
    if minute // 60 % 12 == 1:
        # Translators: 1:00 to 1:59 inside a sentence, for an article: "la {one_oclock}".
        return gettext("{one_oclock}").format(one_oclock=text)
    # Translators: any other time inside a sentence, for an article: "las {clock}".
    return gettext("{clock}").format(clock=text)


def clock(minute: int, locale: Locale) -> str:
    """8:30 p.m., 9 a.m., 12 p.m."""
    hour, rest = divmod(minute % DAY, 60)
    text = format_time(time(hour, rest), "h:mm a" if rest else "h a", locale=locale)
    text = text.replace("\u202f", " ").replace("\xa0", " ")
    if locale.language == "en":
        return text.replace("AM", "a.m.").replace("PM", "p.m.")
    # The Spanish of Spain and of the Americas differ in a space only.
    return text.replace("a.m.", "a. m.").replace("p.m.", "p. m.")


def spoken_range(span: Minutes, gettext: Gettext, locale: Locale, *, tight: bool = False) -> str:
    """9 a.m. – 12 p.m., 1 – 5 p.m.; `tight` for use inside a sentence: 1–5 p.m."""
    start, end = span
    opens, closes = _shown(start, gettext, locale), _shown(end, gettext, locale)
    text = gettext("{start} – {end}")
    if start and start // _NOON == (end - 1) // _NOON and end % _NOON:
        opens = opens.split(" ")[0]  # both before noon or both after: said once
        text = text.replace(" – ", "–") if tight else text
    text = text.format(start=opens, end=closes)
    if end > DAY and end - start > _NOON:
        return gettext("{hours} (next day)").format(hours=text)
    return text


def spoken_ranges(spans: Sequence[Minutes], gettext: Gettext, locale: Locale) -> str:
    """The ranges of a day after one another; a whole day is "Open 24 hours"."""
    if tuple(spans) == ((0, DAY),):
        return gettext("Open 24 hours")
    return ", ".join(spoken_range(span, gettext, locale) for span in spans)


def spoken_date(on: date, today: date, locale: Locale) -> str:
    """Dec 5, with its year when that is not plain from today."""
    far = abs((on - today).days) >= _FAR_DAYS
    return str(format_skeleton("yMMMd" if far else "MMMd", on, locale=locale))


def weekday_name(weekday: int, locale: Locale) -> str:
    """The name as the language writes it inside a sentence; Monday is 0."""
    return str(get_day_names("wide", "format", locale)[weekday])


def listed(items: Sequence[str], locale: Locale) -> str:
    """a, b, and c."""
    return format_list(list(items), locale=locale)


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def _shown(minute: int, gettext: Gettext, locale: Locale) -> str:
    # Translators: in a table of hours: "10 p.m. – 12 midnight".
    return gettext("12 midnight") if minute % DAY == 0 else clock(minute, locale)
