"""What every directory table has in common."""

from datetime import datetime
from typing import Any

from sqlmodel import Field

from core.clock import now
from core.db import Base, UTCDateTime, new_id

ID_LENGTH = 36


class DirectoryRow(Base):
    """A row with an opaque text id (a UUID; imports derive it from the source's own id)."""

    id: str = Field(default_factory=new_id, primary_key=True, max_length=ID_LENGTH)


class SourcedRow(DirectoryRow):
    """A row that remembers where it came from, so that a later import of the same source finds it.

    `source` names the data set ("county-2023"), `source_id` is the record's id in it.
    """

    source: str = Field(default="", max_length=100, index=True)
    source_id: str = Field(default="", max_length=200)
    last_modified: datetime = Field(default_factory=now, sa_type=UTCDateTime)


def parent(table: str, *, required: bool = False, cascade: bool = True) -> Any:
    """Indexed reference to another directory table; the child goes when its parent goes."""
    return Field(
        default=... if required else None,
        foreign_key=f"{table}.id",
        ondelete="CASCADE" if cascade else "SET NULL",
        index=True,
        max_length=ID_LENGTH,
    )
