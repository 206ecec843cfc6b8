"""Forms begun and not sent: sealed, for whoever began them alone, and gone after some days.

They are kept here so that nothing of a patient has to be kept in a browser.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, delete, select

from core.actor import Actor
from core.clock import now
from core.errors import Invalid
from core.scope import scoped
from patients.models import FormDraft, Need, Patient
from patients.sealing import Vault

LIFETIME = timedelta(days=7)
LARGEST = 100_000  # characters
MOST = 50
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Begun:
    """What was typed into a form, and when it was kept."""

    pairs: tuple[tuple[str, str], ...]
    saved_at: datetime


def keep(
    session: Session,
    actor: Actor,
    vault: Vault,
    form: str,
    pairs: Pairs,
    *,
    patient_id: str | None = None,
    need_id: str | None = None,
) -> None:
    """Keep what was typed into the form at this address; what was kept of it before goes."""
    text = json.dumps(list(pairs))
    if len(text) > LARGEST:
        raise Invalid("This is too long to be kept.", parameter="form")
    about = _patient(session, actor, patient_id, need_id)
    row = session.exec(_mine(actor, form)).one_or_none()
    if row is None:
        _make_room(session, actor)
        row = FormDraft(user_id=actor.id, form=form, patient_id=about, expires_at=now())
    vault.put(row, "content", text)
    row.saved_at, row.expires_at = now(), now() + LIFETIME
    session.add(row)
    session.flush()


def begun(session: Session, actor: Actor, vault: Vault, form: str) -> Begun | None:
    """What the actor began to type there; None when there is nothing."""
    row = session.exec(_mine(actor, form)).one_or_none()
    if row is None or row.expires_at <= now():
        return None
    found = json.loads(vault.get(row, "content") or "[]")
    return Begun(tuple((name, value) for name, value in found), row.saved_at)


def forget(session: Session, actor: Actor, form: str) -> None:
    """The form was sent, or is not wanted any longer."""
    mine = (col(FormDraft.user_id) == actor.id) & (col(FormDraft.form) == form)
    session.connection().execute(delete(FormDraft).where(mine))


def prune(session: Session, expired_before: datetime) -> int:
    """Remove what is too old; returns how many."""
    statement = delete(FormDraft).where(col(FormDraft.expires_at) <= expired_before)
    return session.connection().execute(statement).rowcount


def _make_room(session: Session, actor: Actor) -> None:
    """The oldest go when somebody has begun too much."""
    newest = (
        select(FormDraft.id)
        .where(FormDraft.user_id == actor.id)
        .order_by(col(FormDraft.saved_at).desc())
        .limit(MOST - 1)
    )
    kept = list(session.exec(newest))
    beyond = (col(FormDraft.user_id) == actor.id) & col(FormDraft.id).not_in(kept)
    session.connection().execute(delete(FormDraft).where(beyond))


def _patient(
    session: Session, actor: Actor, patient_id: str | None, need_id: str | None
) -> str | None:
    """Whom the form is about, so that it goes with them; nobody who is not the actor's."""
    statement = None
    if patient_id is not None:
        statement = scoped(select(Patient.id), Patient, actor).where(Patient.id == patient_id)
    elif need_id is not None:
        statement = scoped(select(Need.patient_id), Need, actor).where(Need.id == need_id)
    if statement is None:
        return None
    found: str | None = session.exec(statement).one_or_none()
    if found is None:
        raise Invalid("There is no such record.", parameter="form")
    return found


def _mine(actor: Actor, form: str) -> Any:
    return select(FormDraft).where(FormDraft.user_id == actor.id, FormDraft.form == form)
