"""From one line to the one product it names, or to the question that has to be asked. Pure.

    find(catalog, "metformin er 500 60")   # FOUND: metformin ER 500 mg tablet, quantity 60
    find(catalog, "metformin 500")         # ASK, about the release: regular or extended?

Where more than one product fits, all of them are offered and none is chosen: immediate, extended
and delayed release are products of their own, and so is every strength and form.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from directory.prices import spelling
from directory.prices.catalog import Catalog, Known, Name
from directory.prices.kinds import DoseForm, PricingUnit, Release
from directory.prices.models import QUANTITY_MAX
from directory.prices.offers import Product
from directory.prices.reading import Line, read_line
from directory.prices.strengths import Strength, read_strength
from directory.prices.vocabulary import TELLING

TEXT_MAX = 200
OPTIONS_MAX = 40
LIQUIDS = {DoseForm.SOLUTION, DoseForm.SUSPENSION}
DEVICES = {DoseForm.INHALER, DoseForm.SPRAY, DoseForm.INJECTION, DoseForm.KIT}
USUAL = frozenset(map(Decimal, (30, 60, 90, 120, 180)))
"""Quantities that a strength of the same number may be mistaken for."""


class Status(StrEnum):
    """What came of it."""

    FOUND = "found"
    ASK = "ask"
    UNKNOWN = "unknown"


class About(StrEnum):
    """What has to be asked, or what was wrong with what was said."""

    DRUG = "drug"
    STRENGTH = "strength"
    FORM = "form"
    RELEASE = "release"
    QUANTITY = "quantity"
    NO_STRENGTH = "no_such_strength"
    NO_FORM = "no_such_form"
    NO_RELEASE = "no_such_release"
    MIXED_FORMS = "mixed_forms"
    MIXED_RELEASES = "mixed_releases"
    UNIT = "unit_mismatch"
    BAD_QUANTITY = "bad_quantity"


@dataclass(frozen=True, slots=True)
class Option:
    """A product that may be meant, with the quantity that goes with this reading."""

    product: Product
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """`product` is there when the status is FOUND; `options` when something has to be asked.

    `corrected` is the name as it is spelt, when the line spelt it otherwise.
    """

    status: Status
    line: Line
    product: Product | None = None
    quantity: Decimal | None = None
    about: About | None = None
    options: tuple[Option, ...] = ()
    corrected: str = ""


class _Ask(Exception):
    def __init__(self, about: About, options: Iterable[Option] | Iterable[Known]) -> None:
        super().__init__(about)
        self.about = about
        self.options = tuple(
            Option(one.product) if isinstance(one, Known) else one for one in options
        )


def find(catalog: Catalog, text: str) -> Found:
    """Find the product a line names; see `find_line`."""
    return find_line(catalog, read_line(text[:TEXT_MAX]))


def find_line(catalog: Catalog, line: Line) -> Found:
    """Find the product, or what to ask."""
    names, misspelt = _names(catalog, line.words)
    if not names:
        return Found(Status.UNKNOWN, line, about=About.DRUG)
    ids = dict.fromkeys(drug for name in names for drug in catalog.names[name])
    known = [catalog.by_id[drug] for drug in ids]
    drugs = list(dict.fromkeys((one.product.ingredient, one.product.brand) for one in known))
    corrected = " ".join(drugs[0]).strip() if misspelt and len(drugs) == 1 else ""
    try:
        product, quantity = _narrow(known, line)
        if misspelt and len(drugs) > 1:  # only one of the look-alikes comes so, still ask
            raise _Ask(About.DRUG, [Option(product, quantity)])
    except _Ask as asked:
        options = sorted(asked.options, key=_in_order)[:OPTIONS_MAX]
        return Found(Status.ASK, line, None, None, asked.about, tuple(options), corrected)
    return Found(Status.FOUND, line, product, quantity, None, (), corrected)


def find_product(catalog: Catalog, drug_id: str, line: Line) -> Found:
    """The drug of that id, unless the line says something else of it."""
    try:
        product, quantity = _narrow([catalog.by_id[drug_id]], line)
    except _Ask as asked:
        return Found(Status.ASK, line, None, None, asked.about, asked.options)
    return Found(Status.FOUND, line, product, quantity)


def _in_order(option: Option) -> tuple[object, ...]:
    product = option.product
    read = [value for value, _ in _amounts(product)]
    return product.ingredient, product.brand, product.release, product.form, read, product.id


def _amounts(product: Product) -> Sequence[tuple[Decimal, str | None]]:
    found = read_strength(product.strength)
    return found.parts if found else ()


def _names(catalog: Catalog, words: Sequence[str]) -> tuple[list[Name], bool]:
    """Names that these words mean, and whether the spelling had to be forgiven.

    A whole name counts before part of one, right spelling before wrong; several names that are
    about as near stay together, so that look-alike drugs are asked about.
    """
    if not words:
        return [], False
    if whole := _whole(catalog, frozenset(words)):
        return whole, False
    if all(word in catalog.words for word in words):
        return _holding(catalog, words), False
    return _forgiving(catalog, words), True


def _whole(catalog: Catalog, words: frozenset[str]) -> list[Name]:
    """The name, and the same name with a salt that tells products apart."""
    found = list(catalog.by_set.get(words, ()))
    if found and not words & TELLING:
        for salt in sorted(TELLING):
            found += catalog.by_set.get(words | {salt}, ())
    return found


def _holding(catalog: Catalog, words: Sequence[str]) -> list[Name]:
    found = frozenset.intersection(*(catalog.words[word] for word in words))
    return sorted(found)


def _forgiving(catalog: Catalog, words: Sequence[str]) -> list[Name]:
    candidates: dict[Name, int] = {}
    choices = [
        {word: 0} if word in catalog.words else spelling.near(word, catalog.words) for word in words
    ]
    if not all(choices):
        return []
    for name in {name for near in choices for word in near for name in catalog.words[word]}:
        away = [
            min((far for w, far in near.items() if w in name), default=None) for near in choices
        ]
        if None not in away:
            rest = len(name) - len(words)
            candidates[name] = 10 * sum(far for far in away if far) + max(rest, 0)
    best = min(candidates.values(), default=0)
    near = [name for name, far in candidates.items() if far < best + 10]
    whole = [set(name) for name in near if len(name) <= len(words)]
    return sorted(name for name in near if not any(_is_more(name, one) for one in whole))


def _is_more(name: Name, whole: set[str]) -> bool:
    """Whether a name is that whole name and another ingredient: a combination nobody asked for."""
    return whole < set(name) and not set(name) - whole <= TELLING


def _narrow(known: Sequence[Known], line: Line) -> tuple[Product, Decimal | None]:
    """The one product and the quantity. Raises _Ask."""
    known = _by_release(known, line)
    known = _by_form(known, line)
    known = _by_route(known, line)
    known, quantity = _by_strength(known, line)
    _only(known, quantity)
    product = known[0].product
    quantity = _checked(product, quantity, line)
    return product, quantity


def _by_release(known: Sequence[Known], line: Line) -> Sequence[Known]:
    if len(line.releases) > 1:
        kept = [one for one in known if one.product.release in line.releases]
        raise _Ask(About.MIXED_RELEASES, kept or known)
    if not line.releases:
        return known
    said = set(line.releases)
    if Release.EXTENDED in said:  # "er" is said of what is taken twice a day, too
        said.add(Release.SUSTAINED)
    kept = [one for one in known if one.product.release in said]
    if not kept:
        raise _Ask(About.NO_RELEASE, known)
    return kept


def _by_form(known: Sequence[Known], line: Line) -> Sequence[Known]:
    forms = set(line.forms)
    if len(forms) > 1:
        fitting = [one for one in known if one.product.form in forms]
        raise _Ask(About.MIXED_FORMS, fitting or known)
    if not forms:
        return known
    kept = [one for one in known if one.product.form in forms]
    if not kept and forms & LIQUIDS:  # "syrup" and "suspension" are the same to most people
        kept = [one for one in known if one.product.form in LIQUIDS]
    if not kept:
        raise _Ask(About.NO_FORM, known)
    return kept


def _by_route(known: Sequence[Known], line: Line) -> Sequence[Known]:
    if line.route is None:
        return known
    return [one for one in known if one.product.route is line.route] or known


def _by_strength(known: Sequence[Known], line: Line) -> tuple[Sequence[Known], Decimal | None]:
    loose = list(line.loose)
    counted = line.counted
    if line.strength is not None:
        kept = _with_strength(known, line.strength)
        if not kept:
            raise _Ask(About.NO_STRENGTH, known)
        return kept, _quantity(line, loose, kept)
    if counted is not None and not loose and line.quantity is None:
        as_strength = _with_strength(known, Strength(((counted, None),)))
        if as_strength and counted not in USUAL:  # "metformin 500 tablets"
            raise _Ask(About.QUANTITY, as_strength)
    if line.quantity is not None or counted is not None:
        return _joined(known, loose), line.quantity if line.quantity is not None else counted
    return _loose(known, loose)


def _with_strength(known: Iterable[Known], said: Strength) -> list[Known]:
    return [one for one in known if said.means(one.strength)]


def _quantity(line: Line, loose: Sequence[Strength], known: Sequence[Known]) -> Decimal | None:
    """With the strength known, what is left over is the quantity."""
    said = [value for value in (line.quantity, line.counted) if value is not None]
    said += [one.parts[0][0] for one in loose if len(one.parts) == 1]
    if len(said) > 1 or any(len(one.parts) > 1 for one in loose):
        raise _Ask(About.QUANTITY, known)
    return said[0] if said else None


def _joined(known: Sequence[Known], loose: Sequence[Strength]) -> Sequence[Known]:
    """The strength is what the loose numbers say together ("20 12.5" is 20-12.5)."""
    if not loose:
        return known
    together = Strength(tuple(part for one in loose for part in one.parts))
    kept = _with_strength(known, together)
    if not kept:
        raise _Ask(About.NO_STRENGTH, known)
    return kept


def _loose(
    known: Sequence[Known], loose: Sequence[Strength]
) -> tuple[Sequence[Known], Decimal | None]:
    """Try every way of reading the numbers as strength, then quantity; ask when two fit."""
    if not loose:
        return known, None
    readings = [(kept, quantity) for kept, quantity in _readings(known, loose) if kept]
    if len(readings) == 1:
        return readings[0]
    if not readings:
        raise _Ask(About.NO_STRENGTH, known)
    options = [Option(one.product, quantity) for kept, quantity in readings for one in kept]
    raise _Ask(About.STRENGTH, list(dict.fromkeys(options)))


def _readings(
    known: Sequence[Known], loose: Sequence[Strength]
) -> Iterable[tuple[Sequence[Known], Decimal | None]]:
    parts = [part for one in loose for part in one.parts]
    yield _with_strength(known, Strength(tuple(parts))), None
    if len(loose[-1].parts) == 1:
        quantity = parts[-1][0]
        rest = parts[:-1]
        if rest:
            yield _with_strength(known, Strength(tuple(rest))), quantity
        elif quantity in USUAL or quantity <= 3 and _are_devices(known):
            yield known, quantity
    if len(parts) > 1 and len(loose[0].parts) == 1 and parts[0][0] in USUAL:
        yield _with_strength(known, Strength(tuple(parts[1:]))), parts[0][0]


def _are_devices(known: Iterable[Known]) -> bool:
    return all(one.product.form in DEVICES for one in known)


def _only(known: Sequence[Known], quantity: Decimal | None) -> None:
    """Raises _Ask unless one product is left, about the first thing in which they differ."""
    if len(known) == 1:
        return
    differ: tuple[tuple[About, Callable[[Product], object]], ...] = (
        (About.DRUG, lambda product: (product.ingredient, product.brand)),
        (About.RELEASE, lambda product: product.release),
        (About.FORM, lambda product: (product.form, product.route)),
        (About.STRENGTH, lambda product: product.strength),
    )
    for about, value in differ:
        if len({value(one.product) for one in known}) > 1:
            raise _Ask(about, [Option(one.product, quantity) for one in known])
    raise AssertionError("two products that do not differ")


def _checked(product: Product, quantity: Decimal | None, line: Line) -> Decimal | None:
    if line.unit is not None and line.unit != product.unit:
        raise _Ask(About.UNIT, [Option(product)])
    if quantity is not None and not sensible(quantity, product.unit):
        raise _Ask(About.BAD_QUANTITY, [Option(product)])
    return quantity


def sensible(quantity: Decimal, unit: PricingUnit) -> bool:
    """Whether so much can be bought: above nothing, below absurdity, and no half tablets."""
    if not 0 < quantity <= QUANTITY_MAX:
        return False
    whole = unit is PricingUnit.EACH
    return quantity == quantity.to_integral_value() if whole else quantity == round(quantity, 3)
