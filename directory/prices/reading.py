"""One line of what somebody takes, taken apart: "metformin er 500 mg #60". Pure.

Nothing is guessed here: numbers without a unit stay loose until the drug is known.
"""

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from directory.prices.kinds import DoseForm, PricingUnit, Release, Route
from directory.prices.strengths import NUMBER, STRENGTH, Strength, strength_of
from directory.prices.vocabulary import (
    ABBREVIATIONS,
    COUNTED,
    FORMS,
    NOISE,
    RELEASES,
    ROUTES,
    SALTS,
    SIG,
    fold,
    spaced,
)

_DAYS = re.compile(rf"\b({NUMBER})[ -]*(?:days?|dias?|d)\b(?:\s*supply)?")
_MONTHS = re.compile(rf"\b({NUMBER})[ -]*(?:months?|mes(?:es)?)\b(?:\s*supply)?")
_MARKED = re.compile(
    rf"(?:#|\b(?:qty|quantity|cantidad|cant|disp|dispense|x)\b)[ .:]*({NUMBER})"
    rf"(?:\s*(?:(?P<unit>ml|cc|gr?|gm|gramos?|grams?)|(?:{COUNTED}))\b)?"
)
_COUNTED = re.compile(rf"(?<![\w./-])({NUMBER})[ -]+(?=(?:{COUNTED})\b)")
_LOOSE = re.compile(rf"(?<![\w./-])({NUMBER})(?![\w./-])")
_POURED = re.compile(rf"(?<![\w./-])({NUMBER})\s*(ml|cc)(?![\w/])")
_WEIGHED = re.compile(rf"(?<![\w./-])({NUMBER})\s*(?:gr?|gm|gramos?|grams?)(?![\w/])")
_WEIGHABLE = {DoseForm.CREAM, DoseForm.OINTMENT, DoseForm.GEL, DoseForm.POWDER, DoseForm.LOTION,
              DoseForm.INHALER}  # fmt: skip
_NUMBERED = re.compile(r"#\s*([2-4])(?!\d)")
"""Part of a name: Tylenol #3 is another drug than Tylenol."""
_OFF = re.compile(r"\bsugar[- ]?free\b|\bs/f\b|\bfilm[- ]coated\b")
_WORD = re.compile(r"[a-z][a-z0-9']*")


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says. `words` are the name, less salts; `loose` numbers may be either thing.

    `counted` says that the last loose number stood before "tablets" and the like.
    """

    words: tuple[str, ...] = ()
    strength: Strength | None = None
    forms: tuple[DoseForm, ...] = ()
    releases: tuple[Release, ...] = ()
    route: Route | None = None
    quantity: Decimal | None = None
    unit: PricingUnit | None = None
    days: int | None = None
    loose: tuple[Strength, ...] = ()
    counted: Decimal | None = None


@lru_cache(maxsize=20_000)
def read_line(text: str) -> Line:
    """Take a line apart; what is not understood stays among the words."""
    rest = spaced(_OFF.sub(" ", _NUMBERED.sub(r" number\1 ", fold(text))))
    rest, days = _days(SIG.sub(" ", rest))
    rest, line = _quantity(rest)
    rest, releases = RELEASES.take(rest)
    rest, counted = _first(_COUNTED, rest)
    rest, strength, loose = _strengths(rest)
    rest, forms = FORMS.take(rest)
    rest, routes = ROUTES.take(rest)
    return _weighed(
        replace(
            line,
            words=name_words(rest),
            strength=strength,
            forms=forms,
            releases=releases,
            route=routes[0] if routes else None,
            days=days,
            loose=loose,
            counted=counted,
        )
    )


def name_words(text: str) -> tuple[str, ...]:
    """The words of a name: abbreviations spelled out, without salts unless nothing else is left."""
    found = [ABBREVIATIONS.get(word, word) for word in _WORD.findall(fold(text))]
    found = [word for word in found if word not in NOISE]
    kept = [word for word in found if word not in SALTS]
    return tuple(dict.fromkeys(kept if kept and kept != ["chloride"] else found))


def _first(pattern: re.Pattern[str], text: str) -> tuple[str, Decimal | None]:
    found = pattern.search(text)
    if found is None:
        return text, None
    return pattern.sub(" ", text, count=1), Decimal(found[1])


def _days(text: str) -> tuple[str, int | None]:
    rest, days = _first(_DAYS, text)
    if days is not None:
        return rest, int(days)
    rest, months = _first(_MONTHS, text)
    return rest, None if months is None else int(months * 30)


def _quantity(text: str) -> tuple[str, Line]:
    """A quantity that is said to be one: "#60", "qty 60", "150 ml"."""
    found = _MARKED.search(text)
    if found:
        unit = found["unit"]
        counted_in = None if unit is None else _unit(unit)
        rest = text[: found.start()] + " " + text[found.end() :]
        return rest, Line(quantity=Decimal(found[1]), unit=counted_in)
    poured = [match for match in _POURED.finditer(text) if not _is_strength(text, match)]
    if poured:
        match = poured[-1]
        rest = text[: match.start()] + " " + text[match.end() :]
        return rest, Line(quantity=Decimal(match[1]), unit=PricingUnit.MILLILITRE)
    return text, Line()


def _unit(word: str) -> PricingUnit:
    return PricingUnit.MILLILITRE if word in ("ml", "cc") else PricingUnit.GRAM


def _is_strength(text: str, poured: re.Match[str]) -> bool:
    """Whether these millilitres are the lower half of "250 mg/5 ml"."""
    return re.search(r"(?:/|\bper|\bpor|\ben|\bin)\s*$", text[: poured.start()]) is not None


def _strengths(text: str) -> tuple[str, Strength | None, tuple[Strength, ...]]:
    """The strength with a unit, and the numbers without one."""
    strength: Strength | None = None
    loose: list[Strength] = []
    for match in STRENGTH.finditer(text):
        found = strength_of(match)
        if not found.has_unit:
            loose.append(found)
        elif strength is None:
            strength = found
        elif strength.per is None and found.per is None:  # "20 mg 12.5 mg"
            strength = Strength((*strength.parts, *found.parts))
    return STRENGTH.sub(" ", text), strength, tuple(loose)


def _weighed(line: Line) -> Line:
    """Grams of a cream are how much of it, not how strong it is."""
    if line.strength is None or line.quantity is not None or len(line.strength.parts) < 2:
        return line
    *first, (value, unit) = line.strength.parts
    if unit == "g" and (first[-1][1] == "%" or _WEIGHABLE & set(line.forms)):
        weighed = {"quantity": value, "unit": PricingUnit.GRAM}
        return replace(line, strength=Strength(tuple(first)), **weighed)  # type: ignore[arg-type]
    return line
