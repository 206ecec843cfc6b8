"""Puts and deletes: queued, waited for, and a document that Meilisearch refuses found in its batch."""

import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import msgspec

from core.errors import Unavailable
from search.admit import Admitted
from search.engine import IndexMissing, Refused
from search.meili.building import Building, Line, Noted, current, is_made, leftovers, note
from search.meili.client import MISSING, RETRY_AFTER_S, Client, TaskFailed
from search.meili.stored import stored

BATCH_BYTES = 8_000_000
"""Text of a request at most; a server takes 100 MB unless it is told otherwise."""
_ABOUT_DOCUMENTS = ("invalid_document", "missing_document", "document_", "max_fields_limit")


class Writers:
    """Writes changes to the index in use, and during a rebuild to the journal and the next one too."""

    def __init__(self, client: Client, index: str) -> None:
        self._client = client
        self._index = index

    def put(self, documents: Iterable[Admitted], wait: bool) -> list[Refused]:
        """Insert or replace; gives those that were refused, if they are waited for."""
        refused: list[Refused] = []
        with self._during() as building:
            for batch in batches(map(line_of, documents)):
                if building:
                    self._note(building, [(id, line.decode()) for id, line in batch])
                sent = [(name, send(self._client, name, batch)) for name in self._names(building)]
                if wait:
                    settled = [self._settle(building, name, task, batch) for name, task in sent]
                    refused += settled[-1]
        return refused

    def _settle(
        self, building: Building | None, name: str, task: int, batch: Sequence[Line]
    ) -> list[Refused]:
        """As `settle`; that the next index is gone does not matter when its rebuild is over."""
        try:
            return settle(self._client, name, task, batch)
        except Unavailable:
            if self._is_over(building, name):
                return []
            raise

    def _wait(self, building: Building | None, name: str, task: int) -> None:
        """Likewise for a delete."""
        try:
            self._client.wait(task)
        except TaskFailed as failure:
            if not self._is_over(building, name):
                raise unavailable(failure) from failure

    def _is_over(self, building: Building | None, name: str) -> bool:
        return building is not None and name == building.next and self._building() != building

    def delete(self, ids: Sequence[str], wait: bool) -> None:
        """Remove; ids that are not there are no error."""
        with self._during() as building:
            if building:
                self._note(building, [(id, None) for id in ids])
            sent = [(name, self._client.delete(name, ids)) for name in self._names(building)]
            if wait:
                for name, task in sent:
                    self._wait(building, name, task)

    def _names(self, building: Building | None) -> list[str]:
        """Where to write: the index in use last, so that the next one has what it has."""
        return [building.next, self._index] if building else [self._index]

    def _building(self) -> Building | None:
        """The rebuild that is on. Looks before a write: that would make a missing index."""
        indexes = self._client.indexes()
        if not any(one["uid"] == self._index and is_made(one) for one in indexes):
            raise IndexMissing(MISSING, retry_after_s=RETRY_AFTER_S)
        return current(indexes, self._index)

    def _note(self, building: Building, states: Iterable[tuple[str, str | None]]) -> None:
        note(self._client, building, [Noted(id, uuid.uuid4().hex, line) for id, line in states])

    @contextmanager
    def _during(self) -> Iterator[Building | None]:
        """The rebuild that is on. Removes what the block brought back, should it end meanwhile."""
        building = self._building()
        try:
            yield building
        finally:
            if building:
                self._tidy(building)

    def _tidy(self, building: Building) -> None:
        indexes = self._client.indexes()
        if current(indexes, self._index) != building:
            for name in {building.next, building.journal} & set(leftovers(indexes, self._index)):
                self._client.delete_index(name)


def line_of(document: Admitted) -> Line:
    """Id, and the form that is sent."""
    return document.id, msgspec.json.encode(stored(document.document))


def batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Parts of no more than BATCH_BYTES, in order."""
    batch: list[Line] = []
    size = 0
    for line in lines:
        if batch and size + len(line[1]) > BATCH_BYTES:
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += len(line[1])
    if batch:
        yield batch


def send(client: Client, index: str, batch: Sequence[Line]) -> int:
    """Queue a batch; gives the number of its task."""
    return client.put(index, b"\n".join(line for _, line in batch))


def settle(client: Client, index: str, task: int, batch: Sequence[Line]) -> list[Refused]:
    """Wait for a batch. One bad document fails all of it: then the halves are tried, and so on."""
    try:
        client.wait(task)
        return []
    except TaskFailed as failure:
        if not failure.code.startswith(_ABOUT_DOCUMENTS):
            raise unavailable(failure) from failure
        if len(batch) == 1:
            return [Refused(batch[0][0], str(failure))]
    middle = len(batch) // 2
    refused: list[Refused] = []
    for half in (batch[:middle], batch[middle:]):
        refused += settle(client, index, send(client, index, half), half)
    return refused


def unavailable(failure: TaskFailed) -> Unavailable:
    """A failure that no document is to blame for."""
    if failure.code == "index_not_found":
        return IndexMissing(MISSING, retry_after_s=RETRY_AFTER_S)
    return Unavailable(
        f"The search server refused a change ({failure.code}).", retry_after_s=RETRY_AFTER_S
    )
