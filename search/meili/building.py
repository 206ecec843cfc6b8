"""The indexes of a rebuild, by whose names every writer knows that one is on.

services                  in use
services-next-1a2b3c4d    being built
services-journal-1a2b3c4d  id → what was last written of it since the build began

A put makes an index that is missing, so a writer that comes late may bring one of them back. Such an index
is known by having no primary key: of documents with several fields called …id Meilisearch does not guess one,
and takes none of them. It counts as missing wherever indexes are looked at.
"""

from collections.abc import Iterable, Mapping
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


def is_made(index: Body) -> bool:
    """Whether it was made by a rebuild, not by a late put."""
    return index["primaryKey"] is not None


def is_dead(one: Body, index: str) -> bool:
    """Whether an index that no living rebuild has may go: a rebuild that just begins has no journal yet."""
    return not is_made(one) or (one["uid"] != index and not _is_recent(one["createdAt"]))


def _is_recent(at: str) -> bool:
    return now() - datetime.fromisoformat(at) < ALIVE


def current(indexes: Iterable[Body], index: str) -> Building | None:
    """The rebuild that is on; the latest, should one have died."""
    start = f"{index}-journal-"
    journals = [one for one in indexes if one["uid"].startswith(start) and is_made(one)]
    if not journals:
        return None
    latest = max(journals, key=lambda one: one["createdAt"])
    return Building(index, latest["uid"].removeprefix(start), latest["createdAt"])


def leftovers(indexes: Iterable[Body], index: str) -> list[str]:
    """Every index that belongs to some rebuild of this one, the journals first."""
    starts = (f"{index}-journal-", f"{index}-next-")
    return [one["uid"] for start in starts for one in indexes if one["uid"].startswith(start)]


@dataclass(frozen=True, slots=True)
class Noted:
    """The last state of a document: its line, or None when it was deleted. `version_id` is its own."""

    id: str
    version_id: str
    line: str | None


def beat(client: Client, building: Building) -> int:
    """Note that the rebuild is alive; the number of the task."""
    return note(client, building, [Noted(MARKER, now().isoformat(), None)])


def is_alive(client: Client, building: Building) -> bool:
    """Whether the rebuild did something lately; one that was killed leaves its indexes behind."""
    beaten = client.document(building.journal, MARKER)
    last = beaten["version_id"] if beaten else building.born
    return last is not None and _is_recent(last)


def note(client: Client, building: Building, noted: Iterable[Noted]) -> int:
    """Write to the journal; the number of the task."""
    return client.put(building.journal, b"\n".join(map(msgspec.json.encode, noted)))


def read_journal(client: Client, building: Building) -> Mapping[str, Noted]:
    """Id → what is noted, the marker left out."""
    found: dict[str, Noted] = {}
    while True:
        batch: list[Any] = client.documents(building.journal, offset=len(found), limit=_READ)
        found |= {one["id"]: Noted(one["id"], one["version_id"], one["line"]) for one in batch}
        if len(batch) < _READ:
            found.pop(MARKER, None)
            return found
