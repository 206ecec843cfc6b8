"""From a source's ids to ours, the same every time."""

from functools import lru_cache

from core.db import stable_id
from directory.codes import code_lists, taxonomy_id
from directory.importing.values import UUID


def our_id(source: str, table: str, source_id: str) -> str:
    """A UUID stays as it is, as HSDS 3 asks; any other id gives one of its own in this source."""
    return source_id.lower() if UUID.fullmatch(source_id) else stable_id(source, table, source_id)


@lru_cache(maxsize=1)
def own_ids() -> frozenset[str]:
    """Ids of our own code lists and codes: the same everywhere, and in no source's gift."""
    lists = code_lists().values()
    terms = {code.id for found in lists for code in found.codes.values()}
    return frozenset(terms | {taxonomy_id(found.name) for found in lists})
