"""What the codes of a record are called. Lists of the directory have their names there."""

from collections.abc import Iterable, Mapping

from directory.codes import CATEGORY, DOCUMENT, INSURANCE, categories, codes
from web.i18n import N_, Language

LANGUAGES = (
    "en", "es", "am", "ar", "ase", "fa", "fr", "hi", "ht", "ko", "ksw", "mam", "my", "ne", "pt", "ru",
    "so", "sw", "tl", "uk", "ur", "vi", "zh",
)  # fmt: skip
"""Languages offered to choose from; a record may have any other."""
MOBILITY = {
    "walks": N_("Walks"),
    "cane-or-walker": N_("Cane or walker"),
    "wheelchair": N_("Wheelchair"),
    "transfers-alone": N_("Moves from wheelchair to seat alone"),
    "needs-escort": N_("Needs somebody along"),
    "bedbound": N_("Stays in bed"),
}
COMMUNICATION = {
    "large-print": N_("Large print"),
    "plain-words": N_("Plain words"),
    "sign-language": N_("Sign language"),
    "hard-of-hearing": N_("Hard of hearing"),
    "low-vision": N_("Low vision"),
    "needs-reader": N_("Needs papers read aloud"),
    "needs-more-time": N_("Needs more time"),
}
INCOME = {
    "under-100-fpl": N_("Below the poverty line"),
    "100-to-138-fpl": N_("100 to 138 percent of the poverty line"),
    "138-to-200-fpl": N_("138 to 200 percent of the poverty line"),
    "200-to-400-fpl": N_("200 to 400 percent of the poverty line"),
    "over-400-fpl": N_("More than 400 percent of the poverty line"),
}
OTHER_NEEDS = {
    "housing": N_("Housing"),
    "utilities": N_("Electricity, heat, water"),
    "employment": N_("Work"),
    "medical-cost": N_("Medical bills"),
    "safety": N_("Safety"),
    "other": N_("Something else"),
}
RESTRICTED = {
    "violence": N_("Violence at home"),
    "substance_use": N_("Alcohol or drugs"),
    "behavioural_health": N_("Mental health"),
}
SHARED = {
    "name": N_("Name"),
    "contact": N_("How to reach them"),
    "birth_date": N_("Birth date"),
    "address": N_("Address"),
    "postal_code": N_("ZIP code"),
    "languages": N_("Languages"),
    "insurance": N_("Insurance"),
    "mobility": N_("Getting around"),
    "documents": N_("Papers they have"),
    "availability": N_("When they are free"),
    "caregiver": N_("Caregiver"),
    "need": N_("The need, in words"),
}
STATUS = {
    "open": N_("Open"),
    "in_progress": N_("In progress"),
    "met": N_("Met"),
    "partly_met": N_("Partly met"),
    "unmet": N_("Not met"),
    "withdrawn": N_("Withdrawn"),
    "lost_to_followup": N_("Lost touch"),
}
LOOP = {
    "unconfirmed": N_("Nobody has confirmed it"),
    "confirmed_by_patient": N_("The patient confirmed it"),
    "confirmed_by_caregiver": N_("A caregiver confirmed it"),
    "confirmed_by_coordinator": N_("A coordinator confirmed it"),
    "disputed": N_("The patient says otherwise"),
}
URGENCY = {"routine": N_("Routine"), "urgent": N_("Urgent")}
TIME = {"free": N_("Free"), "blocked": N_("Not free")}
SYSTEM = {"phone": N_("Phone"), "email": N_("E-mail"), "other": N_("Other")}
HOW = {
    "verbal": N_("In words, spoken"),
    "written": N_("On paper, signed"),
    "electronic": N_("Electronically"),
}
BY = {"patient": N_("The patient"), "guardian": N_("A guardian"), "proxy": N_("A proxy")}
PURPOSE = {"referral": N_("To ask partners for help"), "coordination": N_("To coordinate care")}
RELATIONSHIP = {
    "spouse": N_("Spouse"),
    "partner": N_("Life partner"),
    "mother": N_("Mother"),
    "father": N_("Father"),
    "daughter": N_("Daughter"),
    "son": N_("Son"),
    "sister": N_("Sister"),
    "brother": N_("Brother"),
    "grandparent": N_("Grandparent"),
    "grandson": N_("Grandson"),
    "granddaughter": N_("Granddaughter"),
    "relative": N_("Another relative"),
    "friend": N_("Friend"),
    "neighbor": N_("Neighbor"),
    "guardian": N_("Guardian"),
    "other": N_("Somebody else"),
}
KIND = {"primary": N_("Coordinator"), "cover": N_("Standing in")}
ROLE = {
    "coordinator": N_("Coordinator"),
    "supervisor": N_("Supervisor"),
    "partner": N_("Partner staff"),
    "curator": N_("Curator"),
    "admin": N_("Admin"),
}
LISTS: Mapping[str, Mapping[str, str]] = {
    "mobility": MOBILITY,
    "communication": COMMUNICATION,
    "income": INCOME,
    "restricted": RESTRICTED,
    "shared": SHARED,
    "status": STATUS,
    "loop": LOOP,
    "urgency": URGENCY,
    "time": TIME,
    "system": SYSTEM,
    "how": HOW,
    "by": BY,
    "purpose": PURPOSE,
    "kind": KIND,
    "relationship": RELATIONSHIP,
    "role": ROLE,
}
DIRECTORY = {"insurance": INSURANCE, "document": DOCUMENT}
Options = list[tuple[str, str]]


def options(name: str, say: Language) -> Options:
    """(code, words) of a list, in the order people should see."""
    if name in DIRECTORY:
        return [(code, found.name(say.code)) for code, found in codes(DIRECTORY[name]).items()]
    if name == "category":
        known = [(slug, codes(CATEGORY)[slug].name(say.code)) for slug in categories()]
        return known + [(code, say.gettext(words)) for code, words in OTHER_NEEDS.items()]
    if name == "language":
        return sorted(
            ((tag, say.language_name(tag)) for tag in LANGUAGES), key=lambda pair: pair[1]
        )
    return [(code, say.gettext(words)) for code, words in LISTS[name].items()]


def word(name: str, code: str, say: Language) -> str:
    """What one code is called; the code itself when the list does not have it."""
    if name == "language":
        return say.language_name(code)
    if name == "category" and code in codes(CATEGORY):
        return codes(CATEGORY)[code].name(say.code)
    return dict(options(name, say)).get(code, code)


def words(name: str, found: Iterable[str], say: Language) -> str:
    """Several codes after each other; only the first begins with a capital, where it is no name."""
    said = [word(name, code, say) for code in found]
    if name in ("language", "insurance"):
        return ", ".join(said)
    return ", ".join(said[:1] + [_inside(text) for text in said[1:]])


def _inside(text: str) -> str:
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


FIELDS = {
    "name": N_("Give a name of 1 to 200 characters."),
    "birth_date": N_("Type a day from 1900 to today, like %(example)s."),
    "postal_code": N_("Type the five digits of a ZIP code."),
    "pin": N_("Type latitude and longitude, like 35.99, -78.90."),
    "languages": N_("Choose languages from the list."),
    "opened_on": N_("Type a day from 1900 to today, like %(example)s."),
    "screened_on": N_("Type a day from 1900 to today, like %(example)s."),
    "value": N_("Type a number or an address."),
    "safe_hours": N_("Choose days, and times like 9:00 a.m. and 5:00 p.m."),
    "window": N_("Choose days, and times like 9:00 a.m. and 5:00 p.m."),
    "relationship": N_("Say who they are to the patient."),
    "notes": N_("Notes can have 4,000 characters."),
    "words": N_("This can have 4,000 characters."),
    "category": N_("Choose what the need is about."),
    "partners": N_("Choose at least one partner."),
    "data_categories": N_("Choose what may be shared."),
    "given_how": N_("Choose how it was given."),
    "related_person_id": N_("Choose who gave it."),
    "valid_until": N_("Choose a last day that is not before the first."),
    "form": N_("Something does not go together. Check dates, and who gave the consent."),
}
"""What is wrong with a field, by its name: the checks themselves speak to programs."""


def field_errors(errors: Mapping[str, str], say: Language) -> dict[str, str]:
    """The words for what a form of the patients package refused, by field."""
    example = "4/9/1961" if say.code == "en" else "9/4/1961"
    found = {}
    for name in errors:
        field = name.split(".")[0]
        said = FIELDS.get(field, N_("Check this."))
        found[field] = say.gettext(said, example=example) if "%(" in said else say.gettext(said)
    return found
