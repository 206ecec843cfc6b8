"""Random tokens, and the digests that are stored in their place."""

import hashlib
import secrets

TOKEN_BYTES = 32


def new_token() -> str:
    """A URL-safe token of 256 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """64 hex digits; enough for random tokens, never for passwords."""
    return hashlib.sha256(token.encode()).hexdigest()
