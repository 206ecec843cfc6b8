"""An index of another version of Handrail is refused with what to do, and built anew."""

import sqlite3
from pathlib import Path

import pytest

from core.clock import now
from core.errors import Unavailable
from search.embedded.engine import EmbeddedEngine
from search.embedded.store import VERSION
from search.query import SearchQuery
from tests.contract.documents import make_document


def test_an_index_of_other_documents_is_refused_and_can_be_built_anew(tmp_path: Path) -> None:
    home = tmp_path / "search"
    engine = EmbeddedEngine(home)
    engine.rebuild([make_document("one")])
    engine.close()
    for path in home.glob("index-*.db"):
        with sqlite3.connect(path) as database:
            database.execute(f"PRAGMA user_version={VERSION ^ 1}")
        database.close()
    with pytest.raises(Unavailable, match="handrail reindex"):
        EmbeddedEngine(home).search(SearchQuery(now=now()))
    fresh = EmbeddedEngine(home)
    fresh.rebuild([make_document("one"), make_document("two")])
    assert fresh.search(SearchQuery(now=now())).total == 2
    fresh.close()
