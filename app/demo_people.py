"""The demonstration's people, and the file that says how to sign in as them.

Passwords are made once and kept in two files of the home folder that only their owner can read:
credentials.json has one person for each role, people.json everybody.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from sqlmodel import Session, col, func, select

from accounts.models import ApiKey
from core.clock import now
from core.db import Database
from core.settings import Settings
from patients.sealing import Vault
from seed_data.people import network
from seed_data.people.network import SignIn

FEATURED = "coordinator", "partner", "supervisor", "curator", "admin"


def credentials_path(settings: Settings) -> Path:
    """One person for each role, by role: e-mail address, password, API key."""
    return settings.home / "demo" / "credentials.json"


def people_path(settings: Settings) -> Path:
    """Everybody."""
    return settings.home / "demo" / "people.json"


def settle(settings: Settings, database: Database, say: Callable[[str], None]) -> None:
    """Make the people; where the files are not of this database, new keys. Quick when all is so."""
    known = read(settings)
    with database.read() as session:
        settled = network.is_settled(session)
        if settled and known and _are_of(session, known):
            return
    say("Settling the people of the network …")
    with database.write() as session:
        if settled:
            sign_ins = network.renew(session, {one.email: one.password for one in known})
        else:
            sign_ins = _begin(session, settings)
    _keep(settings, sign_ins)


def read(settings: Settings) -> tuple[SignIn, ...]:
    """Everybody's sign-ins as kept; nobody's when the files are missing or not to be read."""
    if not credentials_path(settings).exists():
        return ()
    try:
        return msgspec.json.decode(people_path(settings).read_bytes(), type=tuple[SignIn, ...])
    except (OSError, msgspec.MsgspecError):
        return ()


def featured(sign_ins: Sequence[SignIn]) -> dict[str, SignIn]:
    """The first person of each role."""
    firsts = {one.role: one for one in reversed(sign_ins)}
    return {role: firsts[role] for role in FEATURED if role in firsts}


def _begin(session: Session, settings: Settings) -> list[SignIn]:
    from seed_data.people import patients, referrals  # the forms: only the first start needs them

    sign_ins = network.found(session, settings.holidays)
    vault = Vault(settings.keyring())
    known = {
        case.key: (patients.admit(session, vault, case), case.organization)
        for case in patients.cases()
    }
    referrals.tell(session, vault, known)
    return sign_ins


def _are_of(session: Session, known: Sequence[SignIn]) -> bool:
    """Whether all these keys are keys of this database and not yet over."""
    prefixes = [one.api_key.split("_")[1] for one in known]
    statement = select(func.count()).where(
        col(ApiKey.prefix).in_(prefixes), col(ApiKey.expires_on) > now().date()
    )
    return session.exec(statement).one() == len(known)


def _keep(settings: Settings, sign_ins: Sequence[SignIn]) -> None:
    shown = {
        role: {"email": one.email, "password": one.password, "api_key": one.api_key}
        for role, one in featured(sign_ins).items()
    }
    _write(people_path(settings), sign_ins)
    _write(credentials_path(settings), shown)


def _write(path: Path, value: object) -> None:
    """Whole or not at all, and never readable for anybody else, not even for a moment."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")
    fresh.replace(path)
