"""The one text a product goes by, however it was written; drugs and benchmarks meet in it. Pure."""

from core.db import stable_id
from core.errors import Invalid
from directory.prices.kinds import FORM_ROUTE, FORM_UNIT, DoseForm, PricingUnit, Release, Route
from directory.prices.models import Drug, DrugAlias
from directory.prices.reading import Line, read_line
from directory.prices.strengths import Strength, read_strength
from directory.prices.vocabulary import fold


def product_key(
    words: tuple[str, ...],
    strength: Strength,
    form: DoseForm,
    release: Release = Release.IMMEDIATE,
    route: Route | None = None,
) -> str:
    """ "metformin|500mg|tablet|ER|oral"; the route a form usually has, where none is said."""
    where = route or FORM_ROUTE.get(form, Route.ORAL)
    return f"{' '.join(words)}|{strength.key}|{form}|{release}|{where}"


def described_product(description: str) -> str:
    """The product a NADAC description names; "" where it names no strength or form."""
    line = read_line(description)
    if not line.words or line.strength is None or len(line.forms) != 1:
        return ""
    return product_key(line.words, line.strength, line.forms[0], _release(line), line.route)


def _release(line: Line) -> Release:
    return line.releases[0] if line.releases else Release.IMMEDIATE


def make_drug(
    ingredient: str,
    strength: str,
    form: DoseForm,
    release: Release = Release.IMMEDIATE,
    *,
    brand: str = "",
    route: Route | None = None,
    unit: PricingUnit | None = None,
    otc: bool = False,
    schedule: str | None = None,
) -> Drug:
    """A drug row, its id and product following from what it is. Raises Invalid."""
    read = read_strength(strength)
    words = read_line(brand or ingredient).words
    if read is None or not read.has_unit:
        raise Invalid(f"{strength[:60]!r} is no strength, such as 500 mg.", parameter="strength")
    if not words:
        raise Invalid("A drug needs a name.", parameter="ingredient")
    product = product_key(words, read, form, release, route)
    return Drug(
        id=stable_id("drug", product),
        ingredient=" ".join(ingredient.split()).lower(),
        brand=brand,
        strength=str(read),
        form=form,
        route=route or FORM_ROUTE.get(form, Route.ORAL),
        release=release,
        unit=unit or FORM_UNIT.get(form, PricingUnit.EACH),
        otc=otc,
        schedule=schedule,
        product=product,
    )


def make_alias(drug_id: str, text: str, language: str) -> DrugAlias:
    """What a drug is called as well."""
    folded = fold(text)
    return DrugAlias(
        id=stable_id("drug-alias", drug_id, folded, language),
        drug_id=drug_id,
        text=text,
        folded=folded,
        language=language,
    )
