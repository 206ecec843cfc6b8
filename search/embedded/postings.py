"""The bitmaps of an index file, read when first wanted and kept up to date with newer rows."""

from collections import OrderedDict
from collections.abc import Iterable

from pyroaring import BitMap

from search.embedded.bitmaps import union
from search.embedded.keys import PINNED, Key, fold_key
from search.embedded.store import Store

CACHE_BYTES = 32 << 20
"""Stored size of the bitmaps kept in memory, pinned kinds aside."""
_OVERHEAD = 200
"""Bytes a kept bitmap costs beyond its stored size, roughly."""


class Postings:
    """(kind, key) → rows.

    `_kept` holds whole bitmaps (a cache, least recently used go first; pinned kinds never go). `_newer` holds
    the rows added since the file was last folded, for every key they touch.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._pinned: dict[str, dict[str, BitMap]] = {kind: {} for kind in PINNED}
        self._spellings: dict[Key, list[str]] = {}
        self._kept: OrderedDict[Key, tuple[BitMap, int]] = OrderedDict()
        self._kept_bytes = 0
        self._newer: dict[Key, BitMap] = {}
        for kind, bitmaps in self._pinned.items():
            for key, data in store.blobs(kind):
                bitmaps[key] = BitMap.deserialize(data)
                self._spell(kind, key)

    def get(self, kind: str, key: str) -> BitMap:
        """Rows under that key. Dead rows may be among them. Do not change it."""
        kept = self._kept.get((kind, key))
        if kept is not None:
            self._kept.move_to_end((kind, key))
            return kept[0]
        data = self._store.blob(kind, key)
        newer = self._newer.get((kind, key))
        bitmap = BitMap.deserialize(data) if data else BitMap()
        if newer is not None:
            bitmap |= newer
        self._keep((kind, key), bitmap, _OVERHEAD + len(data or b""))
        return bitmap

    def any(self, kind: str, keys: Iterable[str]) -> BitMap:
        """Rows under any of the keys. Do not change it."""
        found = [self.get(kind, key) for key in keys]
        return found[0] if len(found) == 1 else union(found)

    def values(self, kind: str) -> dict[str, BitMap]:
        """Every key of a pinned kind with its rows."""
        return self._pinned[kind]

    def any_value(self, kind: str, values: Iterable[str]) -> BitMap:
        """Rows of a pinned kind with any of the values, whatever their case."""
        bitmaps = self._pinned[kind]
        spelled = (self._spellings.get((kind, fold_key(value)), ()) for value in values)
        found = [bitmaps[key] for keys in spelled for key in keys]
        return found[0] if len(found) == 1 else union(found)

    def all_keys(self, kind: str) -> set[str]:
        """The keys of a kind that has few of them."""
        newer = {key for other, key in self._newer if other == kind}
        return newer.union(self._store.keys(kind))

    def add(self, row: int, keys: Iterable[Key]) -> list[Key]:
        """Note a new row. Returns the keys that had no newer row before: they may be new altogether."""
        fresh = []
        for kind, key in keys:
            if kind in self._pinned:
                self._add_pinned(row, kind, key)
            kept = self._kept.get((kind, key))
            if kept is not None:
                kept[0].add(row)
            newer = self._newer.get((kind, key))
            if newer is None:
                newer = self._newer[kind, key] = BitMap()
                fresh.append((kind, key))
            newer.add(row)
        return fresh

    def newer(self) -> dict[Key, BitMap]:
        """The rows added since the last fold, by key."""
        return self._newer

    def folded(self, before_row: int) -> None:
        """The file now holds every row below that one: forget them among the newer ones."""
        kept = {}
        for key, rows in self._newer.items():
            rows.remove_range(0, before_row)
            if rows:
                kept[key] = rows
        self._newer = kept

    def _add_pinned(self, row: int, kind: str, key: str) -> None:
        bitmaps = self._pinned[kind]
        if key not in bitmaps:
            bitmaps[key] = BitMap()
            self._spell(kind, key)
        bitmaps[key].add(row)

    def _spell(self, kind: str, key: str) -> None:
        self._spellings.setdefault((kind, fold_key(key)), []).append(key)

    def _keep(self, key: Key, bitmap: BitMap, size: int) -> None:
        self._kept[key] = (bitmap, size)
        self._kept_bytes += size
        while self._kept_bytes > CACHE_BYTES and len(self._kept) > 1:
            self._kept_bytes -= self._kept.popitem(last=False)[1][1]
