"""What a view says in codes: what it is, what it costs, how it is had, whom and how far it reaches."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache

from directory.codes import (
    ACCESSIBILITY,
    AUDIENCE,
    CATEGORY,
    COST,
    DELIVERY,
    DOCUMENT,
    INSURANCE,
    code_lists,
    codes,
    term_id,
)
from directory.views import AddressView, AttributeView, ServiceView
from search.query import COMES_TO_YOU

ANYWHERE = "any"
_AREA_KINDS = ("zip", "county", "state", "country")
_PAID_BY = {
    "medicaid": "medicaid",
    "medicare": "medicare",
    "private": "insurance",
    "marketplace": "insurance",
}
"""Insurance a service takes → the way of paying that this is."""

Listed = Mapping[str, list[str]]
"""Name of a taxonomy → codes in it, in the order they were entered."""


@dataclass(frozen=True, slots=True)
class Facts:
    """The lists of a document that are made of codes."""

    categories: list[str]
    terms: list[str]
    cost: list[str]
    audiences: list[str]
    delivery: list[str]
    accessibility: list[str]
    insurance: list[str]
    documents: list[str]
    area: list[str]


def facts_of(view: ServiceView) -> Facts:
    """The codes of a view, without repeats."""
    listed = _listed(view.attributes)
    categories = _categories(listed)
    delivery = _delivery(view, listed)
    papers = (one.code for one in view.documents if one.code)
    place = view.location
    features = place.accessibility if place else ()
    return Facts(
        categories=categories,
        terms=_terms(view.attributes, categories),
        cost=_cost(view, listed),
        audiences=unique(listed[AUDIENCE]),
        delivery=delivery,
        accessibility=unique((*listed[ACCESSIBILITY], *(f.code for f in features if f.code))),
        insurance=unique(listed[INSURANCE]),
        documents=unique((*papers, *listed[DOCUMENT])),
        area=_area(view, delivery, place.address if place else None),
    )


def unique(values: Iterable[str]) -> list[str]:
    """The values in order, each once."""
    return list(dict.fromkeys(values))


def _listed(attributes: Iterable[AttributeView]) -> Listed:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for attribute in attributes:
        found[attribute.taxonomy].append(attribute.code)
    return found


def _categories(listed: Listed) -> list[str]:
    known = codes(CATEGORY)
    found = (known[code] for code in listed[CATEGORY] if code in known)
    return unique(code.parent or code.code for code in found)


def _terms(attributes: Iterable[AttributeView], categories: Iterable[str]) -> list[str]:
    """Our category terms with the category they lie in, and terms of imported taxonomies."""
    ours = code_lists()
    found = [a.term_id for a in attributes if a.taxonomy == CATEGORY or a.taxonomy not in ours]
    return unique([*found, *map(_category_term, categories)])


@cache
def _category_term(code: str) -> str:
    return term_id(CATEGORY, code)


def _cost(view: ServiceView, listed: Listed) -> list[str]:
    """Ways of paying: those stated, and those the accepted insurance implies."""
    known = codes(COST)
    stated = [cost.option for cost in view.costs if cost.option and cost.option in known]
    implied = [_PAID_BY[code] for code in listed[INSURANCE] if code in _PAID_BY]
    return unique([*stated, *implied]) or ["unknown"]


def _delivery(view: ServiceView, listed: Listed) -> list[str]:
    """How it is had. Where nothing is said: at its place, or else by its telephone."""
    if listed[DELIVERY]:
        return unique(listed[DELIVERY])
    if view.location is not None and view.location.location_type == "physical":
        return ["in_person"]
    return ["phone"] if view.phones else []


def _area(view: ServiceView, delivery: list[str], address: AddressView | None) -> list[str]:
    """Reach keys. Where none is stated: anybody may come, but what comes to you stays in its state."""
    stated = unique(f"{a.kind}:{a.code}" for a in view.areas if a.kind in _AREA_KINDS)
    if stated:
        return stated
    comes = not COMES_TO_YOU.isdisjoint(delivery) and "in_person" not in delivery
    return [f"state:{address.state_province}"] if comes and address else [ANYWHERE]
