"""What a signed-in browser carries: the cookie, and the token of its forms. Pure."""

import hmac
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from core.actor import ANONYMOUS, Actor

CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `scopes` is None for a browser; `csrf` is the token of its forms.

    `pending` says that the second factor is still owed; `organization_id` is the one they chose.
    """

    actor: Actor = ANONYMOUS
    pending: bool = False
    scopes: frozenset[str] | None = None
    session_hash: str = ""
    csrf: str = ""
    locale: str = "en"
    keyboard_shortcuts: bool = True
    organization_id: str | None = None

    @property
    def signed_in(self) -> bool:
        """Whether it is somebody, all the way."""
        return self.actor is not ANONYMOUS and not self.pending


def cookie_name(*, https: bool) -> str:
    """`__Host-` binds the cookie to this host over https; plain http cannot carry that prefix."""
    return "__Host-handrail" if https else "handrail"


def cookie(token: str | None, *, https: bool) -> dict[str, Any]:
    """The session cookie's values; without a token those that remove it. Ends with the browser."""
    return {
        "key": cookie_name(https=https),
        "value": token or "",
        "path": "/",
        "httponly": True,
        "samesite": "lax",
        "secure": https,
        "max_age": None if token else 0,
    }


def csrf_token(secret: str, session_hash: str) -> str:
    """The token of a session's forms: nobody else can compute it, and nothing is stored."""
    return hmac.new(secret.encode(), session_hash.encode(), sha256).hexdigest()
