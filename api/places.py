"""GET /places: what a ZIP, town or county may be, while somebody types it."""

from litestar import get

from api.parameters import refuse_others
from api.providers import AnyRequest, places
from api.schemas.places import Suggestion, Suggestions
from core.access import PUBLIC_SEARCH
from core.errors import Invalid
from directory.geocode import Place
from search.parameters import PLACE_MAX

LIMIT = 8


@get(
    "/places",
    operation_id="places",
    opt=PUBLIC_SEARCH,
    sync_to_thread=True,
    response_headers={"Cache-Control": "no-store"},
)
def suggest_places(request: AnyRequest) -> Suggestions:
    """Suggest places that begin with these words or digits."""
    refuse_others(request, "q")
    text = request.query_params.get("q", "")
    if len(text) > PLACE_MAX:
        raise Invalid(f"q must be at most {PLACE_MAX} characters long.", parameter="q")
    return Suggestions([_suggestion(place) for place in places(request).suggest(text, LIMIT)])


def _suggestion(place: Place) -> Suggestion:
    return Suggestion(
        label=place.label,
        detail=place.detail,
        kind=place.kind,
        lat=place.lat,
        lng=place.lng,
        postal_code=place.postal_code,
        approximate=place.approximate,
    )
