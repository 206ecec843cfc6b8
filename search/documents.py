"""The searchable unit: a service at a location, or a service that comes to you.

`document` is the only place where a directory view becomes something to search. Confidential and restricted
records, and those that are not offered now, never become one.
"""

import hashlib
import json
from datetime import date

from directory.views import PhoneView, ServiceView
from search.admission import Document, ObservedWait, PhoneNumber, TranslatedText
from search.document_facts import Facts, facts_of
from search.document_words import context, keywords
from search.fact_words import fact_words

SEARCHED_LENGTH = 4_000
"""Characters of the description that are searched: what somebody needs may stand far down."""
SHOWN_LENGTH = 400
"""Characters of it that the API shows in a list."""
SEARCHABLE = ("public", "network")
OFFERED = "active"
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


def document(view: ServiceView) -> Document | None:
    """What engines store of this view; None when no engine may have it."""
    if view.visibility not in SEARCHABLE or view.status != OFFERED:
        return None
    if view.location is not None and view.location.confidential:
        return None
    found = _content(view, facts_of(view))
    if wait := view.observed_wait:
        on = wait.observed_on.isoformat()
        found["observed_wait"] = ObservedWait(days=wait.days, count=wait.count, observed_on=on)
    found["hash"] = content_hash(found)
    return found


def _content(view: ServiceView, facts: Facts) -> Document:
    place = view.location
    address = place.address if place else None
    return Document(
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
        context=context(view, facts.categories, _words(view, facts)),
        categories=facts.categories,
        terms=facts.terms,
        city=address.city if address else None,
        postal_code=address.postal_code if address else None,
        county=address.region if address else None,
        state=address.state_province if address else None,
        address=address.line if address else None,
        lat=place.latitude if place else None,
        lng=place.longitude if place else None,
        hours=view.hours.key() if view.hours else None,
        languages=list(view.languages),
        cost=facts.cost,
        audiences=facts.audiences,
        minimum_age=view.minimum_age,
        maximum_age=view.maximum_age,
        delivery=facts.delivery,
        accessibility=facts.accessibility,
        insurance=facts.insurance,
        documents=facts.documents,
        accepts_referrals=view.accepts_referrals,
        cash_prices=view.cash_prices,
        has_capacity=any(c.available > 0 for c in view.capacities) if view.capacities else None,
        wait_days=view.wait_days,
        wait_asked_on=_day(view.wait_asked_on),
        phones=[_phone(phone) for phone in view.phones],
        area=facts.area,
        visibility=view.visibility,
        assured_date=_day(view.assured_date),
        url=view.url,
        translations={code: text for code in view.translations if (text := _said_in(view, code))},
        hash="",
    )


def _words(view: ServiceView, facts: Facts) -> list[str]:
    return fact_words(facts.cost, facts.audiences, facts.delivery, view.languages, view.hours)


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


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
    return hashlib.sha256(_canonical(content).encode()).hexdigest()[:32]


def beginning(text: str, length: int = SHOWN_LENGTH) -> str:
    """The text on one line, cut after a whole word when it is longer than `length`."""
    return shortened(" ".join(text.split()), length)


def shortened(line: str, length: int = SHOWN_LENGTH) -> str:
    """The same of what is one line already, as summaries of documents are."""
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0] + " …"


def _phone(phone: PhoneView) -> PhoneNumber:
    return PhoneNumber(
        number=phone.number,
        description=phone.description,
        type=phone.type,
        extension=phone.extension,
    )
