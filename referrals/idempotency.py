"""The same request twice is done once, and answered twice the same."""

import hashlib
import json
from typing import Any

from sqlmodel import Session, col, select, update

from core.actor import Actor
from core.clock import now
from core.db import insert_if_absent
from core.errors import Invalid
from core.saying import Saying
from referrals.errors import KeyReused
from referrals.models import IdempotencyKey

KEY_LENGTH = 200
Answer = dict[str, Any]


def scope_of(actor: Actor) -> str:
    """Whose key it is: the organization's, when the actor has just one, else the actor's own."""
    return (actor.organization_id or actor.id)[:36]


def body_hash(*parts: Any) -> str:
    """64 hex digits that stand for what was asked."""
    return hashlib.sha256(json.dumps(parts, default=str, sort_keys=True).encode()).hexdigest()


def claim(
    session: Session, actor: Actor, key: str, body: str, response: Answer | None = None
) -> Answer | None:
    """The first answer to this key, or None when this is the first time.

    `response` is what a success will be answered, when that is known; else say it with `answer`.

    Waits for a request with the same key that is being answered now. A request that fails leaves
    no key behind. Raises KeyReused when the key was for another body.
    """
    if not 1 <= len(key) <= KEY_LENGTH or not key.isprintable():
        raise Invalid(
            Saying("An idempotency key has 1 to %(length)s characters.", length=KEY_LENGTH),
            parameter="key",
        )
    scope = scope_of(actor)
    values = {
        "organization_id": scope,
        "key": key,
        "body_hash": body,
        "response": response,
        "created_at": now(),
    }
    if insert_if_absent(session, IdempotencyKey, values):
        return None
    row = session.exec(
        select(IdempotencyKey.body_hash, IdempotencyKey.response).where(
            IdempotencyKey.organization_id == scope, IdempotencyKey.key == key
        )
    ).one()
    if row[0] != body:
        raise KeyReused("This idempotency key was used for another request. Make a fresh one.")
    return dict(row[1] or {})


def answer(session: Session, actor: Actor, key: str, response: Answer) -> None:
    """Keep what the first request was answered."""
    session.connection().execute(
        update(IdempotencyKey)
        .where(col(IdempotencyKey.organization_id) == scope_of(actor))
        .where(col(IdempotencyKey.key) == key)
        .values(response=response)
    )
