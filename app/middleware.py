"""Around every request, errors and unknown addresses included: headers, HEAD, log, counts.

The log has method, route, status and time. It never has the query string, an address or a body.
"""

from collections.abc import Callable, Mapping
from time import perf_counter

import structlog
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from core.access import WHO

Refused = Callable[[HTTPScope, int], None]
"""Told of each answer that is no success, with its status."""

UNMATCHED = "unmatched"
FIRST_REFUSAL = 400
SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
}
HSTS = ("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
API_HEADERS: Mapping[str, str] = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Accept-Language, If-None-Match",
    "Access-Control-Expose-Headers": "ETag, Retry-After",
}
API = "/api/"

Headers = list[tuple[bytes, bytes]]
log = structlog.get_logger("handrail.requests")


def _encoded(headers: Mapping[str, str]) -> Headers:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]


PAGE = {https: _encoded({**SECURITY, **dict([HSTS] if https else [])}) for https in (False, True)}
ANYBODYS = {https: [*PAGE[https], *_encoded(API_HEADERS)] for https in (False, True)}


class Edge:
    """The outermost layer of the application. A page's own headers win over those added here."""

    def __init__(self, app: ASGIApp, refused: Refused) -> None:
        self._app = app
        self._refused = refused

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == ScopeType.HTTP:
            await self._answer(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        started, method, status = perf_counter(), scope["method"], 0
        bodiless = method == "HEAD"
        if bodiless:
            scope["method"] = "GET"  # whoever answers GET answers HEAD

        async def send_on(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = int(message["status"])
                message["headers"] = _added(list(message["headers"]), _extra(scope))
            elif bodiless and message["type"] == "http.response.body":
                message["body"] = b""
            await send(message)

        try:
            await self._app(scope, receive, send_on)
        finally:
            route = scope.get("path_template") or UNMATCHED
            seconds = perf_counter() - started
            scope["litestar_app"].state.metrics.observe(method, route, status, seconds)
            if status >= FIRST_REFUSAL:
                self._refused(scope, status)
            log.info(
                "answered", method=method, route=route, status=status, ms=round(seconds * 1000, 1)
            )


def _extra(scope: HTTPScope) -> Headers:
    """What anybody may read, pages of other sites may read too."""
    handler = scope.get("route_handler")
    public = handler is None or handler.opt.get(WHO, "public") == "public"
    headers = ANYBODYS if public and scope["path"].startswith(API) else PAGE
    return headers[scope["litestar_app"].state.settings.https]


def _added(headers: Headers, extra: Headers) -> Headers:
    present = {name.lower() for name, _ in headers}
    return headers + [pair for pair in extra if pair[0] not in present]
