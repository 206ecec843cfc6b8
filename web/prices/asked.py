"""What the form of prices says: a medicine, how much of it, where, and what is true of the patient."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.clock import now
from core.errors import Invalid
from directory.geocode import Place, UnknownPlace
from directory.prices.asking import TEXT_MAX, Said, read_quantity, understand
from directory.prices.catalog import Catalog
from directory.prices.finder import About, Found, Status
from directory.prices.offers import Patient, Program
from directory.prices.programs import REQUIREMENTS
from search.explain import MILE_M
from web.forms import MILES, MILES_DEFAULT
from web.i18n import Language
from web.providers import Site
from web.staff.typed import Typed

FIELDS = ("drug", "product", "quantity", "near", "within")
MANY = ("meets", "held")
VALUES_MAX = 20


@dataclass(frozen=True, slots=True)
class Question:
    """The form read: what is meant, from where, by whom. Not all of it may be there yet."""

    typed: Typed
    found: Found | None
    place: Place | None
    patient: Patient
    today: date

    @property
    def ready(self) -> bool:
        """Whether there is enough to compare."""
        return bool(self.found and self.found.product and self.found.quantity)

    @property
    def radius_m(self) -> float | None:
        """How far away a pharmacy may be; None without a place."""
        return float(self.typed.value("within") or MILES_DEFAULT) * MILE_M if self.place else None

    def pairs(self, **changes: str) -> list[tuple[str, str]]:
        """The form as parameters of a link, with these fields changed."""
        singles = [(name, changes.get(name, self.typed.value(name))) for name in FIELDS]
        several = [(name, value) for name in MANY for value in self.typed.all(name)]
        return [(name, value) for name, value in (*singles, *several) if value]


def read_typed(pairs: Iterable[tuple[str, str]]) -> Typed:
    """The fields as the address has them; others are passed over."""
    fields: dict[str, tuple[str, ...]] = {}
    for name, raw in list(pairs)[:100]:
        text = " ".join("".join(c if c.isprintable() else " " for c in raw[:TEXT_MAX]).split())
        if name in MANY and text and len(fields.get(name, ())) < VALUES_MAX:
            fields[name] = (*fields.get(name, ()), text)
        elif name in FIELDS and text:
            fields.setdefault(name, (text,))
    return Typed(fields)


def read_question(typed: Typed, site: Site, catalog: Catalog, say: Language) -> Question:
    """What the form means; what is wrong is said by field."""
    errors: dict[str, str] = {}
    found = _medicine(typed, catalog, say, errors)
    place = _place(typed, site, say, errors)
    if typed.value("within") not in {"", *MILES}:
        errors["within"] = say.gettext("Choose one of the distances in the list.")
    patient = Patient(
        state=place.state if place else None,
        held=frozenset(typed.all("held")),
        meets=frozenset(typed.all("meets")) & frozenset(REQUIREMENTS),
    )
    today = now().astimezone(site.zone).date()
    return Question(typed.wrong(errors), None if errors else found, place, patient, today)


def _medicine(
    typed: Typed, catalog: Catalog, say: Language, errors: dict[str, str]
) -> Found | None:
    wanted = typed.value("product") or typed.value("drug")
    if not wanted:
        if typed.fields:
            errors["drug"] = say.gettext("Say which medicine, as it stands on the bottle.")
        return None
    try:
        read_quantity(typed.value("quantity"))
    except Invalid:
        errors["quantity"] = say.gettext("Type how many, as a number from 1 to 100,000.")
        return None
    found = understand(catalog, Said(wanted, quantity=typed.value("quantity")))
    if found.status is Status.UNKNOWN:
        errors["drug"] = say.gettext(
            "We know no medicine called “%(name)s”. Type it as it stands on the bottle.",
            name=wanted[:60],
        )
    elif found.about is About.BAD_QUANTITY:
        errors["quantity"] = say.gettext("Type how many, as a number from 1 to 100,000.")
    elif found.about is About.UNIT:
        errors["quantity"] = say.gettext("This medicine is not counted in that unit.")
    return found


def _place(typed: Typed, site: Site, say: Language, errors: dict[str, str]) -> Place | None:
    text = typed.value("near")
    if not text:
        return None
    try:
        return site.places.resolve(text)
    except UnknownPlace:
        errors["near"] = say.gettext(
            "We do not know the place “%(place)s”. Type a ZIP code like 27701, or a town with its"
            " state.",
            place=text[:60],
        )
        return None


def with_fees(programs: Iterable[Program]) -> list[Program]:
    """Programs somebody may already be a member of."""
    return [program for program in programs if program.fee]
