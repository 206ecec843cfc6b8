"""Where the records went that were made one with another.

Tables above this one that name services and organizations register here what becomes of it then.
"""

from collections.abc import Callable
from typing import Final

from sqlmodel import Session

from core.errors import Moved, NotFound
from directory.models import MergedRecord
from directory.models.base import ID_LENGTH

Move = Callable[[Session, str, str], None]
"""Called with the old id and the one that is kept. Raises Conflict where both cannot be one."""
OF_SERVICES: Final[list[Move]] = []
OF_ORGANIZATIONS: Final[list[Move]] = []
MERGES_MAX = 50


def kept_for(session: Session, old_id: str) -> str | None:
    """Where a merged record went; merges of what was merged are followed to the end."""
    if len(old_id) > ID_LENGTH or not old_id.isprintable():
        return None
    found = None
    for _ in range(MERGES_MAX):
        row = session.get(MergedRecord, found or old_id)
        if row is None:
            return found
        found = row.kept_id
    return found


def missing(session: Session, key: str, words: str) -> NotFound:
    """What to raise for an id that names nothing: Moved when it leads to another record."""
    kept = kept_for(session, key)
    return Moved(words, key, kept) if kept else NotFound(words)
