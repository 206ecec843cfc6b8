"""Strengths as people and files write them: "500mg", "20-12.5 mg", "250 MG/5 ML", "2%". Pure.

Two ways of writing one strength are equal: 0.125 mg and 125 mcg, 250 mg/5 ml and 50 mg/ml.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

IN_MG = {"mg": Decimal(1), "mcg": Decimal("0.001"), "g": Decimal(1000)}
UNITS = {
    "mg": "mg", "mgs": "mg", "miligramos": "mg", "milligrams": "mg", "milligram": "mg",
    "mcg": "mcg", "ug": "mcg", "microgramos": "mcg", "micrograms": "mcg",
    "g": "g", "gm": "g", "gr": "g", "gram": "g", "grams": "g", "gramos": "g",
    "%": "%", "unit": "unit", "units": "unit", "unidades": "unit", "iu": "unit", "ui": "unit",
    "unt": "unit", "meq": "meq", "ml": "ml", "cc": "ml", "l": "l",
    "hr": "hr", "h": "hr", "hour": "hr", "hours": "hr",
    "act": "act", "actuation": "act", "puff": "act", "spray": "act", "inh": "act",
}  # fmt: skip
NUMBER = r"\d+(?:\.\d+)?"
_OF = (
    r"(?:mgs?|mcg|ug|gm|gr|grams?|gramos|g|units?|unidades|unt|iu|ui|meq|miligramos|milligrams?"
    r"|micrograms|microgramos|%)"
)
_PER = r"(?:ml|cc|l|hours?|hr|h|actuation|act|puff|spray|inh)"
STRENGTH = re.compile(
    rf"(?<![\w.])(?P<parts>{NUMBER}\s*{_OF}?(?:\s?[-/]\s?{NUMBER}(?![\d.]|\s*{_PER}\b)\s*{_OF}?)*)"
    rf"(?:\s*(?:/|\bper\b|\bpor\b|\ben\b|\bin\b)\s*(?P<per>{NUMBER})?\s*(?P<of>{_PER}))?(?![a-z0-9.])"
)
_PART = re.compile(rf"({NUMBER})\s*({_OF})?")

Part = tuple[Decimal, str | None]


@dataclass(frozen=True, slots=True)
class Strength:
    """One or several amounts, each with its unit where it was said, in an amount of liquid or time."""

    parts: tuple[Part, ...]
    per: tuple[Decimal, str] | None = None

    @property
    def has_unit(self) -> bool:
        """Whether any amount has a unit: a bare number may as well be a quantity."""
        return self.per is not None or any(unit for _, unit in self.parts)

    def __str__(self) -> str:
        units = {unit for _, unit in self.parts}
        if len(units) == 1:
            (unit,) = units
            amounts = "-".join(plain(value) for value, _ in self.parts)
            said = _with_unit(amounts, unit)
        else:
            said = "-".join(_with_unit(plain(value), unit) for value, unit in self.parts)
        if self.per is None:
            return said
        amount, of = self.per
        return f"{said}/{of}" if amount == 1 else f"{said}/{plain(amount)} {of}"

    @property
    def key(self) -> str:
        """The same text for every way of writing it."""
        divisor = self.per[0] if self.per else Decimal(1)
        said = "-".join(_normal(value / divisor, unit) for value, unit in self.parts)
        return f"{said}/{self.per[1]}" if self.per else said

    def means(self, other: "Strength") -> bool:
        """Whether this, as said by somebody, may mean that product's strength.

        A unit that was not said fits; so does the amount alone of "250 mg/5 ml", or "250/5".
        """
        if self.per is not None:
            return self.key == other.key
        if _fit(self.parts, other.parts):
            return True
        return other.per is not None and _fit(self.parts, (*other.parts, other.per))


def read_strength(text: str) -> Strength | None:
    """The strength that is all of this text; None when it is none."""
    found = STRENGTH.fullmatch(text.strip().casefold().replace(",", ""))
    return strength_of(found) if found else None


def strength_of(found: re.Match[str]) -> Strength:
    """The strength a match of STRENGTH holds."""
    return _strength(found["parts"], found["per"], found["of"])


@lru_cache(maxsize=20_000)
def _strength(text: str, per: str | None, of: str | None) -> Strength:
    parts: list[Part] = []
    for number, unit in _PART.findall(text):
        parts.append((Decimal(number), UNITS[unit] if unit else None))
    last = parts[-1][1]
    if last and not any(unit for _, unit in parts[:-1]):  # "20-12.5 mg": the unit is of all
        parts = [(value, last) for value, _ in parts]
    return Strength(tuple(parts), (Decimal(per or 1), UNITS[of]) if of else None)


def plain(value: Decimal) -> str:
    """A number without needless zeros: 12.50 as "12.5", 1E+3 as "1000"."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _with_unit(amount: str, unit: str | None) -> str:
    if unit is None:
        return amount
    return f"{amount}%" if unit == "%" else f"{amount} {unit}"


def _normal(value: Decimal, unit: str | None) -> str:
    if unit in IN_MG:
        return f"{plain((value * IN_MG[unit]).normalize())}mg"
    return f"{plain(value.normalize())}{unit or ''}"


def _fit(said: tuple[Part, ...], had: tuple[Part, ...]) -> bool:
    return len(said) == len(had) and all(map(_same, said, had))


def _same(said: Part, had: Part) -> bool:
    (value, unit), (other, of) = said, had
    if unit is None:
        return value == other
    return _normal(value, unit) == _normal(other, of)
