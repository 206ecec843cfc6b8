"""Engine and oracle agree on generated queries: hundreds in every run, always the same ones;
HANDRAIL_TEST_EXAMPLES=1000 asks that many of each engine.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings

from search.engine import SearchEngine
from search.query import SearchQuery
from tests.contract.checking import check, on_the_edge
from tests.contract.corpus import edits, queries, random_documents
from tests.contract.documents import NOW
from tests.contract.engines import Site

DOCUMENTS = random_documents(seed=1, count=160)
MANY = settings(
    max_examples=int(os.environ.get("HANDRAIL_TEST_EXAMPLES", "300")),
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def rebuilt(module_site: Site) -> Iterator[SearchEngine]:
    """Everything built at once."""
    engine = replace(module_site, folder=module_site.folder / "rebuilt").open()
    engine.rebuild(DOCUMENTS)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def edited(module_site: Site) -> Iterator[SearchEngine]:
    """Half of it built, half of it put in two versions, with strangers put and deleted."""
    engine = replace(module_site, folder=module_site.folder / "edited").open()
    engine.rebuild(DOCUMENTS[:80] + random_documents(seed=9, count=90)[80:])
    engine.search(SearchQuery(now=NOW, text="pantry"))
    strangers = [d | {"id": f"x{d['id']}"} for d in random_documents(seed=3, count=30)]
    engine.put(strangers)
    for start in range(70, 160, 25):
        engine.put(DOCUMENTS[start : start + 25])
    engine.delete([d["id"] for d in strangers])
    yield engine
    engine.close()


@MANY
@given(query=queries())
def test_a_rebuilt_index_answers_as_the_oracle_does(rebuilt, query):
    assume(not on_the_edge(DOCUMENTS, query))
    check(rebuilt, DOCUMENTS, query)


@MANY
@given(query=queries())
def test_an_edited_index_answers_as_the_oracle_does(edited, query):
    assume(not on_the_edge(DOCUMENTS, query))
    check(edited, DOCUMENTS, query)


def _samples(count: int) -> list[SearchQuery]:
    """Some queries of every kind, the same each time."""
    found: list[SearchQuery] = []

    @settings(MANY, max_examples=count, phases=[Phase.generate])
    @given(query=queries())
    def collect(query: SearchQuery) -> None:
        found.append(query)

    collect()
    return found


@pytest.mark.parametrize("seed", range(6))
def test_every_step_of_a_history_is_seen_by_writer_and_reader(engine_factory, seed):
    writer, reader = engine_factory(), engine_factory()
    stored: dict[str, dict[str, Any]] = {}
    asked = _samples(8)
    for step, (kind, what) in enumerate(edits(seed, 25)):
        if kind == "put":
            assert writer.put(what) == []
            stored |= {document["id"]: document for document in what}
        else:
            writer.delete(what)
            stored = {id: document for id, document in stored.items() if id not in what}
        if step == 15:
            writer.rebuild(list(stored.values()))
        for engine in (writer, reader) if step % 3 else (writer,):
            assert dict(engine.ids_and_hashes()) == {i: d["hash"] for i, d in stored.items()}
            check(engine, stored.values(), asked[step % len(asked)])
    for query in asked:
        check(engine_factory(), stored.values(), query)
