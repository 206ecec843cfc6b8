"""The resources of the API, as one router."""

from litestar import Router

from api.locations import get_location
from api.organizations import get_organization
from api.places import suggest_places
from api.prices import compare_prices, find_drug
from api.search import explain_search, search
from api.services import get_service
from api.staff.prices import record_price
from api.taxonomy import taxonomy

PREFIX = "/api/v1"


def resources() -> Router:
    """What the API describes of itself."""
    return Router(
        PREFIX,
        route_handlers=[
            search,
            explain_search,
            get_service,
            get_location,
            get_organization,
            taxonomy,
            suggest_places,
            compare_prices,
            record_price,  # beside its GET: one router owns a path
            find_drug,
        ],
    )
