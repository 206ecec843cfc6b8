"""What the search form says: read leniently, kept as typed, turned into the parameters of a search.

The form speaks as people do ("evenings", "25 miles"); `parameters` says it as `search.request` does.
Blank fields are never wrong. Fields that do not exist are passed over.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.errors import Invalid
from search.explain import MILE_M, STANDARD_MILES
from web.i18n import Language

SINGLE = ("q", "near", "when", "day", "from", "to", "within", "accepts_referrals",
          "cash_prices", "sort", "page")  # fmt: skip
WINDOWS = ("free", "blocked")
"""Times of the week, written as the API reads them: they come by link, not from a field."""
SAVED = "saved"
"""Services saved so far, where a browser keeps nothing: they go along in every address."""
MANY = ("category", "kind", *WINDOWS, "language", "cost", "for", "delivery", "accessible")
CHOSEN_TIME = ("day", "from", "to")
FILTERS = ("category", "kind", "when", "within", *MANY[2:], "accepts_referrals", "cash_prices")
"""What can be taken away again by one step, in the order it is shown."""

MILES = tuple(map(str, STANDARD_MILES))
MILES_DEFAULT = "25"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun", "weekdays", "weekend")
EVENING = "weekdays 18:00-22:00"
WHENS = {
    "now": ("open_at", "now"),
    "evening": ("open_during", EVENING),
    "saturday": ("open_during", "sat 00:00-24:00"),
    "sunday": ("open_during", "sun 00:00-24:00"),
}
VISIT_MINUTES = 30  # how long somebody is taken to need when only a start was said
KEPT_LENGTH = 500  # characters of a value that are shown again
KEPT_VALUES = 100

_CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d\d))?\s*(?:([ap])\.?\s*m\.?)?", re.IGNORECASE)

FormError = dict[str, str]


@dataclass(frozen=True, slots=True)
class SearchForm:
    """The fields as they were typed, and what is wrong with them, by field."""

    values: Mapping[str, str] = field(default_factory=dict)
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed into a field; blank when nothing was."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with a field; blank when nothing is."""
        return self.errors.get(name, "")

    @property
    def choosing(self) -> bool:
        """Whether a time of one's own is being chosen."""
        return self.value("when") == "choose"

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Everything that was said, as parameters of a link, less what goes without saying."""
        silent = set() if self.choosing else set(CHOSEN_TIME)
        singles = [
            (name, self.values[name])
            for name in SINGLE
            if self.value(name) and name not in silent and (name, self.value(name)) != ("page", "1")
        ]
        return (
            *singles,
            *((name, value) for name in (*MANY, SAVED) for value in self.chosen.get(name, ())),
        )

    def without(self, name: str, value: str | None = None) -> "SearchForm":
        """The form less one field, or less one of its values; on the first page again."""
        values = {key: had for key, had in self.values.items() if key not in {name, "page"}}
        chosen = dict(self.chosen)
        if name in chosen:
            chosen[name] = tuple(had for had in chosen[name] if value not in (None, had))
        return SearchForm(values, {key: had for key, had in chosen.items() if had})

    def having(self, name: str, value: str) -> "SearchForm":
        """The form with a single field set; on the first page again, unless that is the field."""
        values = {key: had for key, had in self.values.items() if key != "page"}
        return SearchForm({**values, name: value}, self.chosen)


def read_form(pairs: Iterable[tuple[str, str]]) -> SearchForm:
    """The form as the address of the page holds it."""
    values: dict[str, str] = {}
    chosen: dict[str, list[str]] = {}
    for name, raw in list(pairs)[:KEPT_VALUES]:
        text = _clean(raw)
        if name in MANY or name == SAVED:
            parts = [text] if name in WINDOWS else text.split(",")
            chosen.setdefault(name, []).extend(part for part in parts if part)
        elif name in SINGLE and text:
            values.setdefault(name, text)
    return SearchForm(values, {name: tuple(dict.fromkeys(had)) for name, had in chosen.items()})


def parameters(form: SearchForm, say: Language) -> dict[str, list[str]]:
    """The parameters of `search.request` for this form, without its place.

    Raises Invalid with `errors` by field, in the reader's language.
    """
    errors: FormError = {}
    found = {name: list(values) for name, values in form.chosen.items() if name != SAVED}
    if "kind" in found:
        found["term"] = found.pop("kind")
    for name in ("q", "page", "accepts_referrals", "cash_prices", "sort"):
        if value := form.value(name):
            found[name] = [value]
    if form.value("sort") == "distance" and not form.value("near"):
        del found["sort"]  # nothing to measure from is no reason to show nothing
    if moment := _moment(form, say, errors):
        found[moment[0]] = [moment[1]]
    if form.value("within") not in {"", *MILES}:
        allowed = say.either(list(MILES))
        errors["within"] = say.gettext("Choose how far: %(miles)s miles.", miles=allowed)
    if errors:
        raise Invalid(next(iter(errors.values())), errors=errors)
    return found


FIELDS = {
    "reachable_from": "near",
    "lat": "near",
    "lng": "near",
    "radius_m": "within",
    "open_at": "when",
    "open_during": "when",
    "term": "kind",
}
"""Parameters of a search that the form calls something else."""


def in_words(errors: Mapping[str, str], say: Language) -> FormError:
    """What `search.request` refused, by field of the form, in the reader's language."""
    found = {}
    for parameter in errors:
        name = FIELDS.get(parameter, parameter)
        match name:
            case "q":
                said = say.gettext("Use words, at most 500 letters of them.")
            case "page":
                said = say.gettext("There is no such page. Choose a page from 1 to 500.")
            case "near":
                said = say.gettext("Type a ZIP code like 27701, or a town with its state.")
            case _:
                said = say.gettext("“%(field)s” has a value we do not know.", field=name)
        found[name] = said
    return found


def unknown_place(form: SearchForm, say: Language) -> FormError:
    """The error of a place nobody knows."""
    return {
        "near": say.gettext(
            "We do not know the place “%(place)s”. Type a ZIP code like 27701, or a town with its"
            " state.",
            place=form.value("near")[:60],
        )
    }


def radius_m(form: SearchForm) -> float:
    """How far away a place may be, in metres."""
    return float(form.value("within") or MILES_DEFAULT) * MILE_M


def _clean(raw: str) -> str:
    """One line without control characters, cut to what a person may have typed."""
    text = "".join(c if c.isprintable() else " " for c in raw[: KEPT_LENGTH + 1])
    return " ".join(text.split())


def _moment(form: SearchForm, say: Language, errors: FormError) -> tuple[str, str] | None:
    """The parameter that says when, and its value; None for any time."""
    when = form.value("when")
    if when in WHENS:
        return WHENS[when]
    if when == "choose":
        window = _window(form, say, errors)
        return ("open_during", window) if window else None
    if when:
        errors["when"] = say.gettext("Choose one of the times in the list.")
    return None


def _window(form: SearchForm, say: Language, errors: FormError) -> str:
    """The chosen time as "tue 19:00-19:30"; blank when nothing is chosen yet."""
    day = form.value("day")
    if day not in {"", *DAYS}:
        errors["day"] = say.gettext("Choose a day from the list.")
    minutes = {}
    for name in ("from", "to"):
        if text := form.value(name):
            minutes[name] = read_clock(text)
            if minutes[name] is None:
                errors[name] = say.gettext("Type a time like 7:00 p.m. or 19:00.")
    if errors or not (day or minutes):
        return ""
    start = minutes.get("from") or 0
    end = minutes.get("to")
    if end is None:
        end = (start + VISIT_MINUTES) % 1440 if "from" in minutes else 1440
    return f"{day or 'daily'} {_clock(start)}-{_clock(end)}"


def read_clock(text: str) -> int | None:
    """Minutes after midnight of "19:00", "7 pm", "7:30 p.m." or "19h30"; None for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or 0), (match[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
