"""What writing costs: a reindex beside raw ingestion, and a change until it is found."""

import time
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from app.work import prepared
from app.worker import running
from core.actor import SYSTEM
from core.clock import now
from core.db import Database
from core.settings import Settings
from directory import commands
from directory.models import Organization, Service
from search.admission import Document
from search.admit import Admitted, admit
from search.embedded.build import build
from search.engine import SearchEngine
from search.meili.client import Client
from search.meili.settings import index_settings
from search.meili.writers import line_of
from search.query import SearchQuery
from search.reading import all_documents, silent
from search.rebuild import reindex
from tests.support.meilisearch import OwnServer

CHANGES = 60
LARGEST = 90_000_000
"""Bytes; just below what a server takes in one request."""
LONG_S = 7_200.0
RAW = "raw"


def reindexing_s(database: Database, engine: SearchEngine, zone: str) -> float:
    """Seconds of `handrail reindex`."""
    started = perf_counter()
    reindex(database, engine, zone)
    return perf_counter() - started


def documents(database: Database, zone: str) -> list[Document]:
    """All of them, made beforehand: raw ingestion is only that."""
    return list(all_documents(database, zone, silent))


def ingesting_s(server: OwnServer, made: list[Document]) -> float:
    """Seconds for the server to take these documents in the largest requests, unchecked."""
    client = Client(server.url, server.key)
    client.create_index(RAW)
    client.wait(client.change_settings(RAW, index_settings()))
    batches = list(_batches(made))
    started = perf_counter()
    tasks = [client.put(RAW, batch) for batch in batches]
    client.wait(tasks[-1], LONG_S)
    seconds = perf_counter() - started
    assert client.count(RAW) == len(made)
    client.wait(client.delete_index(RAW))
    client.close()
    return seconds


def _batches(made: list[Document]) -> Iterator[bytes]:
    batch: list[bytes] = []
    weight = 0
    for document in made:
        admitted = admit(document)
        assert isinstance(admitted, Admitted)
        _, line = line_of(admitted)
        if weight + len(line) > LARGEST:
            yield b"\n".join(batch)
            batch, weight = [], 0
        batch.append(line)
        weight += len(line) + 1
    yield b"\n".join(batch)


def building_s(folder: Path, made: list[Document]) -> float:
    """Seconds to write the file of the embedded engine from these documents."""
    path = folder / "raw.db"
    started = perf_counter()
    refused = build(path, made)
    seconds = perf_counter() - started
    assert refused == []
    for part in folder.glob("raw.db*"):
        part.unlink()
    return seconds


def changes_ms(settings: Settings, engine: SearchEngine) -> list[float]:
    """Milliseconds from the commit of a change until a search finds it, with a worker that runs."""
    database = Database(settings.database_url)
    organization = Organization(id="bench", name="Bench")
    times = []
    with prepared(settings) as workers, running(workers):
        for number in range(CHANGES):
            word = f"changed{time.time_ns()}"
            service = Service(id="bench", organization_id="bench", name=word)
            with database.write() as session:
                commands.save(session, SYSTEM, [organization.model_copy(), service])
            started = perf_counter()
            while not engine.search(SearchQuery(now=now(), text=word)).total:
                time.sleep(0.002)
            times.append((perf_counter() - started) * 1000)
            time.sleep(number % 10 / 20)  # not always at the same moment of the worker's round
        with database.write() as session:
            commands.remove(session, SYSTEM, Organization, "bench")
        while engine.get("bench"):
            time.sleep(0.01)
    database.close()
    return times
