"""Sentences about prices, English source strings for a gettext of whoever says them."""

from collections.abc import Callable, Iterator

from directory.prices.offers import Product, Reason

Say = Callable[[str], str]


def _(message: str) -> str:
    """Marks a string for translation; it is translated where it is said."""
    return message


REASONS = {
    Reason.CORRECTED: _("This price was corrected."),
    Reason.OTHER_DRUG: _("It is for another medicine."),
    Reason.OTHER_STRENGTH: _("It is for another strength."),
    Reason.OTHER_FORM: _("It is for another form."),
    Reason.OTHER_RELEASE: _("It is for another release: regular and extended are not the same."),
    Reason.OTHER_UNIT: _("It is counted in another unit."),
    Reason.FUTURE: _("Its date is still to come."),
    Reason.EXPIRED: _("It is too old to be sure of."),
    Reason.CLOSED: _("The pharmacy is not open for business."),
    Reason.STATE: _("This program does not hold in your state, or we do not know your state."),
    Reason.REQUIREMENT: _("It is only for people who meet the program's conditions."),
    Reason.CONTROLLED: _("This program is not for controlled medicines."),
    Reason.CHECK: _("The price looks wrong. Ask before you rely on it."),
    Reason.NEWER: _("There is a newer price of the same pharmacy."),
}
CALL = _("Call first. Say the exact strength, form and quantity, and ask for the cash price.")
INSURANCE = _(
    "A cash price is usually not combined with insurance, and does not count toward a deductible."
)
INTERACTIONS = _(
    "If you use several pharmacies, tell each one everything you take: none of them sees the rest."
)
CONTROLLED = _("This is a controlled medicine. A pharmacy or a program may refuse it.")
SUBSTITUTION = _(
    "Do not change the medicine, strength or form by yourself. Your prescriber decides about that."
)


def warnings(product: Product) -> Iterator[str]:
    """What has to be said beside any price of this product."""
    yield CALL
    yield INSURANCE
    yield INTERACTIONS
    if product.schedule:
        yield CONTROLLED
    yield SUBSTITUTION
