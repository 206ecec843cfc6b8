"""Search documents for tests: a plain one, changed field by field."""

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2025, 3, 4, 17, 45, tzinfo=UTC)
"""The moment of all queries: a Tuesday, 12:45 in Durham."""


def make_document(id: str, **fields: Any) -> dict[str, Any]:
    """A public document with every field, nothing known beyond its names, reaching anywhere."""
    document: dict[str, Any] = {
        "id": id,
        "service_id": f"service-{id}",
        "location_id": None,
        "organization_id": "org-1",
        "name": "Plain service",
        "alternate_name": None,
        "organization": "Plain organization",
        "program": None,
        "summary": "",
        "keywords": [],
        "context": [],
        "categories": [],
        "terms": [],
        "city": None,
        "postal_code": None,
        "county": None,
        "state": None,
        "address": None,
        "lat": None,
        "lng": None,
        "hours": None,
        "languages": [],
        "cost": [],
        "audiences": [],
        "minimum_age": None,
        "maximum_age": None,
        "delivery": ["in_person"],
        "accessibility": [],
        "insurance": [],
        "documents": [],
        "accepts_referrals": False,
        "cash_prices": False,
        "has_capacity": None,
        "wait_days": None,
        "wait_asked_on": None,
        "phones": [],
        "area": ["any"],
        "visibility": "public",
        "assured_date": None,
        "url": None,
        "translations": {},
        "hash": "",
    }
    unknown = fields.keys() - document.keys()
    assert not unknown, unknown
    return document | fields
