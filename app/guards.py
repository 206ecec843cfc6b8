"""The door: every request passes `Door.check` before its handler runs."""

import hmac
from typing import Any

from litestar.connection import ASGIConnection
from litestar.exceptions import (
    ClientException,
    HTTPException,
    NotFoundException,
    TooManyRequestsException,
)
from litestar.handlers.base import BaseRouteHandler
from litestar.status_codes import HTTP_414_REQUEST_URI_TOO_LONG

from app.client import client_address, counted_as, is_from_here, networks
from app.limiting import Limiter
from core.access import LIMIT, WHO
from core.settings import Settings

QUERY_MAX_BYTES = 32_768

Connection = ASGIConnection[Any, Any, Any, Any]


class Door:
    """Deny by default: a route whose `opt` does not say who may call it is not found."""

    def __init__(self, settings: Settings) -> None:
        self._trusted = networks(settings.trusted_proxies)
        self._hosts = frozenset(settings.allowed_hosts)
        self._token = settings.metrics_token.encode()
        self._limiter = Limiter(settings.rate_limit)

    async def check(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Litestar's guard; raises HTTPException unless the request may go on."""
        if connection.scope.get("method") == "OPTIONS":
            return  # answers with methods and headers only, whatever the route
        if len(connection.scope["query_string"]) > QUERY_MAX_BYTES:
            raise HTTPException(
                f"An address may have {QUERY_MAX_BYTES} bytes of parameters.",
                status_code=HTTP_414_REQUEST_URI_TOO_LONG,
            )
        self._check_host(connection)
        match handler.opt.get(WHO):
            case "public":
                pass
            case "operator" if self._is_operator(connection):
                pass
            case _:
                raise NotFoundException
        if purpose := handler.opt.get(LIMIT):
            self._check_rate(connection, purpose)

    def _check_host(self, connection: Connection) -> None:
        if not self._hosts:
            return
        host = connection.headers.get("host", "").lower()
        name, _, port = host.rpartition(":")
        if (name if port.isdecimal() else host) not in self._hosts:
            raise ClientException("This server does not answer by that host name.")

    def _is_operator(self, connection: Connection) -> bool:
        given = connection.headers.get("authorization", "").encode("latin-1", "replace")
        if self._token and hmac.compare_digest(given, b"Bearer " + self._token):
            return True
        return is_from_here(connection.scope)

    def _check_rate(self, connection: Connection, purpose: str) -> None:
        address = counted_as(client_address(connection.scope, self._trusted))
        wait_s = self._limiter.wait_s(purpose, address)
        if wait_s:
            raise TooManyRequestsException(
                f"Too many requests from your address; try again in {wait_s} s.",
                headers={"Retry-After": str(wait_s)},
            )
