"""Packets: services chosen for somebody to take home, on paper and behind an address of their own.

The address has a token of 256 bits that is computed from the installation's secret, so that a packet
can be printed again; its digest alone is stored. Whoever has it sees the services and nothing about
anybody; it ends by itself, and when somebody takes it back.
"""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from sqlmodel import Session, col, select

from accounts.tokens import digest
from core.actor import Actor
from core.clock import now
from core.db import new_id
from core.errors import Invalid, NotFound
from core.scope import check_owned, scoped
from patients.commands import patient_for_update
from patients.models import Need, Packet, Patient
from patients.permissions import check_work_with_patients
from patients.recording import record

LIFETIME = timedelta(days=90)
LONGEST = 12
OVER = "This page is over: it has expired, or was taken back."
Chosen = tuple[str, str | None]


def token_of(secret: str, packet_id: str) -> str:
    """The token of a packet's address: nobody without the secret can compute it."""
    mac = hmac.new(secret.encode(), f"packet:{packet_id}".encode(), sha256).digest()
    return urlsafe_b64encode(mac).decode().rstrip("=")


def make(
    session: Session,
    actor: Actor,
    need_id: str,
    services: Sequence[Chosen],
    *,
    language: str,
    secret: str,
) -> Packet:
    """A packet of these (service, place), in that language."""
    need = _need(session, actor, need_id)
    patient = patient_for_update(session, actor, need.patient_id)
    if not 1 <= len(services) <= LONGEST:
        raise Invalid("Choose 1 to 12 services.", parameter="services")
    packet_id, at = new_id(), now()
    row = Packet(
        id=packet_id,
        need_id=need.id,
        token_hash=digest(token_of(secret, packet_id)),
        language=language,
        services=[list(chosen) for chosen in dict.fromkeys(services)],
        made_by=actor.id,
        made_at=at,
        expires_at=at + LIFETIME,
    )
    session.add(row)
    session.flush()
    record(session, actor, "packet.make", patient, entity=("packet", row.id))
    return row


def packets(session: Session, actor: Actor, need_id: str) -> list[Packet]:
    """What was made for the need, newest first; also what is over."""
    need = _need(session, actor, need_id)
    statement = select(Packet).where(Packet.need_id == need.id)
    return list(session.exec(statement.order_by(col(Packet.made_at).desc(), Packet.id)))


def packet(session: Session, actor: Actor, packet_id: str) -> Packet:
    """One of the packets of the actor's organizations."""
    row = session.get(Packet, packet_id)
    if row is None:
        raise NotFound("There is no such packet.")
    _need(session, actor, row.need_id)
    return row


def is_over(row: Packet) -> bool:
    """Whether its page shows nothing any more."""
    return row.revoked_at is not None or row.expires_at <= now()


def revoke(session: Session, actor: Actor, packet_id: str) -> Packet:
    """Take back the page of a packet; what is printed stays printed."""
    row = packet(session, actor, packet_id)
    need = _need(session, actor, row.need_id)
    if row.revoked_at is None:
        row.revoked_at = now()
        session.add(row)
        session.flush()
        patient = session.get_one(Patient, need.patient_id)
        record(session, actor, "packet.revoke", patient, entity=("packet", row.id))
    return row


def shown(session: Session, token: str) -> Packet:
    """The packet behind an address. Raises NotFound when it is none, or is over."""
    row: Packet | None = session.exec(_behind(token)).one_or_none()
    if row is None or is_over(row):
        raise NotFound(OVER)
    return row


def _behind(token: str) -> Any:
    return select(Packet).where(Packet.token_hash == digest(token))


def _need(session: Session, actor: Actor, need_id: str) -> Need:
    statement = scoped(select(Need), Need, actor).where(Need.id == need_id)
    need: Need | None = session.exec(statement).one_or_none()
    check_owned(actor, need, "need")
    assert need is not None
    check_work_with_patients(actor, need.organization_id)
    return need
