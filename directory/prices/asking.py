"""From the fields of a form or an address to a product and a quantity, or to what is unclear. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TypeVar

from core.errors import Invalid
from directory.prices.catalog import Catalog
from directory.prices.finder import About, Found, Option, Status, find_line, find_product
from directory.prices.kinds import DoseForm, PricingUnit, Release
from directory.prices.models import QUANTITY_MAX
from directory.prices.offers import Product
from directory.prices.reading import Line, read_line
from directory.prices.strengths import Strength, plain, read_strength
from directory.prices.vocabulary import COUNTED, FORMS, RELEASES, Words, fold

TEXT_MAX = 200
QUANTITY_TEXT_MAX = 40
ALLOWED_QUANTITY = f"a number above 0, at most {QUANTITY_MAX:,}, such as 60"
_QUANTITY = re.compile(
    rf"(\d{{1,12}}(?:\.\d{{1,6}})?)\s*(?:(ml|cc)|(gr?|gm|gramos?|grams?)|({COUNTED}|tablet|capsule))?"
)
Kind = TypeVar("Kind", DoseForm, Release)
PARAMETER = {
    About.NO_STRENGTH: "strength",
    About.STRENGTH: "strength",
    About.NO_FORM: "form",
    About.FORM: "form",
    About.MIXED_FORMS: "form",
    About.NO_RELEASE: "release",
    About.RELEASE: "release",
    About.MIXED_RELEASES: "release",
    About.QUANTITY: "quantity",
    About.UNIT: "quantity",
    About.BAD_QUANTITY: "quantity",
}
WORDS = {
    About.DRUG: "Which of these drugs is it?",
    About.STRENGTH: "Which strength is it?",
    About.FORM: "Which form is it?",
    About.RELEASE: "Which release is it? Immediate and extended release are not the same.",
    About.QUANTITY: "Which number is the quantity?",
    About.NO_STRENGTH: "We know no such strength of it.",
    About.NO_FORM: "We know no such form of it.",
    About.NO_RELEASE: "We know no such release of it.",
    About.MIXED_FORMS: "That names two forms; say one.",
    About.MIXED_RELEASES: "That names two releases; say one.",
    About.UNIT: "The quantity is in a unit that this is not counted in.",
    About.BAD_QUANTITY: f"quantity must be {ALLOWED_QUANTITY}.",
}


@dataclass(frozen=True, slots=True)
class Said:
    """The fields as they were typed; `drug` may be a whole line, or a drug's id."""

    drug: str = ""
    strength: str = ""
    form: str = ""
    release: str = ""
    quantity: str = ""


class Unclear(Invalid):
    """More than one product fits, or none. `choices` are what may be meant, in words."""

    def __init__(self, message: str, parameter: str, choices: Iterable[str] = ()) -> None:
        super().__init__(message, parameter=parameter)
        self.choices = tuple(choices)


def understand(catalog: Catalog, said: Said) -> Found:
    """What the fields mean. Raises Invalid for a field that cannot be read."""
    given = _fields(said)
    if said.drug in catalog.by_id:
        return find_product(catalog, said.drug, given)
    return find_line(catalog, _merged(read_line(said.drug[:TEXT_MAX]), given))


def settled(found: Found) -> tuple[Product, Decimal]:
    """The product and quantity. Raises Unclear when anything is missing."""
    if found.status is Status.UNKNOWN:
        raise Unclear("We know no drug of that name.", "drug")
    if found.status is Status.ASK:
        assert found.about
        choices = map(label_with, found.options)
        raise Unclear(WORDS[found.about], PARAMETER.get(found.about, "drug"), choices)
    assert found.product
    if found.quantity is None:
        raise Unclear(f"quantity is needed: {ALLOWED_QUANTITY}.", "quantity")
    return found.product, found.quantity


def label(product: Product) -> str:
    """The product in words: "metformin ER 500 mg tablet"."""
    release = "" if product.release is Release.IMMEDIATE else f" {product.release}"
    name = product.brand or product.ingredient
    return f"{name}{release} {product.strength} {product.form}"


def label_with(option: Option) -> str:
    """A choice in words, with the quantity that goes with it."""
    text = label(option.product)
    return text if option.quantity is None else f"{text}, {plain(option.quantity)}"


def _fields(said: Said) -> Line:
    quantity, unit = read_quantity(said.quantity)
    return Line(
        strength=_strength(said.strength),
        forms=_kinds(FORMS, said.form, DoseForm, "form"),
        releases=_kinds(RELEASES, said.release, Release, "release"),
        quantity=quantity,
        unit=unit,
    )


def read_quantity(text: str) -> tuple[Decimal | None, PricingUnit | None]:
    """A quantity and the unit said with it; None where nothing was said. Raises Invalid."""
    if not text.strip():
        return None, None
    found = _QUANTITY.fullmatch(fold(text[: QUANTITY_TEXT_MAX + 1]))
    if found is None or not 0 < Decimal(found[1]) <= QUANTITY_MAX:
        raise Invalid(f"quantity must be {ALLOWED_QUANTITY}.", parameter="quantity")
    unit = (
        PricingUnit.MILLILITRE if found[2]
        else PricingUnit.GRAM if found[3]
        else PricingUnit.EACH if found[4] else None
    )  # fmt: skip
    return Decimal(found[1]), unit


def _strength(text: str) -> Strength | None:
    if not text.strip():
        return None
    found = read_strength(fold(text[:TEXT_MAX]))
    if found is None:
        raise Invalid("strength must be such as 500 mg or 250 mg/5 ml.", parameter="strength")
    return found


def _kinds(words: Words[Kind], text: str, kinds: type[Kind], parameter: str) -> tuple[Kind, ...]:
    """The kind of that very name, or those that the words name."""
    if not text.strip():
        return ()
    for kind in kinds:
        if kind.value.casefold() == text.strip().casefold():
            return (kind,)
    rest, found = words.take(fold(text[:TEXT_MAX]))
    if rest.strip() or not found:
        allowed = ", ".join(kind.value for kind in kinds)
        raise Invalid(f"{parameter} must be one of {allowed}.", parameter=parameter)
    return found


def _merged(line: Line, given: Line) -> Line:
    """The line with the fields beside it: a field wins, but two different forms stay two."""
    loose, strength = line.loose, line.strength
    if given.strength is not None:
        loose = tuple(one for one in loose if not one.means(given.strength))
        strength = given.strength
    quantity = line.quantity if given.quantity is None else given.quantity
    return replace(
        line,
        strength=strength,
        loose=loose,
        forms=tuple(dict.fromkeys((*line.forms, *given.forms))),
        releases=tuple(dict.fromkeys((*line.releases, *given.releases))),
        quantity=quantity,
        counted=line.counted if given.quantity is None else None,
        unit=given.unit or line.unit,
    )
