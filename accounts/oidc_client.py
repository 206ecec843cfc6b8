"""OpenID Connect, as a client: authorization code flow with PKCE (RFC 7636), state and nonce.

`Client.begin` gives the address to send a browser to, and an `Attempt` that the browser must bring back
(sealed in a cookie); `Client.finish` turns what the provider answered into an `Identity`. Slow to
import, so only whoever needs it does.
"""

import hmac
import threading
import time
from collections.abc import Mapping
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from accounts.oidc import LIFETIME, Attempt, Identity, Provider
from core.clock import now
from core.errors import Invalid, Unavailable

LEEWAY_S = 60
TIMEOUT_S = 5
METADATA_S = 3600
SCOPE = "openid email profile"
# Only signatures that a key published for everybody can check: a client secret must not sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA"]
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Client:
    """Talks to one provider; what it publishes about itself is kept for an hour."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._lock = threading.Lock()
        self._metadata: dict[str, Any] = {}
        self._keys: KeySet | None = None
        self._fetched_at = 0.0

    def begin(self, next_page: str) -> tuple[str, Attempt]:
        """Where to send the browser, and what it must bring back. Raises Unavailable."""
        attempt = Attempt(
            generate_token(43), generate_token(43), generate_token(64), next_page, now()
        )
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._known()["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(address), attempt

    def finish(self, attempt: Attempt, answer: Mapping[str, str]) -> Identity:
        """Who came back with `answer`, the parameters of the callback. Raises Invalid, Unavailable."""
        self._check(attempt, answer)
        try:
            with self._session() as session:
                token = session.fetch_token(
                    self._known()["token_endpoint"],
                    code=answer["code"],
                    code_verifier=attempt.verifier,
                    timeout=TIMEOUT_S,
                )
            return self._identity(str(token["id_token"]), token, attempt.nonce)
        except requests.RequestException as error:
            raise _away() from error
        except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
            raise _failed() from error

    def _check(self, attempt: Attempt, answer: Mapping[str, str]) -> None:
        same = hmac.compare_digest(answer.get("state", "").encode(), attempt.state.encode())
        if not same or now() - attempt.started_at > LIFETIME:
            raise _failed()
        if answer.get("iss", self.provider.issuer) != self.provider.issuer:  # RFC 9207
            raise _failed()
        if answer.get("error") == "access_denied":
            raise Invalid("The sign-in was cancelled.")
        if "code" not in answer:
            raise _failed()

    def _identity(self, text: str, token: Mapping[str, Any], nonce: str) -> Identity:
        decoded = self._decoded(text)
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            {"iss": {"essential": True, "value": self.provider.issuer},
             "aud": {"essential": True, "value": self.provider.client_id},
             "sub": {"essential": True}},
            {"nonce": nonce, "client_id": self.provider.client_id,
             "access_token": token.get("access_token")},
        )  # fmt: skip
        claims.validate(leeway=LEEWAY_S)
        return Identity(
            self.provider.issuer,
            str(claims["sub"]),
            str(claims.get("email", "")),
            claims.get("email_verified") is True,
            str(claims.get("name") or claims.get("email", "")),
        )

    def _decoded(self, text: str) -> jwt.Token:
        """The checked token; keys are fetched again once when the provider changed them."""
        self._known()
        try:
            return jwt.decode(text, self._keys or KeySet([]), algorithms=ALGORITHMS)
        except (InvalidKeyIdError, ValueError):
            self._fetch()
            return jwt.decode(text, self._keys or KeySet([]), algorithms=ALGORITHMS)

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self.provider.client_id,
            self.provider.client_secret or None,
            scope=SCOPE,
            redirect_uri=self.provider.callback,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic"
            if self.provider.client_secret
            else "none",
        )

    def _known(self) -> dict[str, Any]:
        if not self._metadata or time.monotonic() - self._fetched_at > METADATA_S:
            self._fetch()
        return self._metadata

    def _fetch(self) -> None:
        with self._lock:
            try:
                base = self.provider.issuer.rstrip("/")
                known = _get(f"{base}/.well-known/openid-configuration")
                if known.get("issuer") != self.provider.issuer or any(
                    n not in known for n in NEEDED
                ):
                    raise ValueError("not a description of this provider")
                self._keys = KeySet.import_key_set(_get(known["jwks_uri"]))  # type: ignore[arg-type]
            except (requests.RequestException, JoseError, ValueError, AttributeError) as error:
                raise _away() from error
            self._metadata, self._fetched_at = known, time.monotonic()


def _failed() -> Invalid:
    return Invalid("That did not work. Please try again.")


def _away() -> Unavailable:
    return Unavailable("Your organization's sign-in does not answer. Try again in a minute.")


def _get(address: str) -> dict[str, Any]:
    answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False)
    answer.raise_for_status()
    return dict(answer.json())
