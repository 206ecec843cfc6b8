"""Needs to a file of FHIR bundles: whole, or not there; readable by its owner only."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import IO

from sqlmodel import Session, col, or_, select

from accounts.models import NetworkOrganization
from core.actor import SYSTEM
from core.db import Database
from core.errors import Invalid, NotFound
from core.settings import Settings
from patients.models import Need
from patients.sealing import Vault
from referrals.fhir.bundle import export
from referrals.fhir.gate import Unfit

BATCH = 200
PROGRESS_S = 2.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which needs: of one organization (by name or id), or a single one; all when neither."""

    organization: str | None = None
    need_id: str | None = None


@dataclass(slots=True)
class Written:
    """How many lines there are, and which needs were not fit to be one, with why."""

    count: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)


def write(
    database: Database,
    settings: Settings,
    path: Path,
    wanted: Wanted,
    progress: Callable[[int], None],
) -> Written:
    """Write one bundle a line. `path` is replaced at the end, or left as it was.

    Raises NotFound for an organization or need that is not there, Invalid for a path that cannot
    be written.
    """
    if not path.parent.is_dir():
        raise Invalid(f"{path.parent} is no folder.", parameter="path")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            done = _write(database, settings, file, wanted, progress)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
        return done
    finally:
        Path(name).unlink(missing_ok=True)


def _write(
    database: Database,
    settings: Settings,
    file: IO[str],
    wanted: Wanted,
    progress: Callable[[int], None],
) -> Written:
    done, told = Written(), monotonic()
    vault = Vault(settings.keyring())
    for need_id in _ids(database, wanted):
        try:
            with database.write() as session:
                found = export(session, SYSTEM, vault, need_id, settings.base_url)
        except Unfit as error:
            done.refused.append((need_id, error.message))
            continue
        file.write(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n")
        done.count += 1
        if monotonic() - told > PROGRESS_S:
            progress(done.count)
            told = monotonic()
    return done


def _ids(database: Database, wanted: Wanted) -> Iterator[str]:
    """Needs in the order of their ids, a batch at a time."""
    if wanted.need_id:
        yield wanted.need_id
        return
    after = ""
    with database.read() as session:
        organization = _organization(session, wanted.organization)
    while True:
        statement = select(Need.id).where(col(Need.id) > after)
        if organization:
            statement = statement.where(Need.organization_id == organization)
        with database.read() as session:
            batch = session.exec(statement.order_by(col(Need.id)).limit(BATCH)).all()
        yield from batch
        if len(batch) < BATCH:
            return
        after = batch[-1]


def _organization(session: Session, wanted: str | None) -> str | None:
    if wanted is None:
        return None
    either = or_(col(NetworkOrganization.id) == wanted, col(NetworkOrganization.name) == wanted)
    found = session.exec(select(NetworkOrganization.id).where(either)).first()
    if found is None:
        raise NotFound(f'There is no organization "{wanted}" in the network.')
    return found
