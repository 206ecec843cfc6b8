"""What the contract suite cannot ask of every engine: keys, settings, refusals, values nobody would type."""

import threading
import uuid
from contextlib import suppress
from datetime import timedelta

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.clock import frozen, now
from core.errors import Conflict, Unavailable
from search.engine import IndexMissing
from search.meili import MeilisearchEngine, rebuild, writers
from search.meili.building import Noted, beat
from search.meili.client import Client, KeyRefused, TaskFailed
from search.meili.settings import drift
from search.meili.stored import stored
from search.meili.tokens import public_client
from search.query import SearchQuery
from tests.contract.checking import found
from tests.contract.documents import NOW, make_document


@pytest.fixture
def name():
    return f"test-{uuid.uuid4().hex[:12]}"


@pytest.fixture
def opened():
    """Engines to be closed."""
    engines: list[MeilisearchEngine] = []
    yield engines
    for engine in engines:
        engine.close()


@pytest.fixture
def open_engine(meilisearch_server, name, opened):
    def make(key=meilisearch_server.key):
        opened.append(MeilisearchEngine(meilisearch_server.url, key, index=name))
        return opened[-1]

    return make


@pytest.fixture
def engine(open_engine):
    engine = open_engine()
    engine.rebuild([])
    return engine


@pytest.fixture
def client(meilisearch_server):
    client = Client(meilisearch_server.url, meilisearch_server.key)
    yield client
    client.close()


# ---- values


_ANYTHING = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.lists(_ANYTHING, min_size=1, max_size=4))
def test_any_value_is_only_a_value(engine, values):
    """Nothing in a value ends the filter, widens it, or is refused."""
    query = SearchQuery(
        now=NOW,
        categories=tuple(values),
        insurance=tuple(values),
        organizations=tuple(values),
        documents_not_required=tuple(values),
        reach=frozenset(values),
    )
    assert engine.search(query).total == 0


@pytest.mark.parametrize(
    "value",
    [
        'a"b',
        "a\\b",
        '\\"',
        "a\nb",
        "it's",
        '"',
        "x] OR [y",
        "{{x}}",
        "a\\u0041",
        "ñ",
        "NOT",
        "_geo",
    ],
)
def test_an_odd_value_is_found_as_it_is(engine, value):
    engine.put([make_document("a", categories=[value]), make_document("b", categories=["other"])])
    assert found(engine, categories=(value,)) == ["a"]


def test_a_thousand_values_are_taken(engine):
    engine.put([make_document("a", terms=["term-999"])])
    assert found(engine, terms=tuple(f"term-{n}" for n in range(1_000))) == ["a"]


# ---- documents that are refused


@pytest.fixture
def broken(monkeypatch):
    """Documents that Meilisearch will not take, though admission lets them pass."""

    def spoilt(document):
        fields = stored(document)
        if document["id"].startswith("bad"):
            fields["_geo"] = {"lat": "nowhere", "lng": 500}
        return fields

    monkeypatch.setattr(writers, "stored", spoilt)


def test_a_bad_document_is_found_in_its_batch_and_named(engine, broken):
    ids = [f"d{n}" for n in range(20)]
    ids[3:3] = ["bad1"]
    ids[17:17] = ["bad2"]
    refused = engine.put([make_document(id) for id in ids])
    assert [one.id for one in refused] == ["bad1", "bad2"]
    assert all("latitude" in one.reason for one in refused)
    assert engine.count() == 20


def test_a_rebuild_names_what_was_refused(engine, broken):
    rebuilt = engine.rebuild([make_document(id) for id in ("a", "bad", "b")])
    assert rebuilt.count == 2
    assert [one.id for one in rebuilt.refused] == ["bad"]


def test_large_batches_are_parted(engine, monkeypatch):
    monkeypatch.setattr(writers, "BATCH_BYTES", 5_000)
    engine.put([make_document(f"d{n}") for n in range(50)])
    assert engine.count() == 50
    assert engine.rebuild([make_document(f"e{n}") for n in range(40)]).count == 40


# ---- index and settings


def test_an_index_is_only_made_by_a_rebuild(open_engine, client, name):
    engine = open_engine()
    for use in (
        lambda: engine.search(SearchQuery(now=NOW)),
        lambda: engine.put([make_document("a")]),
        lambda: engine.delete(["a"]),
        engine.count,
    ):
        with pytest.raises(IndexMissing, match="handrail reindex"):
            use()
    assert name not in {one["uid"] for one in client.indexes()}
    health = engine.health()
    assert not health.ok and "handrail reindex" in health.detail
    assert engine.rebuild([make_document("a")]).count == 1
    assert engine.health().ok


def test_an_index_that_is_being_built_is_not_missing(open_engine):
    engine = open_engine()

    def documents():
        with pytest.raises(Unavailable, match="being built") as raised:
            engine.count()
        assert not isinstance(raised.value, IndexMissing)
        yield make_document("a")

    assert engine.rebuild(documents()).count == 1


def test_an_index_deleted_behind_our_back_is_missed_and_not_made_by_a_put(engine, client, name):
    engine.put([make_document("a")])
    client.wait(client.delete_index(name))
    for use in (lambda: engine.put([make_document("b")]), lambda: found(engine)):
        with pytest.raises(IndexMissing):
            use()
    engine.rebuild([make_document("a"), make_document("b")])
    assert sorted(found(engine)) == ["a", "b"]


def test_settings_that_drifted_are_put_right(engine, open_engine, client, name):
    engine.put([make_document("a", cost=["free"])])
    client.wait(
        client.change_settings(name, {"filterableAttributes": ["cost"], "rankingRules": ["words"]})
    )
    assert set(drift(client.settings(name))) == {"filterableAttributes", "rankingRules"}
    with pytest.raises(Unavailable, match="other settings"):
        found(engine)
    assert found(engine) == ["a"]  # it looked, and mended
    assert drift(client.settings(name)) == {}
    client.wait(client.change_settings(name, {"synonyms": {}}))
    assert found(open_engine(), text="") == ["a"]  # another process looks at its first use
    assert drift(client.settings(name)) == {}


def test_looking_whether_it_is_well_mends_settings_and_keeps_the_public_key(engine, client, name):
    """The worker looks now and then: some settings change answers without an error."""
    assert engine.health().ok
    public = engine._public
    client.wait(client.change_settings(name, {"synonyms": {}}))
    assert engine.health().ok
    assert drift(client.settings(name)) == {}
    assert engine._public is public


def test_a_second_rebuild_takes_over_and_the_first_gives_up(engine, open_engine):
    def documents():
        yield make_document("first")
        open_engine().rebuild([make_document("second")])

    with pytest.raises(Conflict):
        engine.rebuild(documents())
    assert found(engine) == ["second"]


def test_a_rebuild_leaves_only_its_index(engine, client, name):
    engine.rebuild([make_document("a")])
    assert [one["uid"] for one in client.indexes() if one["uid"].startswith(name)] == [name]


def test_what_a_late_writer_brings_back_is_removed(engine, client, name, monkeypatch):
    """A put that saw the rebuild, and is sent after it ended, makes its indexes again."""
    begun, ended = threading.Event(), threading.Event()
    original = writers.send

    def late(*arguments):
        begun.set()
        ended.wait(20)
        return original(*arguments)

    other = MeilisearchEngine(engine._client.url, engine._client.key, index=name)
    writer = threading.Thread(target=lambda: other.put([make_document("late")]))

    def documents():
        with monkeypatch.context() as patched:
            patched.setattr(writers, "send", late)
            writer.start()
            assert begun.wait(20)
        yield make_document("a")

    engine.rebuild(documents())
    ended.set()
    writer.join(20)
    other.close()
    assert sorted(found(engine)) == ["a", "late"]
    engine.delete(["nothing-such"])  # whatever was queued is done
    names = [one["uid"] for one in client.indexes() if one["uid"].startswith(name)]
    assert names == [name]


def test_what_a_killed_rebuild_leaves_is_removed_after_a_while(engine, client, name):
    """Until then every write goes there too; and one that goes on is left alone."""
    building = rebuild._begin(client, name)
    engine.put([make_document("a")])
    assert client.document(building.next, "a")
    engine.tend()
    assert len(own(client, name)) == 3
    with frozen(now() + timedelta(minutes=6)):
        client.wait(beat(client, building))
        engine.tend()
        assert len(own(client, name)) == 3
    with frozen(now() + timedelta(minutes=20)):
        engine.tend()
    assert own(client, name) == [name]
    engine.put([make_document("b")])
    assert sorted(found(engine)) == ["a", "b"]


@pytest.mark.parametrize("kind", ["next", "journal"])
def test_an_index_that_a_late_put_brought_back_counts_as_missing(engine, client, name, kind):
    zombie = f"{name}-{kind}-00000000"
    for index in (zombie, f"{name}-other"):
        document = Noted("a", "1", None) if kind == "journal" else stored(make_document("a"))
        with pytest.raises(TaskFailed, match="primary key"):
            client.wait(client.put(index, msgspec.json.encode(document)))
    engine.put([make_document("a")])
    engine.delete(["a"])
    engine.tend()
    assert zombie not in own(client, name)
    client.wait(client.delete_index(name))
    with pytest.raises(TaskFailed, match="primary key"):
        client.wait(client.put(name, msgspec.json.encode(stored(make_document("a")))))
    with pytest.raises(IndexMissing):
        engine.put([make_document("a")])
    with suppress(IndexMissing):
        engine.tend()
    with pytest.raises(IndexMissing):
        engine.count()
    client.wait(client.delete_index(f"{name}-other"))


def own(client, name):
    return sorted(one["uid"] for one in client.indexes() if one["uid"].startswith(name))


def test_a_delete_that_comes_when_the_rebuild_is_over_is_done(engine, open_engine, monkeypatch):
    """It saw the rebuild, whose indexes are gone when it is sent."""
    begun, ended = threading.Event(), threading.Event()
    other = open_engine()
    delete = other._client.delete

    def late(*arguments):
        begun.set()
        ended.wait(20)
        return delete(*arguments)

    monkeypatch.setattr(other._client, "delete", late)
    writer = threading.Thread(target=lambda: outcomes.append(other.delete(["a"])))
    outcomes: list[None] = []

    def documents():
        writer.start()
        assert begun.wait(20)
        yield from (make_document("a"), make_document("b"))

    engine.rebuild(documents())
    ended.set()
    writer.join(20)
    assert outcomes == [None]
    assert found(engine) == ["b"]


def test_a_write_that_catching_up_would_undo_is_repeated(engine, open_engine, monkeypatch):
    """While the journal is written once more, a newer state of the same document comes in."""
    other = open_engine()
    catching_up = rebuild._write
    newer = iter([make_document("a", name="Third")])

    def interrupted(client, building, states):
        catching_up(client, building, states)
        for document in newer:
            other.put([document])
            catching_up(client, building, states)  # as if these had been queued after it

    monkeypatch.setattr(rebuild, "_write", interrupted)

    def documents():
        yield make_document("a", name="First")
        other.put([make_document("a", name="Second")])

    engine.rebuild(documents())
    assert found(engine, text="third") == ["a"]


# ---- keys and versions


def test_a_wrong_key_is_said_with_what_to_do(engine, open_engine):
    stranger = open_engine("not-the-key")
    with pytest.raises(KeyRefused, match="HANDRAIL_SEARCH_KEY"):
        found(stranger)
    assert "HANDRAIL_SEARCH_KEY" in stranger.health().detail
    without = open_engine(None)
    with pytest.raises(KeyRefused, match="HANDRAIL_SEARCH_KEY"):
        found(without)


def search_key(client):
    return next(key["key"] for key in client.api_keys() if key["actions"] == ["search"])


def test_a_key_for_searching_is_enough_for_pages(engine, open_engine, client):
    engine.put([make_document("a"), make_document("b", visibility="network")])
    pages = open_engine(search_key(client))
    assert found(pages) == ["a"]
    assert sorted(found(pages, visibility=("public", "network"))) == ["a", "b"]
    with pytest.raises(KeyRefused):
        pages.put([make_document("c")])


def test_a_public_search_cannot_find_more_whatever_it_asks(engine, client, name):
    engine.put([make_document("a"), make_document("b", visibility="network")])
    public = public_client(client, name)
    assert public is not None
    for query in (
        {"indexUid": name},
        {"indexUid": name, "filter": 'visibility = "network"'},
        {"indexUid": name, "filter": 'visibility = "network" OR visibility = "public"'},
    ):
        [answer] = public.search([query])
        assert {hit["id"] for hit in answer["hits"]} <= {"a"}
    with pytest.raises(KeyRefused):
        public.documents(name)
    public.close()


def test_public_searches_use_that_key(engine, monkeypatch):
    engine.put([make_document("a")])
    found(engine)
    monkeypatch.setattr(engine._client, "search", lambda *_: pytest.fail("asked with all rights"))
    assert found(engine) == ["a"]


@pytest.mark.parametrize("version", ["1.39.0", "2.0.0", "0.30.5"])
def test_an_unsupported_version_is_refused_by_name(engine, open_engine, monkeypatch, version):
    monkeypatch.setattr(Client, "version", lambda _: version)
    with pytest.raises(Unavailable, match=f"Meilisearch {version} will not do; from 1.40 up to"):
        found(open_engine())


# ---- many at once


def test_threads_share_an_engine(engine):
    engine.put([make_document(f"d{n}", name=f"word{n}", categories=["food"]) for n in range(40)])
    failures = []

    def ask(start):
        for n in range(start, start + 40):
            n %= 40
            try:
                query = SearchQuery(now=NOW, text=f"word{n}", facets=("categories",))
                result = engine.search(query)
                assert f"d{n}" in {hit.id for hit in result.hits}
                assert result.facets["categories"]["food"] == result.total
            except Exception as error:  # noqa: BLE001 - collected
                failures.append(error)

    threads = [threading.Thread(target=ask, args=(n * 5,)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
