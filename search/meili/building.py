"""The indexes of a rebuild, by whose names every writer knows that one is on.

services                  in use
services-next-1a2b3c4d    being built
services-journal-1a2b3c4d  id → what was last written of it since the build began
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from core.clock import now
from search.meili.client import Body, Client

MARKER = "marker"
ALIVE = timedelta(minutes=5)
"""A rebuild writes a batch more often than this, clocks a little apart included."""
_READ = 1_000

Line = tuple[str, bytes]
"""Id of a document, and the form it is sent in."""


@dataclass(frozen=True, slots=True)
class Building:
    """One rebuild of `index`. `born` is when its journal was made, None until it is."""

    index: str
    id: str
    born: str | None = None

    @property
    def next(self) -> str:
        """The index being built."""
        return f"{self.index}-next-{self.id}"

    @property
    def journal(self) -> str:
        """The index that notes what is written meanwhile."""
        return f"{self.index}-journal-{self.id}"


def current(indexes: Iterable[Body], index: str) -> Building | None:
    """The rebuild that is on; the latest, should one have died."""
    start = f"{index}-journal-"
    journals = [one for one in indexes if one["uid"].startswith(start)]
    if not journals:
        return None
    latest = max(journals, key=lambda one: one["createdAt"])
    return Building(index, latest["uid"].removeprefix(start), latest["createdAt"])


def is_going_on(indexes: Sequence[Body], index: str) -> bool:
    """Whether a rebuild did something lately; one that was killed leaves its indexes behind."""
    names = leftovers(indexes, index)
    touched = [datetime.fromisoformat(one["updatedAt"]) for one in indexes if one["uid"] in names]
    return bool(touched) and now() - max(touched) < ALIVE


def leftovers(indexes: Iterable[Body], index: str) -> list[str]:
    """Every index that belongs to some rebuild of this one."""
    starts = (f"{index}-next-", f"{index}-journal-")
    return [one["uid"] for one in indexes if one["uid"].startswith(starts)]


@dataclass(frozen=True, slots=True)
class Noted:
    """The last state of a document: its line, or None when it was deleted. `version` is its own."""

    id: str
    version: str
    line: str | None


def note(client: Client, building: Building, noted: Iterable[Noted]) -> int:
    """Write to the journal; the number of the task."""
    return client.put(building.journal, b"\n".join(map(msgspec.json.encode, noted)))


def read_journal(client: Client, building: Building) -> Mapping[str, Noted]:
    """Id → what is noted, the marker left out."""
    found: dict[str, Noted] = {}
    while True:
        batch: list[Any] = client.documents(building.journal, offset=len(found), limit=_READ)
        found |= {one["id"]: Noted(one["id"], one["version"], one["line"]) for one in batch}
        if len(batch) < _READ:
            found.pop(MARKER, None)
            return found
