"""Who a request comes from: a signed-in browser by its cookie, a program by its key, or nobody.

A changing request that comes with a cookie must prove that one of our own pages made it: by what
the browser says of where it came from, and by a token that only our pages know.
"""

import hmac
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.enums import RequestEncodingType

from accounts import keys, sessions
from accounts.browser import CSRF_FIELD, CSRF_HEADER, Visitor, cookie_name, csrf_token
from core.db import Database
from core.settings import Settings

Connection = ASGIConnection[Any, Any, Any, Any]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = (RequestEncodingType.URL_ENCODED, RequestEncodingType.MULTI_PART)
BEARER = "Bearer "


def identify(
    database: Database, settings: Settings, connection: Connection, address: str
) -> Visitor:
    """Who the request comes from. A key wins over a cookie; a wrong one is nobody."""
    given = connection.headers.get("authorization", "")
    if given.startswith(BEARER):
        return _by_key(database, given.removeprefix(BEARER), address)
    token = connection.cookies.get(cookie_name(https=settings.https), "")
    return _by_cookie(database, settings, token, address) if token else Visitor()


def _by_key(database: Database, text: str, address: str) -> Visitor:
    with database.read() as session:
        holder = keys.find(session, text, address=address)
    return Visitor(holder.actor, scopes=holder.scopes) if holder else Visitor()


def _by_cookie(database: Database, settings: Settings, token: str, address: str) -> Visitor:
    with database.read() as session:
        found = sessions.find(session, token, address=address)
    if found is None:
        return Visitor()
    if found.stale:
        with database.write() as session:
            sessions.seen(session, found.token_hash)
    csrf = csrf_token(settings.secret_key, found.token_hash)
    return Visitor(
        found.actor,
        found.pending,
        session_hash=found.token_hash,
        csrf=csrf,
        locale=found.locale,
        keyboard_shortcuts=found.keyboard_shortcuts,
        organization_id=found.organization_id,
    )


def from_elsewhere(connection: Connection, settings: Settings) -> bool:
    """Whether the browser says that another site made this request."""
    site = connection.headers.get("sec-fetch-site", "")
    if site:
        return site not in ("same-origin", "none")
    # Pages that send no referrer make browsers say "null".
    return connection.headers.get("origin", "null") not in ("null", settings.base_url)


async def proves_our_page(connection: Connection, visitor: Visitor) -> bool:
    """Whether the request carries the session's token, in its header or its form."""
    given = connection.headers.get(CSRF_HEADER, "")
    if not given and isinstance(connection, Request) and _is_form(connection):
        value = (await connection.form()).get(CSRF_FIELD, "")
        given = value if isinstance(value, str) else ""
    return hmac.compare_digest(given.encode(), visitor.csrf.encode())


async def keep_typed(connection: Connection) -> None:
    """Keep the form of a refused request for the page that says so: nothing typed is lost."""
    if isinstance(connection, Request) and _is_form(connection):
        connection.state.typed = list((await connection.form()).multi_items())


def _is_form(request: Request[Any, Any, Any]) -> bool:
    return request.method == "POST" and request.content_type[0] in FORMS
