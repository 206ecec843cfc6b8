"""Writing bitmaps and columns: folding newer rows into an index file, and all of them at first."""

from collections.abc import Iterator, Mapping

from pyroaring import BitMap

from search.embedded.columns import Columns
from search.embedded.index import Index
from search.embedded.keys import Key
from search.embedded.store import Store

FOLD_AFTER = 2_000
"""Changes that may wait: every process replays them once, and again when it opens the file."""


def fold(store: Store, index: Index, *, keep_gone: bool) -> None:
    """Take the changes since the last fold into the stored bitmaps and columns. Inside `writing`.

    Readers need not notice. Rows that died before the fold before this one are forgotten, unless
    `keep_gone`: a rebuild that is under way still wants them.
    """
    index.catch_up()
    head = store.head()
    store.write_blobs(_joined(store, index))
    store.write_blobs(index.columns.chunks(head.folded_row))
    store.write_blobs(summaries(index.alive, index.vocabulary.words()))
    if not keep_gone:
        store.purge(head.folded)
        head.purged = head.folded
    head.folded, head.folded_row, head.pending = head.seq, head.next_row, 0
    store.save(head)


def _joined(store: Store, index: Index) -> Iterator[tuple[Key, bytes]]:
    for (kind, key), newer in index.postings.newer().items():
        stored = store.blob(kind, key)
        rows = BitMap.deserialize(stored) | newer if stored else newer
        yield (kind, key), packed(rows & index.alive)


def packed(rows: BitMap) -> bytes:
    """A bitmap as it is stored."""
    rows.run_optimize()
    data: bytes = rows.serialize()
    return data


def summaries(alive: BitMap, words: list[str]) -> Iterator[tuple[Key, bytes]]:
    """What is stored once for the whole file."""
    yield ("meta", "alive"), packed(alive.copy())
    yield ("meta", "words"), " ".join(words).encode()


def write_all(
    store: Store, postings: Mapping[Key, BitMap], columns: Columns, alive: BitMap
) -> None:
    """Store everything of a file that was just built."""
    store.write_blobs((key, packed(postings[key])) for key in sorted(postings))
    store.write_blobs(columns.chunks(0))
    words = sorted(key for kind, key in postings if kind == "word")
    store.write_blobs(summaries(alive, words))
