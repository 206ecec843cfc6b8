"""What the other processes of test_processes.py do. Each is started anew, sharing nothing but the index."""

from multiprocessing.sharedctypes import Synchronized
from typing import TYPE_CHECKING, Any

from search.query import SearchQuery
from tests.contract.documents import NOW, make_document
from tests.contract.engines import Site

if TYPE_CHECKING:
    Counter = Synchronized[int]
else:  # not generic at run time
    Counter = Synchronized
BATCH = 15


def marked(number: int) -> dict[str, Any]:
    """The document that carries that number."""
    return make_document(f"d{number}", name=f"mark{number}", lat=36.0, lng=-78.9, cost=["free"])


def edition(number: int) -> list[dict[str, Any]]:
    """A whole index whose documents all carry that number."""
    return [make_document(f"d{n}", name="Same", hash=str(number)) for n in range(300)]


def put_one_by_one(site: Site, last: Counter, stop: Counter) -> None:
    """Put marked documents; `last` is the number whose put has returned."""
    engine, number = site.open(), 0
    while not stop.value:
        engine.put([marked(number)])
        last.value = number
        number += 1
    engine.close()


def find_the_last(site: Site, last: Counter, stop: Counter, seen: Counter) -> None:
    """Look for the document last put, over and over. Fails when one is not there."""
    engine = site.open()
    while not stop.value:
        number = last.value
        if number >= 0:
            result = engine.search(SearchQuery(now=NOW, text=f"mark{number}", facets=("cost",)))
            assert [hit.id for hit in result.hits if hit.id == f"d{number}"], number
            assert result.facets["cost"]["free"] == result.total
            seen.value += 1
    engine.close()


def put_batches(site: Site, last: Counter, stop: Counter) -> None:
    """Put marked documents in batches, folding all the while."""
    engine, number = site.open(), last.value + 1
    while not stop.value:
        engine.put([marked(number + offset) for offset in range(BATCH)])
        number += BATCH
        last.value = number - 1


def rebuild_editions(site: Site, last: Counter, stop: Counter) -> None:
    """Rebuild with one edition after the other."""
    engine = site.open()
    while not stop.value:
        engine.rebuild(edition(last.value + 1))
        last.value += 1
