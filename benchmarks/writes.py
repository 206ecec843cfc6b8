"""What writing costs: a reindex beside raw ingestion, and a change until it is found."""

import os
import time
from pathlib import Path
from time import perf_counter

from app.work import prepared
from app.worker import running
from benchmarks.made import Made
from core.actor import SYSTEM
from core.clock import now
from core.db import Database
from core.settings import Settings
from directory import commands
from directory.models import Organization, Service
from search.embedded.build import build
from search.engine import SearchEngine
from search.meili.client import Client
from search.meili.settings import index_settings
from search.query import SearchQuery
from search.rebuild import reindex
from tests.support.meilisearch import OwnServer

CHANGES = 60
LONG_S = 7_200.0
RAW = "raw"


def reindexing_s(database: Database, engine: SearchEngine, zone: str) -> tuple[float, float]:
    """Seconds of `handrail reindex`, and of processor, the processes that read for it included."""
    started, before = perf_counter(), _processor_s()
    reindex(database, engine, zone)
    return perf_counter() - started, _processor_s() - before


def _processor_s() -> float:
    """Of this process, and of those it started that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def ingesting_s(server: OwnServer, made: Made) -> float:
    """Seconds for the server to take these documents in the largest requests, unchecked."""
    client = Client(server.url, server.key)
    client.create_index(RAW)
    client.wait(client.change_settings(RAW, index_settings()))
    started = perf_counter()
    tasks = [client.put(RAW, batch) for batch in made.batches()]
    client.wait(tasks[-1], LONG_S)
    seconds = perf_counter() - started
    assert client.count(RAW) == made.count
    client.wait(client.delete_index(RAW))
    client.close()
    return seconds


def building_s(folder: Path, made: Made) -> float:
    """Seconds to write the file of the embedded engine from these documents, their reading left out."""
    path = folder / "raw.db"
    before, started = made.decoding_s, perf_counter()
    refused = build(path, made.documents())
    seconds = perf_counter() - started - (made.decoding_s - before)
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
