"""Each way in which Meilisearch differs is there, and the embedded engine does without it.

Should one of these fail, the difference is gone or another: then `differences` must say so.
"""

import pytest

from tests.contract.checking import found
from tests.contract.documents import make_document


@pytest.fixture
def is_meilisearch(site):
    return site.engine == "meilisearch"


def test_a_word_that_may_be_met_as_two(engine, is_meilisearch):
    engine.put([make_document("a", name="Day care"), make_document("b", name="Daycare")])
    assert found(engine, text="daycare") == (["b", "a"] if is_meilisearch else ["b"])
    assert found(engine, text="day care") == ["a"]  # but not two as one


def test_a_word_of_a_phrase_that_may_be_met_by_its_own_synonym(engine, is_meilisearch):
    engine.put([make_document("a", name="Dialysis", summary="viajes")])
    assert found(engine, text="dialysis ride") == (["a"] if is_meilisearch else [])


def test_a_phrase_of_which_one_word_counts_is_not_as_typed(engine, is_meilisearch):
    engine.put([make_document("a", name="Respite"), make_document("b", name="Watch")])
    first = found(engine, text="someone to watch")
    assert sorted(first) == ["a", "b"]
    if not is_meilisearch:
        assert first[0] == "b"


def test_a_synonym_is_in_the_name_when_its_first_word_is(engine, is_meilisearch):
    engine.put(
        [
            make_document("a", name="Food", summary="pantry"),
            make_document("b", name="Plain", summary="despensa"),
            make_document("c", name="Clinic", summary="food pantry"),
        ]
    )
    first = found(engine, text="despensa")
    assert first[0] == ("a" if is_meilisearch else "b")


def test_a_typo_in_a_number_that_is_not_forgiven(engine, is_meilisearch):
    engine.put([make_document("a", name="Line 55501")])
    assert found(engine, text="55502") == ([] if is_meilisearch else ["a"])
