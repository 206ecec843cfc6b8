"""Why a service is not shown, in words: English, said through a gettext-like callable."""

import math
from collections.abc import Callable, Mapping

from search.explain import MILE_M, Excluded
from search.query import SearchQuery

Gettext = Callable[[str], str]


def reason(excluded: Excluded, asked: SearchQuery, gettext: Gettext) -> str:
    """What the services that a rule keeps out have in common; `asked` is the search itself."""
    rule = excluded.relaxed.rule
    if rule == "radius_m":
        return _too_far(excluded.relaxed.miles, asked.radius_m or 0, gettext)
    if rule in _YES_OR_NO:
        return _YES_OR_NO[rule](gettext)[bool(getattr(asked, rule))]
    return _reasons(gettext)[rule]


def _too_far(miles: int | None, radius_m: float, gettext: Gettext) -> str:
    if miles is None:
        return gettext("Too far away")
    more = math.ceil(round(miles - radius_m / MILE_M, 6))
    if more == 1:
        return gettext("Up to 1 mile too far")
    return gettext("Up to {miles} miles too far").format(miles=more)


def _reasons(gettext: Gettext) -> Mapping[str, str]:
    return {
        "open_at": gettext("Closed at your time"),
        "open_during": gettext("Closed at the times you chose"),
        "free": gettext("Closed when you are free"),
        "reachable_from": gettext("Does not serve your area, or is too far"),
        "box": gettext("Outside the part of the map"),
        "category": gettext("Another kind of help"),
        "term": gettext("Another kind of service"),
        "language": gettext("Needs another language"),
        "cost": gettext("Costs something else"),
        "for": gettext("Not said to be for these people"),
        "delivery": gettext("Reaches people in another way"),
        "accessible": gettext("Not known to be accessible like this"),
        "insurance": gettext("Not known to take this insurance"),
        "without_document": gettext("Asks for a paper you do not have"),
        "age": gettext("For another age"),
        "max_wait_days": gettext("The wait is longer, or not known"),
        "verified_since": gettext("Not checked lately"),
        "organization": gettext("From another organization"),
    }


_YES_OR_NO: Mapping[str, Callable[[Gettext], tuple[str, str]]] = {
    "accepts_referrals": lambda gettext: (
        gettext("Takes referrals"),
        gettext("Takes no referrals"),
    ),
    "cash_prices": lambda gettext: (
        gettext("Has recent cash prices"),
        gettext("Without recent cash prices"),
    ),
    "has_capacity": lambda gettext: (
        gettext("Not known to be full"),
        gettext("Not known to have room"),
    ),
}
"""Words for (no, yes) as what was asked."""
