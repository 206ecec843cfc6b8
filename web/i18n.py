"""Languages of the pages: catalogs, plurals, and the words for dates and numbers.

Source strings are English. Catalogs are text (`locales/<language>/LC_MESSAGES/messages.po`) and are
compiled in memory when the program starts, so that a catalog can never be older than its source.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from core.saying import Saying

LOCALES = Path(__file__).parent / "locales"
SOURCE_LANGUAGE = "en"
LANGUAGES = ("en", "es")
LOCALES_OF = {"en": "en_US", "es": "es_US"}
"""Dates, money and days as people in the United States write them in each language."""


def N_(message: str) -> str:
    """Marks a string for translation; it is translated where it is used."""
    return message


MORE_LANGUAGES = {
    "ase": N_("American Sign Language"),
    "ksw": N_("S'gaw Karen"),
    "mam": N_("Mam"),
}
"""Languages spoken here that Babel has no name for in every one of ours."""


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages: what gettext and Babel know of it."""

    code: str
    locale: Locale
    catalog: NullTranslations

    @property
    def own_name(self) -> str:
        """Its name in itself: "English", "Español"."""
        return (Locale.parse(self.code).display_name or self.code).capitalize()

    @property
    def direction(self) -> str:
        """Either "ltr" or "rtl", for the `dir` attribute."""
        return self.locale.text_direction

    def gettext(self, message: str, **values: object) -> str:
        """The message in this language, with `%(name)s` filled in; a saying brings its values."""
        source = message
        if isinstance(message, Saying):
            source = message.source
            values = {name: self._inner(value) for name, value in message.values.items()}
        text = self.catalog.gettext(source)
        return text % values if values else text

    def _inner(self, value: object) -> object:
        """What is filled in: said in this language, too, when it is something to say."""
        return self.gettext(value) if isinstance(value, Saying) else value

    def ngettext(self, one: str, many: str, number: int, **values: object) -> str:
        """The form of the message this number needs; `%(num)s` is the number, grouped."""
        text = self.catalog.ngettext(one, many, number)
        return text % {"num": self.number(number), **values}

    def number(self, value: float) -> str:
        """1234.5 as "1,234.5"."""
        return _number(value, self.code)

    def money(self, amount: object, currency: str) -> str:
        """An amount with its currency: "$5.00"."""
        return format_currency(amount, currency, locale=self.locale)  # type: ignore[arg-type]

    def day(self, on: date) -> str:
        """A date as people say it: "May 3, 2026"."""
        return _day(on, self.code, "long")

    def short_day(self, on: date) -> str:
        """The same where there is little room: "Nov 3, 2026"."""
        return _day(on, self.code, "medium")

    def weekday_date(self, day: date) -> str:
        """A date with its weekday: "Sunday, May 3"."""
        pattern = {"es": "EEEE d 'de' MMMM"}.get(self.code, "EEEE, MMMM d")
        return format_date(day, pattern, locale=self.locale)

    def moment(self, at: datetime) -> str:
        """A date and time, in the zone it carries."""
        return format_datetime(at, "long", locale=self.locale, tzinfo=at.tzinfo)

    def listed(self, items: list[str]) -> str:
        """ "a, b, and c"."""
        return format_list(items, locale=self.locale) if items else ""

    def either(self, items: list[str]) -> str:
        """ "a, b, or c"."""
        return format_list(items, style="or", locale=self.locale) if items else ""

    def language_name(self, tag: str) -> str:
        """What a BCP 47 tag is called in this language; the tag itself when nobody has named it."""
        return _language_name(tag, self.code)


@cache
def language(code: str) -> Language:
    """The language of that code, one of LANGUAGES."""
    return Language(code, Locale.parse(LOCALES_OF[code]), _catalog(code))


@lru_cache(maxsize=4096)
def _number(value: float, code: str) -> str:
    return format_decimal(value, locale=language(code).locale)


@lru_cache(maxsize=4096)
def _day(on: date, code: str, length: Literal["medium", "long"]) -> str:
    return format_date(on, length, locale=language(code).locale)


@lru_cache(maxsize=4096)
def _language_name(tag: str, code: str) -> str:
    say = language(code)
    parts = tag.split("-")
    for length in range(len(parts), 0, -1):
        name = str(say.locale.languages.get("_".join(parts[:length]), ""))
        if name:
            return name[:1].upper() + name[1:]
    unnamed = MORE_LANGUAGES.get(parts[0])
    return say.gettext(unnamed) if unnamed else tag


def translations() -> dict[str, Callable[[str], str]]:
    """How to say an English source string, by language."""
    return {code: language(code).gettext for code in LANGUAGES}


def _catalog(code: str) -> NullTranslations:
    """Compile one catalog; the source language needs none."""
    if code == SOURCE_LANGUAGE:
        return NullTranslations()
    compiled = BytesIO()
    with (LOCALES / code / "LC_MESSAGES" / "messages.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)
