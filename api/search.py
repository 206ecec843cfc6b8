"""GET /search: services a patient can use, with whether each is open."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import msgspec
from litestar import MediaType, Request, Response, get
from litestar.concurrency import sync_to_thread
from msgspec.structs import replace

from api.languages import PARAMETER, language
from api.opening import Openings, next_matching
from api.providers import answers_at_once, engine, openings, places, settings
from api.schemas.search import (
    Coordinates,
    Explanation,
    ObservedWait,
    Open,
    Origin,
    Phone,
    Result,
    Results,
    Rule,
    Wait,
)
from core.access import PUBLIC_SEARCH
from core.clock import now
from directory.geocode import Place
from search.admission import TranslatedText
from search.documents import shortened
from search.explain import explain
from search.explain_text import reason
from search.finding import Found, find
from search.parameters import FACETS
from search.query import Hit, SearchQuery
from search.request import Context, SearchRequest, read_request

PARAMETER_OF = {facet: name for name, facet in FACETS.items()}

NO_STORE = {"Cache-Control": "no-store"}  # what somebody needs is nobody's to keep
ENCODER = msgspec.json.Encoder()
NOTHING: TranslatedText = {"name": None, "summary": None, "machine": False}


@dataclass(frozen=True, slots=True)
class Telling:
    """In which language, and as the answer to which query, results are told."""

    language: str
    openings: Openings
    query: SearchQuery

    def open(self, hours: str | None) -> Open:
        """The state at the moment asked about, and the next opening that fits."""
        state = self.openings.at(hours, self.query.open_at or self.query.now)
        matching = next_matching(hours, self.query)
        return replace(state, next_matching=matching) if matching else state


@get(
    "/search",
    operation_id="search",
    opt=PUBLIC_SEARCH,
)
async def search(request: Request[Any, Any, Any]) -> Response[Results]:
    """Find services.

    Values of one parameter are alternatives; parameters narrow each other. Distances are in
    metres, in a straight line.
    """
    if answers_at_once(request):
        return answer(request)
    return await sync_to_thread(answer, request)


@get(
    "/search/explain",
    operation_id="explain_search",
    opt=PUBLIC_SEARCH,
    sync_to_thread=True,
    response_headers=NO_STORE,
)
def explain_search(request: Request[Any, Any, Any]) -> Explanation:
    """Say why services are not found.

    Takes the parameters of a search. Each of its rules is left out in turn (for a distance, the
    smallest usual one that adds something is taken instead); the words stay.
    """
    asked, words = _asked(request)
    found = explain(engine(request), asked)
    gettext = openings(request, words).gettext
    return Explanation(
        found.total,
        [
            Rule(
                rule=one.relaxed.rule,
                count=one.count,
                text=reason(one, asked.query, gettext),
                query=urlencode(one.relaxed.pairs),
            )
            for one in found.excluded
        ],
    )


def _asked(request: Request[Any, Any, Any]) -> tuple[SearchRequest, str]:
    """The search, and the language to answer in."""
    chosen = settings(request)
    words = language(request, chosen.language)
    context = Context(places(request), chosen.time_zone, now(), strict=True)
    return read_request(_values(request), context), words


def answer(request: Request[Any, Any, Any]) -> Response[Results]:
    """What the engine finds, told in the language asked for."""
    asked, words = _asked(request)
    found = find(engine(request), asked.query)
    told = Telling(words, openings(request, words), asked.query)
    content = _results(asked, found, [_result(hit, told) for hit in found.result.hits])
    body: Any = ENCODER.encode(content)  # here, in whichever thread this is
    return Response(body, media_type=MediaType.JSON, headers=NO_STORE)


def _values(request: Request[Any, Any, Any]) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        if name != PARAMETER:
            values.setdefault(name, []).append(value)
    return values


def _results(asked: SearchRequest, found: Found, results: list[Result]) -> Results:
    answer = found.result
    return Results(
        total=answer.total,
        page=answer.page,
        per_page=answer.per_page,
        origin=_origin(asked.origin) if asked.origin else None,
        results=results,
        words_left_out=list(found.left_out),
        facets={PARAMETER_OF[name]: dict(counts) for name, counts in answer.facets.items()},
    )


def _origin(place: Place) -> Origin:
    return Origin(place.label, place.lat, place.lng, place.approximate)


def _result(hit: Hit, told: Telling) -> Result:
    document = hit.document
    said = document["translations"].get(told.language, NOTHING)
    return Result(
        id=hit.id,
        service_id=document["service_id"],
        location_id=document["location_id"],
        organization_id=document["organization_id"],
        name=said["name"] or document["name"],
        organization=document["organization"],
        categories=document["categories"],
        summary=shortened(said["summary"] or document["summary"]),
        machine_translated=said["machine"],
        address=document["address"],
        location=_coordinates(document["lat"], document["lng"]),
        distance_m=None if hit.distance_m is None else round(hit.distance_m),
        open=told.open(document["hours"]),
        languages=document["languages"],
        cost=document["cost"],
        phones=[
            Phone(p["number"], p["description"], p["type"], p["extension"])
            for p in document["phones"]
        ],
        delivery=document["delivery"],
        wait=_wait(document["wait_days"], document["wait_asked_on"]),
        assured_date=document["assured_date"],
        observed_wait=ObservedWait(**wait) if (wait := document.get("observed_wait")) else None,
    )


def _coordinates(lat: float | None, lng: float | None) -> Coordinates | None:
    return None if lat is None or lng is None else Coordinates(lat, lng)


def _wait(days: int | None, asked_on: str | None) -> Wait | None:
    return None if days is None else Wait(days, asked_on)
