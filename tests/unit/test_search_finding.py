"""When no service has all of the words."""

import pytest

from search.embedded.engine import EmbeddedEngine
from search.finding import find
from search.query import SearchQuery
from tests.contract.documents import NOW, make_document


@pytest.fixture
def engine(tmp_path):
    engine = EmbeddedEngine(tmp_path / "index")
    engine.put(
        [
            make_document(
                "pantry", name="Food pantry", summary="Choose what you like.", cost=["fee"]
            ),
            make_document("meals", name="Food for elders"),
            make_document("ride", name="Ride to work", summary="You like to choose your seat."),
            make_document("staff", name="Zebra pantry", visibility="network"),
        ]
    )
    yield engine
    engine.close()


def ask(engine, text, **fields):
    found = find(engine, SearchQuery(now=NOW, text=text, **fields))
    return {hit.id for hit in found.result.hits}, found.left_out


@pytest.mark.parametrize(
    ("text", "ids", "left_out"),
    [
        ("food pantry", {"pantry"}, ()),
        ("food pantry quickly", {"pantry"}, ("quickly",)),
        ("quickly food elders", {"meals"}, ("quickly",)),
        ("food elders choose", {"meals"}, ("choose",)),  # ours before words of a description
        (
            "zebra food",
            {"pantry", "meals"},
            ("zebra",),
        ),  # what the asker may not see does not count
        ("quickly", set(), ()),
        ("quickly slowly", set(), ()),
        ("", {"pantry", "meals", "ride"}, ()),
    ],
)
def test_words_that_go_together_are_kept(engine, text, ids, left_out):
    assert ask(engine, text) == (ids, left_out)


def test_filters_never_change_which_words_are_kept(engine):
    assert ask(engine, "food pantry", cost=("free",)) == (set(), ())
    assert ask(engine, "quickly food pantry", cost=("fee",)) == ({"pantry"}, ("quickly",))
    assert ask(engine, "quickly food pantry", cost=("free",)) == (set(), ("quickly",))
