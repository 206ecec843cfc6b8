"""Holidays as people say them, from the names the `holidays` package gives in English."""

from directory.hours.clock import Gettext


def N_(message: str) -> str:
    """Marks a string for translation; it is translated where it is used."""
    return message


_SPOKEN = {
    "New Year's Day": N_("New Year's Day"),
    "Martin Luther King Jr. Day": N_("Martin Luther King Jr. Day"),
    "Washington's Birthday": N_("Presidents' Day"),
    "Lincoln's Birthday": N_("Lincoln's Birthday"),
    "Good Friday": N_("Good Friday"),
    "Easter Sunday": N_("Easter"),
    "Memorial Day": N_("Memorial Day"),
    "Juneteenth National Independence Day": N_("Juneteenth"),
    "Independence Day": N_("Independence Day"),
    "Labor Day": N_("Labor Day"),
    "Columbus Day": N_("Columbus Day"),
    "Indigenous Peoples' Day": N_("Indigenous Peoples' Day"),
    "Election Day": N_("Election Day"),
    "Veterans Day": N_("Veterans Day"),
    "Thanksgiving Day": N_("Thanksgiving"),
    "Day After Thanksgiving": N_("the day after Thanksgiving"),
    "Christmas Eve": N_("Christmas Eve"),
    "Christmas Day": N_("Christmas"),
    "Day After Christmas": N_("the day after Christmas"),
    "New Year's Eve": N_("New Year's Eve"),
}


def spoken_holiday(name: str, gettext: Gettext) -> str:
    """Several holidays on one day come as "a; b"; a day off in lieu is said as the holiday."""
    parts = [part.removesuffix(" (observed)") for part in name.split("; ")]
    return ", ".join(gettext(_SPOKEN.get(part, part)) for part in dict.fromkeys(parts))
