"""Time-based one-time codes (RFC 6238) and the recovery codes that stand in for a lost device."""

import secrets

import pyotp
from sqlmodel import Session, col, delete, select, update

from accounts.models import RecoveryCode, User
from accounts.tokens import digest
from core.clock import now
from core.crypto import Keyring
from core.db import new_id
from core.errors import Invalid

STEP_SECONDS = 30
DRIFT_STEPS = 1  # a clock half a minute off still works
RECOVERY_CODES = 10
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"  # nothing that reads like something else


def begin(session: Session, keyring: Keyring, user: User) -> str:
    """Give the user a fresh unconfirmed secret; returns its otpauth:// address for the QR code."""
    secret = pyotp.random_base32()
    user.totp_secret = keyring.seal(secret, _place(user))
    user.totp_confirmed_at = None
    user.totp_last_step = None
    session.add(user)
    session.flush()
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Handrail")


def set_up_address(keyring: Keyring, user: User) -> str | None:
    """The otpauth:// address of a secret that waits for its first code; None when none does."""
    if user.totp_secret is None or user.totp_confirmed_at is not None:
        return None
    secret = keyring.open(user.totp_secret, _place(user))
    return pyotp.TOTP(secret).provisioning_uri(name=user.email, issuer_name="Handrail")


def confirm(session: Session, keyring: Keyring, user: User, code: str) -> list[str]:
    """Switch the second factor on with a first code; returns recovery codes, shown once.

    Raises Invalid when the code is not right.
    """
    if not accept(session, keyring, user, code):
        raise Invalid("That code is not right. Use the newest one shown.", parameter="code")
    user.totp_confirmed_at = now()
    session.add(user)
    return _new_recovery_codes(session, user)


def accept(session: Session, keyring: Keyring, user: User, code: str) -> bool:
    """Whether this code is right and was not used before; it will not work again."""
    if user.totp_secret is None:
        return False
    totp = pyotp.TOTP(keyring.open(user.totp_secret, _place(user)))
    at = now()
    for drift in range(-DRIFT_STEPS, DRIFT_STEPS + 1):
        step = int(at.timestamp()) // STEP_SECONDS + drift
        if secrets.compare_digest(totp.generate_otp(step), _digits(code)):
            return _use_step(session, user, step)
    return False


def accept_recovery(session: Session, user: User, code: str) -> bool:
    """Whether this is an unused recovery code of the user; it will not work again."""
    cleaned = "".join(code.lower().split()).replace("-", "")
    statement = (
        update(RecoveryCode)
        .where(col(RecoveryCode.user_id) == user.id, col(RecoveryCode.used_at).is_(None))
        .where(col(RecoveryCode.code_hash) == digest(f"{user.id}\x00{cleaned}"))
        .values(used_at=now())
    )
    return session.connection().execute(statement).rowcount == 1


def take_away(session: Session, user: User) -> None:
    """Switch it off for somebody who lost the device and the recovery codes."""
    user.totp_secret = user.totp_confirmed_at = user.totp_last_step = None
    session.add(user)
    session.connection().execute(delete(RecoveryCode).where(col(RecoveryCode.user_id) == user.id))
    session.flush()


def recovery_codes_left(session: Session, user: User) -> int:
    """How many recovery codes are unused."""
    statement = select(RecoveryCode).where(
        RecoveryCode.user_id == user.id, col(RecoveryCode.used_at).is_(None)
    )
    return len(session.exec(statement).all())


def _use_step(session: Session, user: User, step: int) -> bool:
    """Claim the time step by a conditional update, so that two requests cannot share a code."""
    fresh = (col(User.totp_last_step).is_(None)) | (col(User.totp_last_step) < step)
    statement = update(User).where(col(User.id) == user.id, fresh).values(totp_last_step=step)
    if session.connection().execute(statement).rowcount != 1:
        return False
    session.refresh(user, ["totp_last_step"])
    return True


def _new_recovery_codes(session: Session, user: User) -> list[str]:
    for old in session.exec(select(RecoveryCode).where(RecoveryCode.user_id == user.id)):
        session.delete(old)
    codes = ["".join(secrets.choice(_ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    for code in codes:
        row = RecoveryCode(id=new_id(), user_id=user.id, code_hash=digest(f"{user.id}\x00{code}"))
        session.add(row)
    session.flush()
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def _digits(code: str) -> str:
    return "".join(character for character in code if character in "0123456789")


def _place(user: User) -> str:
    return f"user_account.totp_secret:{user.id}"


def reseal(session: Session, keyring: Keyring) -> int:
    """Seal every secret anew under the current key; returns how many were."""
    users = session.exec(
        select(User).where(col(User.totp_secret).is_not(None)).with_for_update()
    ).all()
    done = 0
    for user in users:
        if user.totp_secret and not keyring.is_current(user.totp_secret):
            secret = keyring.open(user.totp_secret, _place(user))
            user.totp_secret = keyring.seal(secret, _place(user))
            session.add(user)
            done += 1
    session.flush()
    return done
