"""Services that could meet a need: they reach the patient and take referrals."""

from core.clock import now
from core.errors import Invalid
from directory.codes import categories
from directory.geocode import Place, Places, reach_keys
from referrals.next_best import Asked, Candidate
from search.engine import SearchEngine
from search.query import Hit, Point, SearchQuery

RADIUS_M = 40_000
CONSIDERED = 100


def reachable(engine: SearchEngine, places: Places, wanted: Asked) -> list[Candidate]:
    """Services of the category that take referrals and reach the patient, nearest first."""
    place = _place(places, wanted.postal_code)
    query = SearchQuery(
        now=now(),
        categories=(wanted.category,) if wanted.category in categories() else (),
        text="" if wanted.category in categories() else wanted.category,
        origin=Point(place.lat, place.lng) if place else None,
        radius_m=RADIUS_M if place else None,
        reach=reach_keys(place) if place else None,
        accepts_referrals=True,
        sort="distance" if place else "match",
        per_page=CONSIDERED,
        visibility=("public", "network"),
    )
    return [_candidate(hit) for hit in engine.search(query).hits]


def _place(places: Places, postal_code: str | None) -> Place | None:
    try:
        return places.resolve(postal_code) if postal_code else None
    except Invalid:
        return None  # a ZIP that is on no list any more


def _candidate(hit: Hit) -> Candidate:
    found = hit.document
    return Candidate(
        service_id=found["service_id"],
        location_id=found["location_id"],
        organization_id=found["organization_id"],
        name=found["name"],
        organization=found["organization"],
        languages=tuple(found["languages"]),
        distance_m=hit.distance_m,
        wait_days=found["wait_days"],
    )
