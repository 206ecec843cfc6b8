"""The searchable unit: a service at a location, or a service that comes to you.

`document` is the only place where a directory view becomes something to search. Confidential and restricted
records, and those that are not offered now, never become one.
"""

import hashlib
import json
from collections.abc import Iterable

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
from directory.views import AddressView, PhoneView, ServiceView
from search.admission import Document, ObservedWait, PhoneNumber, TranslatedText
from search.document_words import context, keywords
from search.fact_words import fact_words
from search.query import COMES_TO_YOU

SEARCHED_LENGTH = 4_000
"""Characters of the description that are searched: what somebody needs may stand far down."""
SHOWN_LENGTH = 400
"""Characters of it that the API shows in a list."""
SEARCHABLE = ("public", "network")
OFFERED = "active"
ANYWHERE = "any"
_AREA_KINDS = ("zip", "county", "state", "country")
_PAID_BY = {
    "medicaid": "medicaid",
    "medicare": "medicare",
    "private": "insurance",
    "marketplace": "insurance",
}
"""Insurance a service takes → the way of paying that this is."""


def document(view: ServiceView) -> Document | None:
    """What engines store of this view; None when no engine may have it."""
    place = view.location
    if view.visibility not in SEARCHABLE or view.status != OFFERED:
        return None
    if place is not None and place.confidential:
        return None
    address = place.address if place else None
    found = Document(
        id=view.id,
        service_id=view.service_id,
        location_id=place.id if place else None,
        organization_id=view.organization.id,
        name=view.name,
        alternate_name=view.alternate_name,
        organization=view.organization.name,
        program=view.program,
        summary=beginning(view.description or "", SEARCHED_LENGTH),
        keywords=keywords(view),
        context=context(view, _categories(view), _facts(view)),
        categories=_categories(view),
        terms=_terms(view),
        city=address.city if address else None,
        postal_code=address.postal_code if address else None,
        county=address.region if address else None,
        state=address.state_province if address else None,
        address=address.line if address else None,
        lat=place.latitude if place else None,
        lng=place.longitude if place else None,
        hours=view.hours.key() if view.hours else None,
        languages=list(view.languages),
        cost=_cost(view),
        audiences=_unique(view.codes(AUDIENCE)),
        minimum_age=view.minimum_age,
        maximum_age=view.maximum_age,
        delivery=_delivery(view),
        accessibility=_accessibility(view),
        insurance=_unique(view.codes(INSURANCE)),
        documents=_unique((*(d.code for d in view.documents if d.code), *view.codes(DOCUMENT))),
        accepts_referrals=view.accepts_referrals,
        cash_prices=view.cash_prices,
        has_capacity=any(c.available > 0 for c in view.capacities) if view.capacities else None,
        wait_days=view.wait_days,
        wait_asked_on=view.wait_asked_on.isoformat() if view.wait_asked_on else None,
        phones=[_phone(phone) for phone in view.phones],
        area=_area(view, address),
        visibility=view.visibility,
        assured_date=view.assured_date.isoformat() if view.assured_date else None,
        url=view.url,
        translations={code: text for code in view.translations if (text := _said_in(view, code))},
        hash="",
    )
    if wait := view.observed_wait:
        on = wait.observed_on.isoformat()
        found["observed_wait"] = ObservedWait(days=wait.days, count=wait.count, observed_on=on)
    found["hash"] = content_hash(found)
    return found


def _said_in(view: ServiceView, language: str) -> TranslatedText | None:
    """Name and summary in that language; None when neither is translated."""
    name, description = view.text("name", language), view.text("description", language)
    if name is None and description is None:
        return None
    return TranslatedText(
        name=name.text if name else None,
        summary=beginning(description.text, SEARCHED_LENGTH) if description else None,
        machine=any(text.machine for text in (name, description) if text),
    )


def content_hash(document: Document) -> str:
    """32 hex digits of everything but the hash itself."""
    content = {name: value for name, value in document.items() if name != "hash"}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))


def beginning(text: str, length: int = SHOWN_LENGTH) -> str:
    """The text on one line, cut after a whole word when it is longer than `length`."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    return text[:length].rsplit(" ", 1)[0] + " …"


def _categories(view: ServiceView) -> list[str]:
    known = codes(CATEGORY)
    found = (known[code] for code in view.codes(CATEGORY) if code in known)
    return _unique(code.parent or code.code for code in found)


def _terms(view: ServiceView) -> list[str]:
    """Our category terms with the category they lie in, and terms of imported taxonomies."""
    found = [a.term_id for a in view.attributes if not _is_other_list(a.taxonomy)]
    return _unique([*found, *(term_id(CATEGORY, code) for code in _categories(view))])


def _is_other_list(taxonomy: str) -> bool:
    return taxonomy != CATEGORY and taxonomy in code_lists()


def _facts(view: ServiceView) -> list[str]:
    return fact_words(
        _cost(view), view.codes(AUDIENCE), _delivery(view), view.languages, view.hours
    )


def _cost(view: ServiceView) -> list[str]:
    """Ways of paying: those stated, and those the accepted insurance implies."""
    known = codes(COST)
    stated = [cost.option for cost in view.costs if cost.option in known]
    implied = [_PAID_BY[code] for code in view.codes(INSURANCE) if code in _PAID_BY]
    return _unique([*(option for option in stated if option), *implied]) or ["unknown"]


def _delivery(view: ServiceView) -> list[str]:
    """How it is had. Where nothing is said: at its place, or else by its telephone."""
    stated = _unique(view.codes(DELIVERY))
    if stated:
        return stated
    if view.location is not None and view.location.location_type == "physical":
        return ["in_person"]
    return ["phone"] if view.phones else []


def _accessibility(view: ServiceView) -> list[str]:
    of_place = view.location.accessibility if view.location else ()
    return _unique((*view.codes(ACCESSIBILITY), *(a.code for a in of_place if a.code)))


def _area(view: ServiceView, address: AddressView | None) -> list[str]:
    """Reach keys. Where none is stated: anybody may come, but what comes to you stays in its state."""
    stated = _unique(f"{a.kind}:{a.code}" for a in view.areas if a.kind in _AREA_KINDS)
    if stated:
        return stated
    comes = not COMES_TO_YOU.isdisjoint(_delivery(view)) and "in_person" not in _delivery(view)
    return [f"state:{address.state_province}"] if comes and address else [ANYWHERE]


def _phone(phone: PhoneView) -> PhoneNumber:
    return PhoneNumber(
        number=phone.number,
        description=phone.description,
        type=phone.type,
        extension=phone.extension,
    )
