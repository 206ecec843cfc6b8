"""What webhooks are told, signed: which referral, which event, where it stands. Nothing else.

    Handrail-Timestamp: 1772470800
    Handrail-Delivery: the same for every try of one event at one webhook
    Handrail-Signature: v1=HMAC-SHA256(secret, "<timestamp>.<body>") in hex

Whoever is told checks the signature, refuses timestamps that are minutes old, and passes over deliveries it
has seen: a recording of a call is then worth nothing.
"""

import hmac
import json
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from accounts import throttle
from accounts.signing_in import TooMany
from accounts.throttle import Limit
from core import outbox
from core.actor import Actor
from core.clock import now
from core.db import Database, new_id, stable_id
from core.outbox import Delayed, Message
from notices import outside, planning, webhooks
from notices.models import Webhook, WebhookCall
from notices.outside import Unreachable
from notices.webhooks import note_success
from patients.sealing import Vault
from referrals.commands import WEBHOOK
from referrals.models import Referral, ReferralEvent

TOPIC = WEBHOOK
DELIVER = "webhook.deliver"
OFF_AFTER = timedelta(days=3)
FAILED = "failed_for_days"
USER_AGENT = "Handrail-Webhook/1"
ERROR_LENGTH = 200
TESTS = Limit(10, timedelta(hours=1), timedelta(hours=1))


def fan_out(database: Database) -> Callable[[Sequence[Message]], None]:
    """A worker's handler for TOPIC: a message of its own for each webhook of the two sides."""

    def handle(messages: Sequence[Message]) -> None:
        for message in messages:
            with database.write() as session:
                for webhook_id in _wanting(session, message):
                    payload = {**message.payload, "webhook_id": webhook_id}
                    key = f"{DELIVER}:{webhook_id}:{message.key}"
                    outbox.publish(session, DELIVER, payload, key=key[:200])

    return handle


def _wanting(session: Session, message: Message) -> list[str]:
    referral = session.get(Referral, message.payload["referral_id"])
    if referral is None:
        return []
    sides = (referral.organization_id, referral.partner_id)
    rows = session.exec(
        select(Webhook).where(
            col(Webhook.organization_id).in_(sides), col(Webhook.off_at).is_(None)
        )
    )
    event = message.payload["event"]
    return [row.id for row in rows if not row.events or event in row.events]


def deliverer(
    database: Database, vault: Vault, *, private: bool
) -> Callable[[Sequence[Message]], None]:
    """A worker's handler for DELIVER. A webhook that fails once is not called again in this batch."""

    def handle(messages: Sequence[Message]) -> None:
        failed: dict[str, str] = {}
        later: dict[int, str] = {}
        for message in messages:
            webhook_id = message.payload["webhook_id"]
            if webhook_id not in failed:
                try:
                    _deliver(database, vault, message, private=private)
                    continue
                except Unreachable as error:
                    failed[webhook_id] = str(error)
                    _note_failure(database, message, str(error))
            later[message.id] = failed[webhook_id]
        if later:
            raise Delayed(later)

    return handle


def _deliver(database: Database, vault: Vault, message: Message, *, private: bool) -> None:
    with database.read() as session:
        row = session.get(Webhook, message.payload["webhook_id"])
        body = _body(session, message) if row is not None and row.off_at is None else None
    if row is None or body is None:
        return
    secret = vault.get(row, "secret") or ""
    outside.post(row.url, body, headers(secret, delivery_id(message), body), private=private)
    with database.write() as session:
        kept = session.get(Webhook, row.id, with_for_update=True)
        if kept is not None:
            note_success(kept)
            session.add_all([kept, _call(message)])


def _body(session: Session, message: Message) -> bytes | None:
    """The event as it was: later ones have messages of their own."""
    event = session.exec(
        select(ReferralEvent).where(
            ReferralEvent.referral_id == message.payload["referral_id"],
            ReferralEvent.sequence == message.payload["sequence"],
        )
    ).one_or_none()
    if event is None:
        return None
    told: dict[str, Any] = {
        "id": delivery_id(message),
        "type": f"referral.{event.event}",
        "at": event.at.isoformat(),
        "referral": {
            "id": event.referral_id,
            "state": event.target.value,
            "version": event.sequence,
        },
    }
    return json.dumps(told, separators=(",", ":")).encode()


def delivery_id(message: Message) -> str:
    """The same for every try."""
    return stable_id("webhook", message.key)


def headers(secret: str, delivery: str, body: bytes) -> dict[str, str]:
    """What proves that the call is ours and fresh."""
    timestamp = str(int(now().timestamp()))
    return {
        "Content-Type": "application/json",
        "User-Agent": USER_AGENT,
        "Handrail-Delivery": delivery,
        "Handrail-Timestamp": timestamp,
        "Handrail-Signature": f"v1={signature(secret, timestamp, body)}",
    }


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """64 hex digits over time and body."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, sha256).hexdigest()


def _call(message: Message, error: str | None = None) -> WebhookCall:
    told = message.payload
    return WebhookCall(
        webhook_id=told["webhook_id"],
        delivery=delivery_id(message),
        event=told["event"],
        referral_id=told["referral_id"],
        error=error and error[:ERROR_LENGTH],
    )


def try_out(
    database: Database, vault: Vault, actor: Actor, webhook_id: str, *, private: bool
) -> str:
    """Call it now about nothing, signed like any call; why it did not take it, or "".

    Raises NotFound, TooMany. Nothing is held while it is waited for.
    """
    with database.write() as session:
        row = webhooks.to_try(session, actor, webhook_id)
        blocked = throttle.take(session, "webhook_test", row.id, TESTS)
    if blocked:
        raise TooMany(blocked)
    call = WebhookCall(webhook_id=row.id, delivery=new_id(), event=webhooks.TEST)
    told = {"id": call.delivery, "type": webhooks.TEST, "at": call.at.isoformat()}
    body, error = json.dumps(told, separators=(",", ":")).encode(), ""
    try:
        signed = headers(vault.get(row, "secret") or "", call.delivery, body)
        outside.post(row.url, body, signed, private=private)
    except Unreachable as refused:
        error = refused.args[0]
    with database.write() as session:
        if session.get(Webhook, row.id) is not None:
            call.error = str(error)[:ERROR_LENGTH] or None
            session.add(call)
    return error


def _note_failure(database: Database, message: Message, error: str) -> None:
    """Remember since when it fails; after days it is switched off, and its admins are told."""
    with database.write() as session:
        row = session.get(Webhook, message.payload["webhook_id"], with_for_update=True)
        if row is None or row.off_at is not None:
            return
        session.add(_call(message, error))
        row.failing_since, row.last_error = row.failing_since or now(), error[:ERROR_LENGTH]
        if now() - row.failing_since >= OFF_AFTER:
            row.off_at, row.off_reason = now(), FAILED
            key = f"webhook_off:{row.id}:{row.failing_since.isoformat()}"
            planning.tell_admins(session, row.organization_id, "webhook_off", key)
        session.add(row)
