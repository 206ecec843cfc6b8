"""Imports asked for on a page: kept, tried without writing anything, and applied by the worker.

The files wait in the home folder, below imports/ and the job's id; they go once they are applied,
and after a week in any case. Nothing here commits but the worker's own short steps.
"""

import csv
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from core import audit, outbox
from core.actor import Actor
from core.clock import now
from core.db import Database, new_id
from core.errors import Conflict, HandrailError, Invalid, NotFound
from core.outbox import Message
from directory import importing
from directory.models import ImportJob, JobStatus
from directory.permissions import check_curate

TOPIC = "directory.import"
BYTES_MAX = 20_000_000
"""All files of one upload together."""
FILES_MAX = 60
KEPT = timedelta(days=7)
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,79}\.(csv|json|ndjson|jsonl)")
REPORT = "problems.csv"
ERROR_LENGTH = 500
BUSY = (JobStatus.CHECKING, JobStatus.APPLYING)


def ask(session: Session, actor: Actor, source: str, files: Sequence[tuple[str, int]]) -> ImportJob:
    """Keep that these files (name, bytes) are to be imported. Raises Invalid by field."""
    check_curate(actor)
    _check_files(files)
    named = importing.named(source)
    row = ImportJob(
        id=new_id(),
        source=named,
        files=[name for name, _ in files],
        bytes=sum(size for _, size in files),
        asked_by=actor.id,
    )
    session.add(row)
    session.flush()
    _hand_over(session, actor, row)
    return row


def confirm(session: Session, actor: Actor, job_id: str) -> None:
    """Have what was tried applied. Raises Conflict when it was not tried, or is applied already."""
    check_curate(actor)
    row = session.get(ImportJob, job_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such import.")
    if row.status is not JobStatus.CHECKED:
        raise Conflict("This import cannot be applied now.")
    row.status, row.finished_at = JobStatus.APPLYING, None
    session.add(row)
    _hand_over(session, actor, row)


def jobs(session: Session, actor: Actor, limit: int = 20) -> Sequence[ImportJob]:
    """The newest imports."""
    check_curate(actor)
    newest = select(ImportJob).order_by(col(ImportJob.asked_at).desc(), ImportJob.id)
    return session.exec(newest.limit(limit)).all()


def job(session: Session, actor: Actor, job_id: str) -> ImportJob:
    """One of them. Raises NotFound."""
    check_curate(actor)
    row = session.get(ImportJob, job_id)
    if row is None:
        raise NotFound("There is no such import.")
    return row


def folder(home: Path, job_id: str) -> Path:
    """Where the files of a job and its report are."""
    return home / "imports" / job_id


def problems(home: Path, job_id: str, limit: int) -> list[dict[str, str]]:
    """The first problems of the report."""
    path = folder(home, job_id) / REPORT
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as lines:
        return list(islice(csv.DictReader(lines), limit))


def handler(
    database: Database, home: Path, actor_of: Callable[[Session, str], Actor]
) -> Callable[[Sequence[Message]], None]:
    """What the worker does with the messages; once it is done, doing it again does nothing."""

    def handle(messages: Sequence[Message]) -> None:
        for message in messages:
            _work(database, home, str(message.payload["job_id"]), actor_of)
        _clear(home)

    return handle


def _work(
    database: Database, home: Path, job_id: str, actor_of: Callable[[Session, str], Actor]
) -> None:
    with database.read() as session:
        row = session.get(ImportJob, job_id)
        if row is None or row.status not in BUSY:
            return
        actor, applying = actor_of(session, row.asked_by), row.status is JobStatus.APPLYING
    place = folder(home, job_id)
    try:
        options = importing.Options(
            path=place / "files",
            home=home,
            dry_run=not applying,
            source=row.source,
            report=place / REPORT,
        )
        done = importing.run(database, options, actor=actor, out=StringIO())
    except HandrailError as refused:
        _finish(database, job_id, JobStatus.FAILED, error=refused.message[:ERROR_LENGTH])
        return
    _finish(
        database, job_id, JobStatus.APPLIED if applying else JobStatus.CHECKED, result=_result(done)
    )
    if applying:
        shutil.rmtree(place / "files", ignore_errors=True)


def _finish(
    database: Database,
    job_id: str,
    status: JobStatus,
    *,
    result: dict[str, Any] | None = None,
    error: str = "",
) -> None:
    with database.write() as session:
        row = session.get_one(ImportJob, job_id)
        row.status, row.error, row.finished_at = status, error, now()
        row.result = row.result if result is None else result
        session.add(row)


def _result(done: importing.Result) -> dict[str, Any]:
    tables = {
        name: [
            written.counts.created,
            written.counts.updated,
            written.counts.unchanged,
            written.removed,
            written.gone,
        ]
        for name, written in done.tables.items()
    }
    sums = sorted(done.problems.items(), key=lambda item: -item[1])
    return {
        "format": done.format.value,
        "rows": sum(done.rows_read.values()),
        "changed": done.changed,
        "seconds": round(done.seconds, 1),
        "tables": tables,
        "problems": [[kind.value, reason, count] for (kind, reason), count in sums],
    }


def _hand_over(session: Session, actor: Actor, row: ImportJob) -> None:
    outbox.publish(session, TOPIC, {"job_id": row.id}, key=f"{TOPIC}:{row.id}:{row.status.value}")
    fields = {"source": row.source, "bytes": row.bytes, "status": row.status.value}
    audit.record(
        session, actor, "directory.import.ask", "import_job", row.id, fields, address=actor.address
    )


def _check_files(files: Iterable[tuple[str, int]]) -> None:
    listed = list(files)
    if not listed:
        raise Invalid("Choose at least one file.", parameter="files")
    if len(listed) > FILES_MAX or len({name for name, _ in listed}) < len(listed):
        raise Invalid("Choose at most 60 files, each once.", parameter="files")
    if not all(NAME.fullmatch(name) for name, _ in listed):
        raise Invalid("Files are called like services.csv or directory.json.", parameter="files")
    if sum(size for _, size in listed) > BYTES_MAX:
        raise Invalid("Together the files may have 20 megabytes.", parameter="files")


def _clear(home: Path) -> None:
    """Remove what was uploaded long ago."""
    for place in _uploads(home):
        if place.stat().st_mtime < (now() - KEPT).timestamp():
            shutil.rmtree(place, ignore_errors=True)


def _uploads(home: Path) -> Iterator[Path]:
    root = home / "imports"
    yield from (path for path in (root.iterdir() if root.is_dir() else ()) if path.is_dir())
