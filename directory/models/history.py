"""What changed in the directory, and its text in other languages."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from core.clock import now
from core.db import UTCDateTime
from directory.models.base import ID_LENGTH, DirectoryRow


class Metadata(DirectoryRow, table=True):
    """HSDS metadata: one changed field of one record."""

    __tablename__ = "metadata"
    __table_args__ = (
        Index("ix_metadata_resource", "resource_type", "resource_id"),
        Index("ix_metadata_last_action_date", "last_action_date", "id"),
    )

    resource_id: str = Field(max_length=ID_LENGTH)
    resource_type: str = Field(max_length=32)
    last_action_date: datetime = Field(default_factory=now, sa_type=UTCDateTime)
    last_action_type: str = Field(max_length=16)
    field_name: str = Field(max_length=64)
    previous_value: str = ""
    replacement_value: str = ""
    updated_by: str = Field(max_length=100)


class Translation(DirectoryRow, table=True):
    """A text field in another language; machine translations are labelled where they are shown.

    `outdated_since` is when the text it translates changed; until somebody renews it, it is not shown.
    """

    __tablename__ = "translation"
    __table_args__ = (
        UniqueConstraint("resource_type", "resource_id", "field_name", "language"),
        Index("ix_translation_outdated", "outdated_since", "id"),
    )

    resource_type: str = Field(max_length=32)
    resource_id: str = Field(max_length=ID_LENGTH)
    field_name: str = Field(max_length=64)
    language: str = Field(max_length=35)
    text: str
    machine: bool = False
    outdated_since: datetime | None = Field(default=None, sa_type=UTCDateTime)
