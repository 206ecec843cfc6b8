"""Building a new index beside the one in use, while every process goes on writing, and switching to it.

A writer that sees the journal of a rebuild writes there first, then to the next index, then to the one in
use. So the old index has everything up to the switch and the new one everything after it, whoever is killed
when.

Only what the build itself loads may be older than what was written meanwhile. So after loading, what the
journal holds is written once more. That in turn may undo a write of the same moment; it is in the journal
too, and is repeated in the next round, until there is none. A round begins with a marker in the journal: once
that is there, so is everything queued before it.
"""

import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from core.errors import Conflict, Unavailable
from search.admit import Admitted, admit
from search.engine import Rebuilt, Refused
from search.meili.building import (
    Building,
    Line,
    Noted,
    beat,
    current,
    is_alive,
    is_dead,
    leftovers,
    read_journal,
)
from search.meili.client import Client, TaskFailed
from search.meili.settings import index_settings
from search.meili.writers import batches, line_of, send, settle

_JOURNAL_SETTINGS = {
    "searchableAttributes": ["id"],
    "facetSearch": False,
    "prefixSearch": "disabled",
}


def rebuild(client: Client, index: str, documents: Iterable[Mapping[str, Any]]) -> Rebuilt:
    """See SearchEngine. A rebuild that was already on loses; it finds out before it switches."""
    _remove(client, leftovers(client.indexes(), index))
    building = _begin(client, index)
    try:
        refused = _load(client, building, documents)
        _catch_up(client, building)
        _switch(client, building)
    except Unavailable as error:
        if _is_on(client, building):
            raise
        raise _overtaken() from error
    finally:
        with suppress(Unavailable):
            _remove(client, [building.journal, building.next])
    return Rebuilt(client.count(index), tuple(refused))


def remove_dead(client: Client, index: str) -> None:
    """Remove what a rebuild that was killed left behind: every write would go there, too.

    Should it be alive after all, it finds out before it switches and gives up.
    """
    indexes = client.indexes()
    building = current(indexes, index)
    living = building if building and is_alive(client, building) else None
    kept = {living.next, living.journal} if living else set()
    removable = [index, *(name for name in leftovers(indexes, index) if name not in kept)]
    by_name = {one["uid"]: one for one in indexes}
    _remove(
        client, [name for name in removable if name in by_name and is_dead(by_name[name], index)]
    )


def _begin(client: Client, index: str) -> Building:
    """Make the next index, and last the journal, from which on every writer takes part."""
    build = Building(index, secrets.token_hex(4))
    for name, settings in (
        (build.next, index_settings()),
        (build.journal, _JOURNAL_SETTINGS),
    ):
        client.create_index(name)
        client.wait(client.change_settings(name, settings))
    begun = current(client.indexes(), index)
    if begun is None or begun.id != build.id:
        raise _overtaken()
    return begun


def _overtaken() -> Conflict:
    return Conflict("Another rebuild of the search index began; this one gives up.")


def _is_on(client: Client, building: Building) -> bool:
    return current(client.indexes(), building.index) == building


def _remove(client: Client, names: Iterable[str]) -> None:
    for task in [client.delete_index(name) for name in names]:
        with suppress(TaskFailed):  # it is gone
            client.wait(task)


def _load(
    client: Client, building: Building, documents: Iterable[Mapping[str, Any]]
) -> list[Refused]:
    """Fill the next index. One batch is made while Meilisearch works at the one before."""
    refused: list[Refused] = []
    waiting: tuple[int, list[Line]] | None = None
    for batch in batches(_lines(documents, refused)):
        task = send(client, building.next, batch)
        beat(client, building)
        if waiting:
            refused += settle(client, building.next, *waiting)
        waiting = task, batch
    if waiting:
        refused += settle(client, building.next, *waiting)
    return refused


def _lines(documents: Iterable[Mapping[str, Any]], refused: list[Refused]) -> Iterator[Line]:
    for document in documents:
        outcome = admit(document)
        if isinstance(outcome, Admitted):
            yield line_of(outcome)
        else:
            refused.append(outcome)


def _catch_up(client: Client, building: Building) -> None:
    """Write again what was written while loading, and what this may have undone."""
    seen: dict[str, str] = {}
    written: set[str] | None = None
    while True:
        client.wait(beat(client, building))
        noted = read_journal(client, building)
        new = [one for one in noted.values() if seen.get(one.id) != one.version_id]
        if written is not None:
            new = [one for one in new if one.id in written]
        if not new:
            return
        _write(client, building, new)
        written = {one.id for one in new}
        seen = {one.id: one.version_id for one in noted.values()}


def _write(client: Client, building: Building, states: Iterable[Noted]) -> None:
    lines = [(one.id, one.line.encode()) for one in states if one.line is not None]
    gone = [one.id for one in states if one.line is None]
    for batch in batches(lines):
        settle(client, building.next, send(client, building.next, batch), batch)
    if gone:
        client.wait(client.delete(building.next, gone))


def _switch(client: Client, building: Building) -> None:
    """Put the next index in the place of the one in use."""
    if not _is_on(client, building):
        raise _overtaken()
    is_first = all(one["uid"] != building.index for one in client.indexes())
    try:
        client.wait(client.swap(building.next, building.index, rename=is_first))
    except TaskFailed as failure:
        raise _overtaken() from failure
