"""GET /locations/{id}: one place, with the services offered there."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from api import shaping
from api.languages import PARAMETER, language
from api.parameters import record_id, refuse_others
from api.providers import database, openings, settings
from api.responses import revalidated
from api.schemas.records import LocationOut
from core.access import PUBLIC
from core.clock import now
from directory.queries import location_detail


@get("/locations/{location_id:str}", operation_id="location", opt=PUBLIC, sync_to_thread=True)
def get_location(
    request: Request[Any, Any, Any], location_id: FromPath[str]
) -> Response[LocationOut]:
    """Read one place. A confidential one is not found."""
    refuse_others(request, PARAMETER)
    chosen = settings(request)
    spoken = language(request, chosen.language)
    with database(request).read() as session:
        found = location_detail(session, record_id(location_id), timezone=chosen.time_zone)
    place, opening, at = found.location, openings(request, spoken), now()
    content = LocationOut(
        id=place.id,
        name=place.name,
        description=place.description,
        type=place.location_type,  # type: ignore[arg-type]
        addresses=shaping.addresses(place.addresses),
        location=shaping.coordinates(place),
        timezone=place.timezone,
        transportation=place.transportation,
        accessibility=shaping.accessibility(place.accessibility, spoken),
        phones=shaping.phones(place.phones),
        languages=list(place.languages),
        url=place.url,
        services=[shaping.service_short(view, opening, at, spoken) for view in found.services],
    )
    return revalidated(request, content)
