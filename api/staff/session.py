"""/session: signing in and out over the API."""

from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody

from accounts import sessions
from accounts.browser import Visitor, cookie, csrf_token
from accounts.signing_in import give_second_factor, sign_in
from accounts.tokens import digest
from api.providers import AnyRequest, database, settings, visitor
from api.schemas.accounts import MembershipOut, SecondFactor, SessionOut, SignIn
from core.access import PENDING, PUBLIC_SIGN_IN, staff

NO_STORE = {"Cache-Control": "no-store"}


@post("/session", operation_id="signIn", opt=PUBLIC_SIGN_IN, sync_to_thread=True, status_code=201)
def start(request: Request[Any, Any, Any], data: JSONBody[SignIn]) -> Response[SessionOut]:
    """Sign in. Sets the session cookie; answers with the token for changing requests."""
    chosen = settings(request)
    welcome = sign_in(
        database(request),
        data.email,
        data.password,
        address=request.state.get("address", ""),
        ask_second=not chosen.demo,
    )
    return _signed_in(request, welcome.token)


@post(
    "/session/second-factor",
    operation_id="giveSecondFactor",
    opt=PENDING,
    sync_to_thread=True,
    status_code=200,
)
def second_factor(
    request: Request[Any, Any, Any], data: JSONBody[SecondFactor]
) -> Response[SessionOut]:
    """Finish signing in with a one-time or recovery code. The session gets a new cookie."""
    token = give_second_factor(
        database(request),
        request.app.state.keyring,
        visitor(request).session_hash,
        data.code,
        address=request.state.get("address", ""),
    )
    return _signed_in(request, token)


@get("/session", operation_id="session", opt=staff(), sync_to_thread=False)
def current(request: Request[Any, Any, Any]) -> Response[SessionOut]:
    """Who is signed in."""
    return Response(_session(visitor(request)), headers=NO_STORE)


@delete("/session", operation_id="signOut", opt=PENDING, sync_to_thread=True, status_code=204)
def end(request: Request[Any, Any, Any]) -> Response[None]:
    """Sign this browser out."""
    with database(request).write() as session:
        sessions.end(session, visitor(request).session_hash)
    removed = Cookie(**cookie(None, https=settings(request).https))
    return Response(None, headers=NO_STORE, cookies=[removed])


def _signed_in(request: AnyRequest, token: str) -> Response[SessionOut]:
    chosen = settings(request)
    with database(request).read() as session:
        found = sessions.find(session, token)
    assert found is not None
    csrf = csrf_token(chosen.secret_key, digest(token))
    shown = _session(Visitor(found.actor, found.pending, csrf=csrf))
    kept = Cookie(**cookie(token, https=chosen.https))
    return Response(shown, headers=NO_STORE, cookies=[kept], status_code=201)


def _session(who: Visitor) -> SessionOut:
    return SessionOut(
        user_id=who.actor.id,
        name=who.actor.name,
        memberships=[MembershipOut(*pair) for pair in sorted(who.actor.memberships)],
        second_factor_owed=who.pending,
        csrf_token=who.csrf,
    )
