"""Medicines, programs and prices in the reader's words."""

from decimal import Decimal

from directory.prices.freshness import Freshness
from directory.prices.kinds import DoseForm, Period, PricingUnit, ProgramKind, Release, Source
from directory.prices.offers import Offer, Product, Program, Ranked
from directory.prices.strengths import plain
from search.explain import MILE_M
from web.i18n import N_, Language

FORMS = {
    DoseForm.TABLET: N_("tablet"),
    DoseForm.CHEWABLE: N_("chewable tablet"),
    DoseForm.DISINTEGRATING: N_("tablet that melts in the mouth"),
    DoseForm.CAPSULE: N_("capsule"),
    DoseForm.SOLUTION: N_("liquid"),
    DoseForm.SUSPENSION: N_("liquid to shake (suspension)"),
    DoseForm.INJECTION: N_("injection"),
    DoseForm.CREAM: N_("cream"),
    DoseForm.OINTMENT: N_("ointment"),
    DoseForm.GEL: N_("gel"),
    DoseForm.LOTION: N_("lotion"),
    DoseForm.DROPS: N_("drops"),
    DoseForm.SPRAY: N_("spray"),
    DoseForm.INHALER: N_("inhaler"),
    DoseForm.PATCH: N_("patch"),
    DoseForm.SUPPOSITORY: N_("suppository"),
    DoseForm.POWDER: N_("powder"),
    DoseForm.KIT: N_("kit"),
}
RELEASES = {
    Release.IMMEDIATE: N_("regular (immediate release)"),
    Release.EXTENDED: N_("extended release (ER)"),
    Release.SUSTAINED: N_("sustained release (SR)"),
    Release.DELAYED: N_("delayed release (DR)"),
}
KINDS = {
    ProgramKind.CASH: N_("cash"),
    ProgramKind.STORE_LIST: N_("store list"),
    ProgramKind.DISCOUNT_CARD: N_("discount card"),
    ProgramKind.MEMBERSHIP: N_("membership"),
    ProgramKind.MAIL: N_("by mail"),
    ProgramKind.SLIDING_SCALE: N_("by income"),
}
PERIODS = {
    Period.MONTH: N_("%(fee)s a month"),
    Period.YEAR: N_("%(fee)s a year"),
    Period.ONCE: N_("%(fee)s once"),
}
SOURCES = {
    Source.PHONE: N_("told by telephone"),
    Source.RECEIPT: N_("from a receipt"),
    Source.PUBLISHED: N_("from a published list"),
    Source.API: N_("from another program"),
    Source.PARTNER: N_("told by a partner"),
}
REQUIREMENTS = {
    "low-income": N_("My income is low"),
    "uninsured": N_("I have no insurance"),
    "clinic-patient": N_("I am a patient of a community clinic"),
}


def medicine(product: Product, say: Language) -> str:
    """ "metformin 500 mg tablet, extended release (ER)"."""
    name = product.brand or product.ingredient
    said = f"{name} {product.strength} {say.gettext(FORMS[product.form])}"
    return f"{said}, {say.gettext(RELEASES[product.release])}"


def amount(quantity: Decimal, product: Product, say: Language) -> str:
    """A quantity with what it counts: "60", "150 mL", "30 g"."""
    number = say.number(float(quantity))
    match product.unit:
        case PricingUnit.MILLILITRE:
            return f"{number} mL"
        case PricingUnit.GRAM:
            return f"{number} g"
        case PricingUnit.EACH:
            return number


def money(value: Decimal, say: Language) -> str:
    """ "$9.50"."""
    return say.money(value, "USD")


def program(found: Program, say: Language) -> str:
    """A program with its kind, unless it is plain cash."""
    if found.kind is ProgramKind.CASH:
        return say.gettext("Cash price")
    return f"{found.name} ({say.gettext(KINDS[found.kind])})"


def notes(found: Program, say: Language) -> str:
    """What the program says of itself, in the reader's language where it does."""
    return (found.notes_es if say.code == "es" else found.notes) or found.notes or ""


def fee(found: Program, say: Language) -> str:
    """What a membership costs: "$20.00 a year"."""
    period = PERIODS[found.fee_period or Period.ONCE]
    return say.gettext(period, fee=money(found.fee, say))


def parts(one: Ranked, say: Language) -> list[str]:
    """What the total is made of, when it is more than the price."""
    offer = one.offer
    named = [
        (say.gettext("medicine"), offer.price),
        (say.gettext("fee"), offer.dispensing_fee),
        (say.gettext("shipping"), offer.shipping),
        (say.gettext("membership"), one.membership),
    ]
    said = [f"{words} {money(value, say)}" for words, value in named if value]
    return said if len(said) > 1 else []


def asked(offer: Offer, say: Language, freshness: Freshness | None = None) -> str:
    """When and how the price became known."""
    words = f"{say.day(offer.observed_on)}, {say.gettext(SOURCES[offer.source])}"
    if freshness is Freshness.OLDER:
        return f"{words}: {say.gettext('older, call first')}"
    return words


def membership(one: Ranked, say: Language) -> str:
    """Whether a membership earns its fee back; blank without one."""
    if not one.membership:
        return ""
    if one.pays_after is None:
        return say.gettext("You would newly pay the membership.")
    return say.ngettext(
        "The membership pays for itself after %(num)s fill.",
        "The membership pays for itself after %(num)s fills.",
        one.pays_after,
    )


def where(offer: Offer, say: Language) -> str:
    """How far it is, or how long the mail takes."""
    if offer.by_mail:
        if offer.days is None:
            return say.gettext("by mail")
        return say.ngettext(
            "by mail in about %(num)s day", "by mail in about %(num)s days", offer.days
        )
    if offer.distance_m is None:
        return say.gettext("distance not known")
    miles = offer.distance_m / MILE_M
    if miles < 1:
        return say.gettext("nearby, less than a mile")
    return say.ngettext("about %(num)s mile", "about %(num)s miles", round(miles))


def plain_number(value: Decimal) -> str:
    """A number as a field holds it."""
    return plain(value)


def round_money(value: float, say: Language) -> str:
    """An amount at an axis: "$10", "$2.50"."""
    return say.money(round(value, 2), "USD").removesuffix(".00")
