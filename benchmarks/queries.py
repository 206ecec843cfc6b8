"""The 31 searches of a seeded directory that engines, API and pages are asked."""

from collections.abc import Mapping

from core.clock import now
from directory.geocode import make_geocoder
from search.query import SearchQuery
from search.request import Context, read_request

Parameters = dict[str, str]
ZONE = "America/New_York"
EVENING = "tue 18:00-20:00"
FACETS = {"facets": "category,language,cost,for,delivery,accepts_referrals"}

# What somebody asks, by group. The results page understands the same names but for the last groups.
QUERIES: Mapping[str, list[Parameters]] = {
    "place": [
        {"near": "27701", "radius_m": "5000"},
        {"near": "10001", "radius_m": "10000"},
        {"near": "60601", "radius_m": "25000"},
        {"near": "Durham, NC", "radius_m": "50000"},
        {"lat": "34.05", "lng": "-118.24", "radius_m": "100000"},
    ],
    "place and filters": [
        {"near": "27701", "category": "food", "language": "es", "radius_m": "25000"},
        {"near": "30303", "category": "transport", "delivery": "ride", "radius_m": "50000"},
        {"near": "77002", "category": "evening-clinic", "open_during": EVENING},
        {"near": "98101", "cost": "free,sliding_scale", "open_at": "now", "radius_m": "50000"},
        {"near": "85001", "category": "respite", "for": "older-adults", "radius_m": "100000"},
        {"near": "33101", "accessible": "wheelchair", "accepts_referrals": "true"},
    ],
    "words, place and filters": [
        {"q": "food pantry", "near": "27701", "radius_m": "50000", "cost": "free"},
        {"q": "evening clinic", "near": "10001", "radius_m": "25000", "language": "es"},
        {"q": "dialysis ride", "near": "60601", "radius_m": "100000"},
        {"q": "insulin", "near": "90012", "radius_m": "100000", "open_at": "now"},
        {"q": "adult day", "near": "02108", "radius_m": "200000", "category": "respite"},
        {"q": "comida", "near": "78205", "radius_m": "50000"},
    ],
    "typing mistakes": [
        {"q": "pharmcy", "near": "27701"},
        {"q": "transportaton"},
        {"q": "evenin clinc", "near": "43215", "radius_m": "50000"},
        {"q": "respit care", "near": "37203"},
        {"q": "dialisis"},
    ],
    "reachable": [
        {"reachable_from": "27701"},
        {"reachable_from": "10001", "category": "food"},
        {"reachable_from": "60601", "q": "ride", "sort": "soonest"},
    ],
    "counts": [
        {"category": "food", **FACETS},
        {"near": "27701", "radius_m": "50000", **FACETS},
        {"q": "clinic", **FACETS},
    ],
    "worst": [
        {"near": "27701", "sort": "distance"},
        {"q": "community", "sort": "distance", "near": "60601", **FACETS},
        {"near": "27701", "radius_m": "500000", "page": "100", "per_page": "100"},
    ],
}
PAGE_FIELDS = ("q", "near", "category", "language", "cost", "for", "delivery", "accessible")
"""Parameters that mean the same to the results page."""


def search_query(parameters: Parameters) -> SearchQuery:
    """What the API makes of these parameters."""
    context = Context(make_geocoder(), ZONE, now(), strict=True)
    return read_request({name: [value] for name, value in parameters.items()}, context).query
