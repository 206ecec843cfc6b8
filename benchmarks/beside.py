"""The two engines beside each other: the same 31 searches, in turn, of the same directory.

    python -m benchmarks.beside 10000 100000

Starts a Meilisearch server of its own (it has to be on PATH). Writes into docs/performance.md: medians, 95th
percentiles and ratios, memory, how long a change takes to be found, and a reindex beside raw ingestion. What
it makes is kept in BENCH_DIR (var/bench).
"""

import gc
import os
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

from benchmarks import writes
from benchmarks.homes import disk_mib, halt, meilisearch, memory_mib, seeded
from benchmarks.made import Made
from benchmarks.queries import QUERIES, ZONE, search_query
from benchmarks.table import write
from core.db import Database
from core.settings import Settings
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine
from search.meili import MeilisearchEngine
from tests.support.meilisearch import OwnServer

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
ENGINES = ("embedded", "Meilisearch")
Times = dict[str, dict[str, list[float]]]


def time_queries(engines: dict[str, SearchEngine]) -> Times:
    """Group of queries → engine → milliseconds."""
    times: Times = defaultdict(lambda: defaultdict(list))
    asked = [(group, search_query(one)) for group, several in QUERIES.items() for one in several]
    gc.disable()
    for turn in range(ROUNDS + 2):
        order = ENGINES if turn % 2 else ENGINES[::-1]
        for group, query in asked:
            for name in order:
                started = perf_counter()
                engines[name].search(query)
                if turn >= 2:  # the first two only warm up
                    times[group][name].append((perf_counter() - started) * 1000)
    gc.enable()
    return times


def p95(values: Sequence[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def searches(times: Times) -> list[str]:
    """The table of searches."""
    head = "| searches | embedded p50 | Meilisearch p50 | ratio | embedded p95 | Meilisearch p95 | ratio |"
    everything = {name: [ms for one in times.values() for ms in one[name]] for name in ENGINES}
    rows = [_row(group, found) for group, found in times.items()]
    return [head, "|---|---|---|---|---|---|---|", *rows, _row("**all 31**", everything)]


def _row(label: str, found: dict[str, list[float]]) -> str:
    cells = []
    for quantile in (statistics.median, p95):
        ours, theirs = (quantile(found[name]) for name in ENGINES)
        cells.append(f"{ours:.2f} | {theirs:.2f} | {ours / theirs:.2f}")
    return f"| {label} | {' | '.join(cells)} |"


def alone_mib(home: Path) -> float:
    """Own memory that searching with the embedded engine adds to a process which did nothing else."""
    command = [sys.executable, "-m", "benchmarks.beside", "--alone", str(home)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def measure_alone(home: Path) -> float:
    """See alone_mib; in this process."""
    asked = [search_query(one) for several in QUERIES.values() for one in several]
    before, _ = memory_mib(os.getpid())
    engine = EmbeddedEngine(home / "search")
    for query in asked * 2:
        engine.search(query)
    gc.collect()
    return memory_mib(os.getpid())[0] - before


def report(size: int) -> str:
    """The measured tables of one size."""
    home = seeded(size)
    database = Database(f"sqlite:///{home.absolute() / 'handrail.db'}")
    ours = EmbeddedEngine(home / "search")
    with meilisearch(home) as server:
        theirs = MeilisearchEngine(server.url, server.key)
        seconds = _building(database, home, server, ours, theirs)
        halt(server)  # what building takes is no part of what serving takes
        server.start()
        times = time_queries({"embedded": ours, "Meilisearch": theirs})
        assert server.process is not None
        own, mapped = memory_mib(server.process.pid)
        found = _changes(home, server, ours, theirs)
        disks = disk_mib(home / "search"), disk_mib(home / "meilisearch")
        theirs.close()
    ours.close()
    database.close()
    return "\n".join(
        [
            f"**{size:,} documents**, milliseconds, {ROUNDS} turns:",
            "",
            *searches(times),
            "",
            "| | embedded | Meilisearch |",
            "|---|---|---|",
            f"| a change until it is found, p50 and p95, ms | {' | '.join(found)} |",
            f"| memory of its own (and mapped), MiB | {alone_mib(home):.0f} | {own:.0f} ({mapped:.0f}) |",
            f"| on disk, MiB | {disks[0]:.0f} | {disks[1]:.0f} |",
            *seconds,
        ]
    )


def _building(
    database: Database, home: Path, server: OwnServer, ours: SearchEngine, theirs: SearchEngine
) -> list[str]:
    """Rows of the table about building. Leaves both engines with the whole directory."""
    made = Made(home, database, ZONE)
    raw = writes.building_s(home, made), writes.ingesting_s(server, made)
    full = [writes.reindexing_s(database, engine, ZONE) for engine in (ours, theirs)]
    ratios = [
        f"{took:.1f} ({took / least:.2f})" for (took, _), least in zip(full, raw, strict=True)
    ]
    spent = [f"{processor / made.count * 1000:.2f}" for _, processor in full]
    return [
        f"| the documents alone, made beforehand, s | {raw[0]:.1f} | {raw[1]:.1f} |",
        f"| `handrail reindex`, s (ratio to that) | {' | '.join(ratios)} |",
        f"| processor of Handrail in it, ms a document | {' | '.join(spent)} |",
    ]


def _changes(home: Path, server: OwnServer, *engines: SearchEngine) -> list[str]:
    ours = Settings.from_env({"HANDRAIL_HOME": str(home), "HANDRAIL_DEMO": "yes"})
    theirs = replace(ours, search_url=server.url, search_key=server.key)
    found = []
    for settings, engine in zip((ours, theirs), engines, strict=True):
        times = writes.changes_ms(settings, engine)
        found.append(f"{statistics.median(times):.0f}, {p95(times):.0f}")
    return found


def main(arguments: list[str]) -> None:
    """See the module's docstring."""
    if arguments[:1] == ["--alone"]:
        print(measure_alone(Path(arguments[1])))
        return
    text = "\n\n".join(report(int(size)) for size in arguments)
    print(text)
    write("beside", text)


if __name__ == "__main__":
    main(sys.argv[1:] or ["100000"])
