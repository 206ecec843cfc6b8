"""What signing in with an OpenID Connect provider is about: the provider, an attempt, an identity."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

LIFETIME = timedelta(minutes=10)
"""How long somebody may take at the provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Who is trusted, and as whom we are known there."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    callback: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that has begun; only the browser that began it may finish it."""

    state: str
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    next: str
    started_at: datetime


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says it is."""

    issuer: str
    subject: str
    email: str
    email_verified: bool
    name: str
