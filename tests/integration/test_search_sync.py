"""From a directory change to the index, on both databases."""

import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select

from app.worker import Worker
from core.actor import SYSTEM
from core.clock import frozen, now
from core.db import Database
from core.errors import Unavailable
from core.outbox import OutboxMessage
from directory import commands
from directory.models import Location, Organization, Service, ServiceAtLocation, Visibility
from directory.models.base import DirectoryRow
from search import reading
from search.embedded.engine import EmbeddedEngine
from search.engine import Refused
from search.query import SearchQuery
from search.reading import all_documents, silent
from search.rebuild import reindex
from search.sync import TOPIC, handler, update_units
from search.verify import Comparison, Kind, repair, verify
from tests import factories as make

ZONE = "America/New_York"


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    opened = EmbeddedEngine(tmp_path / "search")
    yield opened
    opened.close()


@dataclass
class Clinic:
    """One organization with a service at a place (sal), and one that has no place (line)."""

    org: Organization = field(default_factory=lambda: make.organization(id="org"))
    place: Location = field(default_factory=lambda: make.location(id="loc"))

    def __post_init__(self) -> None:
        self.visits = make.service(self.org, id="svc")
        self.line = make.service(self.org, id="line", name="Nurse line")

    @property
    def rows(self) -> list[DirectoryRow]:
        at = make.at(self.visits, self.place, id="sal")
        return [self.org, self.place, self.visits, self.line, at, make.address(self.place)]


def save(database: Database, *rows: DirectoryRow) -> None:
    with database.write() as session:
        commands.save(session, SYSTEM, rows)


def remove(database: Database, table: type[DirectoryRow], id: str) -> None:
    with database.write() as session:
        commands.remove(session, SYSTEM, table, id)


def work(database: Database, engine: Any) -> None:
    """What the worker does until nothing is due."""
    worker = Worker(database, {TOPIC: handler(database, engine, ZONE)})
    while worker.run_once():
        pass


def indexed(engine: EmbeddedEngine) -> list[str]:
    return [id for id, _ in engine.ids_and_hashes()]


def found(engine: EmbeddedEngine, text: str) -> list[str]:
    return sorted(hit.id for hit in engine.search(SearchQuery(now=now(), text=text)).hits)


def test_what_is_saved_can_be_found(database, engine):
    save(database, *Clinic().rows)
    work(database, engine)
    assert indexed(engine) == ["line", "sal"]
    assert found(engine, "evening durham") == ["sal"]
    assert verify(database, engine, ZONE).differences == ()


def test_a_changed_organization_changes_all_its_services(database, engine):
    save(database, *Clinic().rows)
    work(database, engine)
    save(database, make.organization(id="org", name="Neuse Partners"))
    work(database, engine)
    assert found(engine, "neuse") == ["line", "sal"]
    assert found(engine, "eno") == []


def test_what_is_removed_hidden_or_made_confidential_is_gone(database, engine):
    clinic = Clinic()
    save(database, *clinic.rows)
    work(database, engine)
    hidden = make.service(
        clinic.org, id="line", name="Nurse line", visibility=Visibility.RESTRICTED
    )
    save(database, hidden)
    secret = make.location(id="loc", latitude=None, longitude=None, confidential=True)
    save(database, secret)
    work(database, engine)
    assert indexed(engine) == []
    save(database, make.location(id="loc"))
    work(database, engine)
    assert indexed(engine) == ["sal"]
    remove(database, Service, "svc")
    work(database, engine)
    assert indexed(engine) == []


def test_a_service_that_gets_its_first_place_moves_there_and_back(database, engine):
    clinic = Clinic()
    save(database, *clinic.rows)
    work(database, engine)
    save(database, make.at(clinic.line, clinic.place, id="line-at-loc"))
    work(database, engine)
    assert indexed(engine) == ["line-at-loc", "sal"]
    remove(database, ServiceAtLocation, "line-at-loc")
    work(database, engine)
    assert indexed(engine) == ["line", "sal"]


def test_a_refused_document_is_named_and_the_rest_goes_on(database, engine):
    org = make.organization(id="org")
    good, bad = make.service(org, id="good"), make.service(org, id="bad", name="x" * 150_000)
    save(database, org, bad, good)
    work(database, engine)
    assert indexed(engine) == ["good"]
    with database.read() as session:
        waiting = session.exec(
            select(OutboxMessage).where(col(OutboxMessage.done_at).is_(None))
        ).all()
    assert {m.payload["id"] for m in waiting} == {"org", "bad"}
    assert all("bad: larger than" in m.error and m.parked_at for m in waiting)


class Away(EmbeddedEngine):
    """An engine that does not answer."""

    def put(self, documents: Sequence[Any], wait: bool = True) -> list[Refused]:
        raise Unavailable("away", retry_after_s=30)


def test_while_the_engine_is_away_changes_wait_for_it(database, engine, tmp_path):
    save(database, *Clinic().rows)
    work(database, Away(tmp_path / "away"))
    assert indexed(engine) == []
    with frozen(now() + timedelta(minutes=1)):
        work(database, engine)
    assert indexed(engine) == ["line", "sal"]


def test_of_two_workers_on_one_unit_the_later_state_stays(database, engine, tmp_path):
    """One worker has read a unit; before it puts that, the unit changes and another puts the change."""
    clinic = Clinic()
    save(database, *clinic.rows)
    work(database, engine)

    class Slow(EmbeddedEngine):
        def put(self, documents: Sequence[Any], wait: bool = True) -> list[Refused]:
            if found(engine, "newer") == []:
                save(database, make.service(clinic.org, id="svc", name="Newer clinic"))
                work(database, engine)
                assert found(engine, "newer") == ["sal"]
            return super().put(documents, wait)

    slow = Slow(tmp_path / "search")
    update_units(database, slow, ZONE, ["sal"])
    slow.close()
    assert found(engine, "newer") == []  # the older state was put last
    work(database, engine)
    assert found(engine, "newer") == ["sal"]


def test_a_rebuilt_index_says_what_the_directory_says(database, engine):
    save(database, *Clinic().rows)
    seen: list[tuple[int, int]] = []
    rebuilt = reindex(database, engine, ZONE, lambda done, total: seen.append((done, total)))
    assert (rebuilt.count, rebuilt.refused) == (2, ())
    assert seen[-1] == (2, 2)
    assert verify(database, engine, ZONE).differences == ()


def test_changes_during_a_rebuild_are_not_lost(database, engine):
    clinic = Clinic()
    save(database, *clinic.rows)
    work(database, engine)

    def change(done: int, total: int) -> None:
        """After the directory was read and before the switch."""
        save(database, make.service(clinic.org, id="svc", name="Newer clinic"))
        save(database, make.service(clinic.org, id="new", name="New service"))
        remove(database, Service, "line")
        work(database, engine)

    reindex(database, engine, ZONE, change)
    assert indexed(engine) == ["new", "sal"]
    assert found(engine, "newer") == ["sal"]
    assert verify(database, engine, ZONE).differences == ()


def test_verify_names_every_difference_and_repair_mends_them(database, engine):
    clinic = Clinic()
    save(database, *clinic.rows)
    reindex(database, engine, ZONE)
    save(database, make.service(clinic.org, id="svc", name="Changed clinic"))
    save(database, make.service(clinic.org, id="new", name="New service"))
    remove(database, Service, "line")
    verified = verify(database, engine, ZONE)
    assert {(d.id, d.kind, d.name) for d in verified.differences} == {
        ("sal", Kind.STALE, "Changed clinic"),
        ("new", Kind.MISSING, "New service"),
        ("line", Kind.EXTRA, "Nurse line"),
    }
    assert (verified.expected, verified.indexed) == (2, 2)
    assert repair(database, engine, ZONE, verified.differences) == 3
    assert verify(database, engine, ZONE).differences == ()


def test_a_rebuild_leaves_out_what_engines_may_not_have(database, engine):
    clinic = Clinic()
    secret = make.location(id="secret", latitude=None, longitude=None, confidential=True)
    shelter = make.service(clinic.org, id="shelter", name="Shelter")
    save(database, *clinic.rows, secret, shelter, make.at(shelter, secret, id="hidden"))
    reindex(database, engine, ZONE)
    assert indexed(engine) == ["line", "sal"]


def test_comparing_takes_no_more_memory_for_more_documents(sqlite_database, engine, monkeypatch):
    """Of an index with nothing but documents that are gone when they are looked at again."""

    def peak(count: int) -> int:
        ids = ((f"{n:036}", "0" * 64) for n in range(count))
        monkeypatch.setattr(engine, "ids_and_hashes", lambda: ids)
        tracemalloc.start()
        comparison = Comparison(sqlite_database, engine, ZONE)
        assert list(comparison) == [] and comparison.indexed == count
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1_000)
    assert peak(20_000) - peak(5_000) < 15_000 * 100  # an id and a hash in a dict take 300 bytes


def test_a_large_directory_is_read_by_other_processes(sqlite_database, monkeypatch):
    clinic = Clinic()
    services = [make.service(clinic.org, id=f"s{number}") for number in range(5)]
    save(sqlite_database, *clinic.rows, *services)
    alone = list(all_documents(sqlite_database, ZONE, silent))
    monkeypatch.setattr(reading, "ALONE", 6)
    monkeypatch.setattr(reading, "PROCESSES", 2)
    monkeypatch.setattr(reading, "BATCH", 3)
    monkeypatch.setattr(reading, "_made", None)  # of this process
    seen: list[tuple[int, int]] = []
    beside = list(
        all_documents(sqlite_database, ZONE, lambda done, total: seen.append((done, total)))
    )
    assert beside == alone
    assert [one["id"] for one in beside] == ["line", "s0", "s1", "s2", "s3", "s4", "sal"]
    assert seen == [(3, 7), (6, 7), (7, 7)]
