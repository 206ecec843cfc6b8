"""The door: every request passes `Door.check` before its handler runs."""

import hmac
from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.exceptions import (
    ClientException,
    HTTPException,
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    TooManyRequestsException,
)
from litestar.handlers.base import BaseRouteHandler
from litestar.status_codes import HTTP_414_REQUEST_URI_TOO_LONG

from accounts.browser import Visitor
from app.client import client_address, is_from_here, networks
from app.limiting import Limiter
from app.visitors import SAFE, from_elsewhere, identify, keep_typed, proves_our_page
from core.access import LIMIT, ROLES, SCOPE, WHO
from core.actor import ANONYMOUS
from core.addresses import counted_as
from core.db import Database
from core.settings import Settings

QUERY_MAX_BYTES = 32_768
PER_MINUTE = {"report": 6, "sign-in": 30}
"""Purposes with a rate of their own, for each address."""

Connection = ASGIConnection[Any, Any, Any, Any]


def _check_role(visitor: Visitor, handler: BaseRouteHandler) -> None:
    """Keys need the scope, too; a route without a scope is for browsers only."""
    if visitor.scopes is not None and handler.opt.get(SCOPE) not in visitor.scopes:
        raise PermissionDeniedException("This key does not have the scope for that.")
    if not visitor.actor.roles & set(handler.opt[ROLES]):
        raise PermissionDeniedException("Your role does not include this.")


class Door:
    """Deny by default: a route whose `opt` does not say who may call it is not found."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._trusted = networks(settings.trusted_proxies)
        self._hosts = frozenset(settings.allowed_hosts)
        self._token = settings.metrics_token.encode()
        self._limiter = Limiter(settings.rate_limit)
        self._limiters = {
            purpose: Limiter(min(per_minute, settings.rate_limit))
            for purpose, per_minute in PER_MINUTE.items()
        }

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
        connection.state.address = client_address(connection.scope, self._trusted)
        match handler.opt.get(WHO):
            case "public":
                self._refuse_foreign_forms(connection)
            case "operator" if self._is_operator(connection):
                pass
            case "staff" | "pending":
                await self._check_staff(connection, handler)
            case _:
                raise NotFoundException
        if purpose := handler.opt.get(LIMIT):
            self._check_rate(connection, purpose)

    async def _check_staff(self, connection: Connection, handler: BaseRouteHandler) -> None:
        """Sign-in first, then role, then (for changes by cookie) that our own page asked."""
        address: str = connection.state.address
        database: Database = connection.app.state.database
        visitor = await sync_to_thread(identify, database, self._settings, connection, address)
        connection.state.visitor = visitor
        pending = handler.opt[WHO] == "pending"
        if visitor.actor is ANONYMOUS or (visitor.pending and not pending):
            if not from_elsewhere(connection, self._settings):
                await keep_typed(connection)
            raise NotAuthorizedException("Please sign in.")
        if not pending:
            _check_role(visitor, handler)
        changes = connection.scope.get("method") not in SAFE
        if changes and visitor.scopes is None:
            self._refuse_foreign_forms(connection)
            if not await proves_our_page(connection, visitor):
                await keep_typed(connection)
                raise PermissionDeniedException("This form is out of date. Load the page again.")

    def recognise(self, connection: Connection) -> None:
        """Who asks for an address that leads nowhere: told so in their own language. Waits."""
        address = client_address(connection.scope, self._trusted)
        database: Database = connection.app.state.database
        connection.state.address = address
        connection.state.visitor = identify(database, self._settings, connection, address)

    def _refuse_foreign_forms(self, connection: Connection) -> None:
        changes = connection.scope.get("method") not in SAFE
        if changes and from_elsewhere(connection, self._settings):
            raise PermissionDeniedException("This request came from another site.")

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
        address = counted_as(connection.state.address)
        wait_s = self._limiters.get(purpose, self._limiter).wait_s(purpose, address)
        if wait_s:
            raise TooManyRequestsException(
                f"Too many requests from your address; try again in {wait_s} s.",
                headers={"Retry-After": str(wait_s)},
            )
