"""Closed vocabularies of prices."""

from enum import StrEnum


class Release(StrEnum):
    """How a medicine lets go of its substance. One is never exchanged for another.

    SUSTAINED is for the few that come as "SR" (twice a day) beside "XL" (once a day).
    """

    IMMEDIATE = "IR"
    EXTENDED = "ER"
    SUSTAINED = "SR"
    DELAYED = "DR"


class DoseForm(StrEnum):
    """What is dispensed."""

    TABLET = "tablet"
    CHEWABLE = "chewable tablet"
    DISINTEGRATING = "disintegrating tablet"
    CAPSULE = "capsule"
    SOLUTION = "solution"
    SUSPENSION = "suspension"
    INJECTION = "injection"
    CREAM = "cream"
    OINTMENT = "ointment"
    GEL = "gel"
    LOTION = "lotion"
    DROPS = "drops"
    SPRAY = "spray"
    INHALER = "inhaler"
    PATCH = "patch"
    SUPPOSITORY = "suppository"
    POWDER = "powder"
    KIT = "kit"


class Route(StrEnum):
    """Where it goes."""

    ORAL = "oral"
    SKIN = "skin"
    EYE = "eye"
    EAR = "ear"
    NOSE = "nose"
    LUNG = "lung"
    VAGINAL = "vaginal"
    RECTAL = "rectal"
    INJECTED = "injected"


class PricingUnit(StrEnum):
    """What quantities are counted in, as NADAC spells it: each, millilitre, gram."""

    EACH = "EA"
    MILLILITRE = "ML"
    GRAM = "GM"


class ProgramKind(StrEnum):
    """Under what arrangement a price holds."""

    CASH = "cash"
    STORE_LIST = "store_list"
    DISCOUNT_CARD = "discount_card"
    MEMBERSHIP = "membership"
    MAIL = "mail"
    SLIDING_SCALE = "sliding_scale"


class Period(StrEnum):
    """What a program's fee pays for."""

    MONTH = "month"
    YEAR = "year"
    ONCE = "once"


class Channel(StrEnum):
    """Who sells at a price: one pharmacy, every pharmacy of a chain, or one that mails."""

    LOCATION = "location"
    CHAIN = "chain"
    MAIL = "mail"


class Source(StrEnum):
    """How a price became known."""

    PHONE = "phone"
    RECEIPT = "receipt"
    PUBLISHED = "published"
    API = "api"
    PARTNER = "partner"


FORM_UNIT = {
    DoseForm.SOLUTION: PricingUnit.MILLILITRE,
    DoseForm.SUSPENSION: PricingUnit.MILLILITRE,
    DoseForm.INJECTION: PricingUnit.MILLILITRE,
    DoseForm.DROPS: PricingUnit.MILLILITRE,
    DoseForm.LOTION: PricingUnit.MILLILITRE,
    DoseForm.CREAM: PricingUnit.GRAM,
    DoseForm.OINTMENT: PricingUnit.GRAM,
    DoseForm.GEL: PricingUnit.GRAM,
    DoseForm.POWDER: PricingUnit.GRAM,
}
"""What a form is usually counted in; each, where it is not named."""

FORM_ROUTE = {
    DoseForm.INJECTION: Route.INJECTED,
    DoseForm.CREAM: Route.SKIN,
    DoseForm.OINTMENT: Route.SKIN,
    DoseForm.GEL: Route.SKIN,
    DoseForm.LOTION: Route.SKIN,
    DoseForm.PATCH: Route.SKIN,
    DoseForm.INHALER: Route.LUNG,
    DoseForm.SUPPOSITORY: Route.RECTAL,
    DoseForm.DROPS: Route.EYE,
    DoseForm.SPRAY: Route.NOSE,
}
"""Where a form usually goes; the mouth, where it is not named."""

CONTROLLED = ("II", "III", "IV", "V")
"""Schedules of the Controlled Substances Act that pharmacies dispense."""
