"""Notices at the start that a key is wrong, before anything is written with it.

One row per key that ever sealed something: a known text sealed with it, and the blind index of the
same text. `check` refuses a ring that cannot open them all; nothing is lost, the right keys work.
"""

from sqlmodel import Field, Session, col, delete, select

from core.crypto import KeyMissing, Keyring, Tampered
from core.db import Base

KNOWN = "Handrail"


class KeySentinel(Base, table=True):
    """A known text under one key."""

    __tablename__ = "key_sentinel"

    key_id: str = Field(primary_key=True, max_length=16)
    sealed: str
    blind: str = Field(max_length=32)


class WrongKeys(Exception):
    """The keys given are not those the data was sealed with; the message says which."""


def check(session: Session, keyring: Keyring) -> None:
    """Raise WrongKeys unless every key in use is on the ring and right; note the current one."""
    rows = session.exec(select(KeySentinel)).all()
    for row in rows:
        try:
            keyring.open(row.sealed, _place(row.key_id))
        except KeyMissing:
            raise WrongKeys(
                f"data was sealed with key {row.key_id!r}, which is not in HANDRAIL_ENCRYPTION_KEYS;"
                " put it back, behind the newer ones. Without it what it sealed cannot be read."
            ) from None
        except Tampered:
            raise WrongKeys(
                f"HANDRAIL_ENCRYPTION_KEYS has another key under the id {row.key_id!r}"
                " than the one data was sealed with."
            ) from None
        if row.blind != keyring.blind(KNOWN, "sentinel"):
            raise WrongKeys("HANDRAIL_INDEX_KEY is not the one patients were indexed with.")
    if keyring.current not in {row.key_id for row in rows}:
        sealed = keyring.seal(KNOWN, _place(keyring.current))
        blind = keyring.blind(KNOWN, "sentinel")
        session.add(KeySentinel(key_id=keyring.current, sealed=sealed, blind=blind))
        session.flush()


def retire(session: Session, keyring: Keyring) -> list[str]:
    """Forget all keys but the current one, once nothing is sealed with them; returns their ids."""
    gone = col(KeySentinel.key_id) != keyring.current
    old = [row.key_id for row in session.exec(select(KeySentinel).where(gone))]
    session.connection().execute(delete(KeySentinel).where(gone))
    return old


def _place(key_id: str) -> str:
    return f"key_sentinel.sealed:{key_id}"
