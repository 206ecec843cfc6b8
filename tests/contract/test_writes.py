"""Puts, deletes, pages and rebuilds, seen at once and by every process."""

from dataclasses import replace

import pytest

from search.query import Point, SearchQuery
from tests.contract.checking import found
from tests.contract.documents import NOW, make_document

DURHAM = Point(36.0, -78.9)


def test_an_empty_index_finds_nothing(engine):
    result = engine.search(SearchQuery(now=NOW, text="food", facets=("cost",)))
    assert (result.total, result.hits, result.facets) == (0, (), {"cost": {}})
    assert engine.count() == 0
    assert engine.get("a") is None
    assert list(engine.ids_and_hashes()) == []
    assert engine.health().ok


def test_pages_meet_every_document_once(engine):
    engine.put([make_document(f"d{number:03d}", name="Same") for number in range(230)])
    for sort in ("match", "soonest"):
        query = SearchQuery(now=NOW, text="same", sort=sort, per_page=7)
        ids = [hit.id for n in range(1, 35) for hit in engine.search(replace(query, page=n)).hits]
        assert sorted(ids) == [f"d{number:03d}" for number in range(230)]
    assert found(engine, page=100, per_page=100) == []


def test_a_move_a_delete_and_a_change_are_seen(engine):
    engine.put([make_document("a", name="Pantry", lat=36.0, lng=-78.9, categories=["food"])])
    engine.put([make_document("a", name="Clinic", lat=40.0, lng=-100.0, categories=["clinic"])])
    assert found(engine, origin=DURHAM, radius_m=1_000.0) == []
    assert found(engine, origin=Point(40, -100), radius_m=1_000.0) == ["a"]
    assert found(engine, text="pantry") == [] and found(engine, text="clinic") == ["a"]
    result = engine.search(SearchQuery(now=NOW, facets=("categories",)))
    assert result.facets == {"categories": {"clinic": 1}}
    engine.delete(["a", "never-there"])
    assert engine.search(SearchQuery(now=NOW)).total == 0
    assert engine.get("a") is None and engine.count() == 0


def test_the_last_of_one_id_in_a_batch_wins(engine):
    batch = [make_document("a", name="First"), make_document("a", name="Second")]
    engine.put(batch)
    assert (found(engine, text="second"), found(engine, text="first")) == (["a"], [])
    engine.rebuild(batch[::-1])
    assert (found(engine, text="second"), found(engine, text="first")) == ([], ["a"])
    assert engine.count() == 1


def test_refused_documents_are_named_and_the_rest_goes_in(engine):
    bad = {
        "has space": make_document("has space"),
        "north": make_document("north", lat=91.0, lng=0.0),
        "half": make_document("half", lat=1.0),
        "huge": make_document("huge", summary="x" * 200_000),
        "surrogate": make_document("surrogate", summary="\ud800"),
        "hours": make_document("hours", hours="{}"),
    }
    bad["missing"] = make_document("missing")
    del bad["missing"]["name"]
    documents = [make_document("a"), *bad.values(), make_document("b")]
    assert {refused.id for refused in engine.put(documents)} == set(bad)
    assert sorted(found(engine)) == ["a", "b"]
    rebuilt = engine.rebuild(documents)
    assert {refused.id for refused in rebuilt.refused} == set(bad)
    assert rebuilt.count == 2 and sorted(found(engine)) == ["a", "b"]


def test_a_stored_document_comes_back_as_it_was(engine):
    document = make_document("a", name="Ñandú 🙂", lat=36.0, lng=-78.9, phones=[], wait_days=3)
    engine.put([document])
    assert engine.get("a") == document
    assert engine.search(SearchQuery(now=NOW)).hits[0].document == document


def test_what_is_written_during_a_rebuild_is_in_the_new_index(engine_factory, many):
    engine, other = engine_factory(), engine_factory()
    engine.put([make_document("old"), make_document("stale", name="Before")])

    def documents():
        yield make_document("a", name="Stale")
        yield make_document("deleted")
        yield make_document("stale", name="Before")
        for number in range(many):  # enough for several folds
            other.put([make_document("changing", name=f"Version {number}")])
        other.put([make_document("a", name="Fresh"), make_document("late")])
        other.delete(["deleted"])
        assert "late" in found(engine, per_page=100)  # searches go on in the old index

    rebuilt = engine.rebuild(documents())
    for one in (engine, other):
        assert sorted(found(one, per_page=100)) == ["a", "changing", "late", "stale"]
        assert found(one, text="fresh") == ["a"]
        assert found(one, text=f"version {many - 1}") == ["changing"]
    assert rebuilt.count == 4


def test_a_rebuild_that_fails_leaves_the_old_index(engine):
    engine.put([make_document("old")])

    def documents():
        yield make_document("new")
        raise RuntimeError("the database went away")

    with pytest.raises(RuntimeError):
        engine.rebuild(documents())
    assert found(engine) == ["old"]
    engine.rebuild([make_document("new")])
    assert found(engine) == ["new"]


def test_a_reader_that_slept_through_many_changes_catches_up(engine_factory, many):
    writer, reader = engine_factory(), engine_factory()
    writer.put([make_document(f"d{number}", name="Here") for number in range(30)])
    assert reader.search(SearchQuery(now=NOW, text="here")).total == 30
    for number in range(many):
        writer.put([make_document(f"e{number}", name="Here")])
        writer.delete([f"d{number}", f"e{number - 5}"])
    assert sorted(found(reader, text="here")) == [f"e{number}" for number in range(many - 5, many)]


def test_a_reader_finds_every_word_put_around_a_fold(engine_factory):
    writer, reader = engine_factory(), engine_factory()
    writer.put([make_document("first", name="First")])
    assert reader.count() == 1
    for number in range(90):
        writer.put([make_document(f"d{number}", name=f"w{number:03}")])
        if number % 41 == 0:
            assert found(reader, text=f"w{number:03}") == [f"d{number}"]
    for number in range(90):
        assert found(reader, text=f"w{number:03}") == [f"d{number}"]
