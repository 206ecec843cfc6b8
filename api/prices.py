"""GET /prices and GET /drugs: what a medicine costs in cash, and which medicine a line means."""

from collections.abc import Iterable
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, get

from api.languages import PARAMETER as LANGUAGE
from api.languages import language
from api.parameters import refuse_others
from api.price_parameters import LIMIT_MAX, PARAMETERS
from api.price_shaping import drug_found, drug_out, left_out, price
from api.providers import database, openings, places, settings, shelf
from api.schemas.prices import DrugFound, PriceOrigin, Prices
from core.access import PUBLIC_SEARCH
from core.clock import now
from core.errors import Invalid
from directory.geocode import Place
from directory.prices import queries
from directory.prices.asking import TEXT_MAX, Said, settled, understand
from directory.prices.finder import find
from directory.prices.offers import Comparison, Patient
from directory.prices.programs import REQUIREMENTS
from directory.prices.sellers import sellers
from directory.prices.words import warnings
from search.parameters import PLACE_MAX, RADIUS_MAX_M
from search.request import REACH_RADIUS_M

NO_STORE = {"Cache-Control": "no-store"}  # what somebody takes is nobody's to keep
LIMIT = 50
HELD_MAX = 20
SAID = ("drug", "strength", "form", "release", "quantity")
ALLOWED = (*PARAMETERS, LANGUAGE)

AnyRequest = Request[Any, Any, Any]


@get(
    "/drugs",
    operation_id="drugs",
    opt=PUBLIC_SEARCH,
    sync_to_thread=True,
    response_headers=NO_STORE,
)
def find_drug(request: AnyRequest) -> DrugFound:
    """Say which medicine a line means: names, brands and Spanish names, misspelt too.

    Where more than one may be meant, the answer is a question with the products to choose from.
    """
    refuse_others(request, "q")
    text = request.query_params.get("q", "")
    if len(text) > TEXT_MAX:
        raise Invalid(f"q must be at most {TEXT_MAX} characters long.", parameter="q")
    with database(request).read() as session:
        return drug_found(find(shelf(request).catalog(session), text))


@get("/prices", operation_id="prices", opt=PUBLIC_SEARCH, sync_to_thread=True)
def compare_prices(request: AnyRequest) -> Response[Prices]:
    """Compare cash prices of one medicine in one strength, form, release and quantity.

    The cheapest comes first, for this patient: with fees, shipping, and memberships they do not hold
    yet. Old prices never rank; everything left out is listed with its reason.
    """
    refuse_others(request, *ALLOWED)
    say = openings(request, language(request, settings(request).language)).gettext
    place = _place(request)
    today = now().astimezone(ZoneInfo(settings(request).time_zone)).date()
    said = Said(*(_text(request, name, TEXT_MAX) for name in SAID))
    limit = _limit(request)
    with database(request).read() as session:
        product, quantity = settled(understand(shelf(request).catalog(session), said))
        asked = queries.Asked(
            product, quantity, _patient(request, place), today, place, _radius_m(request, place)
        )
        found = queries.comparison(session, asked)
        shown = _shown(found.comparison, limit)
        known = sellers(session, shown, today, timezone=settings(request).time_zone)
    compared = found.comparison
    content = Prices(
        drug=drug_out(product),
        quantity=quantity,
        origin=PriceOrigin(place.label, place.lat, place.lng, place.state) if place else None,
        total=len(compared.ranked),
        prices=[price(one, known) for one in compared.ranked[:limit]],
        other_sizes=[price(one, known) for one in compared.other_sizes[:limit]],
        left_out=[left_out(one, known, say) for one in compared.left_out[:limit]],
        farther=found.farther,
        warnings=[say(text) for text in warnings(product)],
    )
    return Response(content, headers=NO_STORE)


def _shown(found: Comparison, limit: int) -> set[str]:
    """Who sells what is shown."""
    offers = [one.offer for one in (*found.ranked[:limit], *found.other_sizes[:limit])]
    offers += [one.offer for one in found.left_out[:limit]]
    return {offer.seller for offer in offers if not offer.by_mail}


def _text(request: AnyRequest, name: str, most: int) -> str:
    text = str(request.query_params.get(name, "")).strip()
    if len(text) > most:
        raise Invalid(f"{name} must be at most {most} characters long.", parameter=name)
    return text


def _place(request: AnyRequest) -> Place | None:
    text = _text(request, "near", PLACE_MAX)
    return places(request).resolve(text) if text else None


def _patient(request: AnyRequest, place: Place | None) -> Patient:
    state = _text(request, "state", 2).upper() or (place.state if place else None)
    if state is not None and not (len(state) == 2 and state.isascii() and state.isalpha()):
        raise Invalid("state must be two letters, such as NC.", parameter="state")
    meets = _several(request, "meets")
    if wrong := meets - set(REQUIREMENTS):
        allowed = ", ".join(REQUIREMENTS)
        said = f"meets must be any of {allowed}; {min(wrong)[:40]!r} is not."
        raise Invalid(said, parameter="meets")
    return Patient(state, _several(request, "held"), meets)


def _several(request: AnyRequest, name: str) -> frozenset[str]:
    values: Iterable[str] = request.query_params.getall(name, [])
    found = frozenset(part.strip() for text in values for part in text.split(",") if part.strip())
    if len(found) > HELD_MAX:
        raise Invalid(f"{name} must be at most {HELD_MAX} values.", parameter=name)
    return found


def _radius_m(request: AnyRequest, place: Place | None) -> float | None:
    text = _text(request, "radius_m", 12)
    if not text:
        return REACH_RADIUS_M if place else None
    if place is None:
        raise Invalid("radius_m needs near.", parameter="radius_m")
    if not (text.isascii() and text.isdecimal() and 0 < int(text) <= RADIUS_MAX_M):
        said = f"radius_m must be a whole number of metres above 0, at most {RADIUS_MAX_M}."
        raise Invalid(said, parameter="radius_m")
    return float(text)


def _limit(request: AnyRequest) -> int:
    text = _text(request, "limit", 12) or str(LIMIT)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LIMIT_MAX):
        raise Invalid(f"limit must be a number from 1 to {LIMIT_MAX}.", parameter="limit")
    return int(text)
