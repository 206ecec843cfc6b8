"""Long work that somebody asked for on a page, and how far the worker is with it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint
from sqlmodel import Field

from core.clock import now
from core.db import UTCDateTime, enum_type
from directory.models.base import DirectoryRow


class JobStatus(StrEnum):
    """First what would change is found out, then it is changed, if somebody says so."""

    CHECKING = "checking"
    CHECKED = "checked"
    APPLYING = "applying"
    APPLIED = "applied"
    FAILED = "failed"


class ImportJob(DirectoryRow, table=True):
    """Uploaded files of one source. `result` is what came of them: counts by table, problems by reason.

    The files and the report are in the home folder, below imports/ and the job's id.
    """

    __tablename__ = "import_job"
    __table_args__ = (
        CheckConstraint("status != 'failed' OR error != ''", name="failures_say_why"),
    )

    source: str = Field(max_length=100)
    files: list[str] = Field(sa_type=JSON)
    bytes: int
    status: JobStatus = Field(default=JobStatus.CHECKING, sa_type=enum_type(JobStatus))
    result: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    error: str = ""
    asked_by: str = Field(max_length=64)
    asked_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)


class SearchStep(StrEnum):
    """How far a search for records listed twice is."""

    WAITING = "waiting"
    READING = "reading"
    COMPARING = "comparing"
    DONE = "done"


class DuplicateSearch(DirectoryRow, table=True):
    """A search for records listed twice: `done` of `total` in its step, `moved_at` its last sign.

    At the end it says how many `records` it looked at, and how many pairs it `opened`.
    """

    __tablename__ = "duplicate_search"

    step: SearchStep = Field(default=SearchStep.WAITING, sa_type=enum_type(SearchStep))
    done: int = 0
    total: int = 0
    records: int = 0
    opened: int = 0
    asked_by: str = Field(max_length=64)
    asked_at: datetime = Field(default_factory=now, sa_type=UTCDateTime, index=True)
    moved_at: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    finished_at: datetime | None = Field(default=None, sa_type=UTCDateTime)
