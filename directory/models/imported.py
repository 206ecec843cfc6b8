"""What imports remember, so that importing again changes only what the source changed."""

from sqlmodel import Field

from core.db import Base
from directory.models.base import ID_LENGTH

DIGEST_LENGTH = 32


class ImportedRow(Base, table=True):
    """One row that a source has said, and a digest of how it said it.

    It tells rows of the source from rows entered here: only the former are removed when the
    source drops them, and what people changed here stays until the source itself says otherwise.
    """

    __tablename__ = "imported_row"

    source: str = Field(primary_key=True, max_length=100)
    resource_type: str = Field(primary_key=True, max_length=32)
    resource_id: str = Field(primary_key=True, max_length=ID_LENGTH)
    digest: str = Field(max_length=DIGEST_LENGTH)
