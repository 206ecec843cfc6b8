"""What went wrong → status and words: problem details below /api, a page elsewhere.

An unforeseen error is logged with an id, the kind of error and where it happened. Its message is
not: it may quote what somebody searched for.
"""

import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import msgspec
import structlog
from litestar import HttpMethod, MediaType, Request, Response
from litestar.exceptions import HTTPException
from litestar.types import ExceptionHandlersMap
from msgspec import UNSET
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

import web
from accounts.signing_in import TooMany
from api.schemas.problem import MEDIA_TYPE, Current, Problem, WrongParameter
from core.clock import now
from core.errors import Conflict, Forbidden, HandrailError, Invalid, Moved, NotFound, Unavailable
from directory.prices.asking import Unclear
from referrals.errors import KeyReused, NotListed, Refused, Stale, Standing
from search.request import InvalidSearch

DATABASE_AWAY: tuple[type[Exception], ...] = (OperationalError, InterfaceError, TimeoutError)
RETRY_AFTER_S = 5
STATUS: Mapping[type[HandrailError], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Forbidden: HTTPStatus.FORBIDDEN,
    Conflict: HTTPStatus.CONFLICT,
    Invalid: HTTPStatus.BAD_REQUEST,
    Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    Stale: HTTPStatus.PRECONDITION_FAILED,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
}
API = "/api/"

log = structlog.get_logger("handrail.errors")


@dataclass(frozen=True, slots=True)
class Failure:
    """One answer to something that went wrong, before it is a document or a page."""

    status: HTTPStatus
    detail: str
    errors: list[WrongParameter] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    refused: Refused | None = None


AnyRequest = Request[Any, Any, Any]


def exception_handlers() -> ExceptionHandlersMap:
    """Litestar's map: everything that can be raised becomes a Failure, and that a response."""
    return {
        Moved: _moved,
        HandrailError: lambda request, error: respond(request, _expected(error)),
        HTTPException: lambda request, error: respond(request, _http(request, error)),
        **dict.fromkeys(DATABASE_AWAY, _database_away),
        Exception: _unforeseen,
    }


def _moved(request: AnyRequest, error: Moved) -> Response[Any]:
    """To the same address with the id of the record that was kept; the query goes along."""
    path = ("/" + request.scope["path"].lstrip("/")).split("/")  # "//x" would name another host
    if error.old_id not in path:
        return respond(request, _expected(error))
    kept = quote("/".join(error.kept_id if part == error.old_id else part for part in path))
    query = request.scope["query_string"].decode("latin-1")
    reading = request.method in (HttpMethod.GET, HttpMethod.HEAD)
    status = HTTPStatus.MOVED_PERMANENTLY if reading else HTTPStatus.PERMANENT_REDIRECT
    headers = {"Location": f"{kept}?{query}" if query else kept, "Cache-Control": "no-cache"}
    return Response(None, status_code=status, headers=headers)


def respond(request: AnyRequest, failure: Failure) -> Response[Any]:
    """The failure in the form this part of the site speaks; never kept by a cache."""
    headers = {"Cache-Control": "no-store", **failure.headers}
    if request.scope["path"].startswith(API):
        return Response(
            _problem(failure), media_type=MEDIA_TYPE, status_code=failure.status, headers=headers
        )
    return _page(request, failure, headers)


def _page(request: AnyRequest, failure: Failure, headers: Mapping[str, str]) -> Response[Any]:
    """The page for it; should that fail as well, a few words that need no template."""
    try:
        if _leads_nowhere(request, failure):
            request.app.state.door.recognise(request)
        details = [wrong.detail for wrong in failure.errors]
        return web.problem(request, failure.status, headers, details)
    except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for an answer
        _log(request, error, failure.id)
        plain = f"{failure.status.value} {failure.status.phrase}\n"
        return Response(
            plain, media_type=MediaType.TEXT, status_code=failure.status, headers=dict(headers)
        )


def _leads_nowhere(request: AnyRequest, failure: Failure) -> bool:
    """Whether no page for staff has this address: no guard has asked who it is, then."""
    lost = failure.status in (HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED)
    return lost and "visitor" not in request.state and web.is_for_staff(request)


def _problem(failure: Failure) -> bytes:
    refused = failure.refused
    now_is = refused.standing if refused else None
    return msgspec.json.encode(
        Problem(
            title=failure.status.phrase,
            status=failure.status,
            detail=failure.detail,
            errors=failure.errors or UNSET,
            id=failure.id or UNSET,
            current=_current(now_is) if now_is else UNSET,
            offer=(refused.offer if refused else None) or UNSET,
        )
    )


def _current(standing: Standing) -> Current:
    return Current(
        standing.status, standing.version, standing.event, standing.acted_by, standing.acted_at
    )


def _expected(error: HandrailError) -> Failure:
    kinds = (STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    status = next(kinds, HTTPStatus.BAD_REQUEST)
    headers = {}
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(max(1, round((error.until - now()).total_seconds())))
    refused = error if isinstance(error, Refused) else None
    wrong = _wrong_parameters(error)
    return Failure(status, str(error.message), wrong, headers, refused=refused)


def _wrong_parameters(error: HandrailError) -> list[WrongParameter]:
    if not isinstance(error, Invalid):
        return []
    if isinstance(error, (Unclear, NotListed)):
        near = list(error.choices) or UNSET
        return [WrongParameter(name, str(said), near) for name, said in error.errors.items()]
    places = error.near if isinstance(error, InvalidSearch) else {}
    return [
        WrongParameter(name, str(detail), [place.label for place in places.get(name, ())] or UNSET)
        for name, detail in error.errors.items()
    ]


def _http(request: AnyRequest, error: HTTPException) -> Failure:
    status = HTTPStatus(error.status_code)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return _logged(request, error, status)
    detail = error.detail if error.detail != status.phrase else status.description or status.phrase
    return Failure(status, detail, _wrong_fields(error.extra), error.headers or {})


def _wrong_fields(extra: object) -> list[WrongParameter]:
    """The fields of a body that Litestar refused; its messages name kinds, never values."""
    items = extra if isinstance(extra, list) else []
    return [
        WrongParameter(str(item["key"]), str(item["message"]))
        for item in items
        if isinstance(item, dict) and item.keys() >= {"key", "message"}
    ]


def _database_away(request: AnyRequest, error: Exception) -> Response[Any]:
    failure = _logged(request, error, HTTPStatus.SERVICE_UNAVAILABLE)
    return respond(request, failure)


def _unforeseen(request: AnyRequest, error: Exception) -> Response[Any]:
    return respond(request, _logged(request, error, HTTPStatus.INTERNAL_SERVER_ERROR))


def _logged(request: AnyRequest, error: Exception, status: HTTPStatus) -> Failure:
    error_id = uuid4().hex[:12]
    _log(request, error, error_id)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        detail = "The database does not answer right now. Please try again in a few seconds."
        return Failure(status, detail, headers={"Retry-After": str(RETRY_AFTER_S)}, id=error_id)
    detail = f"Something went wrong here. It has been noted under {error_id}."
    return Failure(status, detail, id=error_id)


def _log(request: AnyRequest, error: Exception, error_id: str) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    log.error(
        "failed",
        id=error_id,
        kind=type(error).__qualname__,
        method=request.scope["method"],
        route=request.scope.get("path_template", ""),
        where=[f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]],
    )
