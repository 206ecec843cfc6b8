"""The embedded engine beside the prototype it was written after: the same 31 queries, in turn.

    python -m benchmarks.engine 100000 1000000

Builds both indexes once (kept in BENCH_DIR, by default var/bench), asks each query of both engines
one after the other, so that whatever else the machine does troubles both, and writes medians and ratios into
docs/performance.md. Memory and opening are measured in a fresh process for each engine.
"""

import gc
import json
import os
import pickle
import statistics
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any

import msgspec

from benchmarks import prototype
from benchmarks.table import write
from search.embedded.engine import EmbeddedEngine

FOLDER = Path(os.environ.get("BENCH_DIR", "var/bench"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "15"))
MIB = 1024
ENGINES = ("ours", "prototype", "prototype, parsed")
"""The prototype answers with texts; "parsed" adds what it costs to make documents of them, as ours does."""

Search = Callable[[Any], Any]


def build(size: int) -> None:
    """Make the documents, the queries and both indexes, those that are missing."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not _queries(size).exists():
        columns = prototype.module("gen").build(size)
        _queries(size).write_bytes(pickle.dumps(prototype.module("common").queries(columns)))
        started = perf_counter()
        prototype.module("e_lite").Engine.build(prototype.module("gen").docs(columns), _file(size))
        print(f"{size}: prototype built in {perf_counter() - started:.0f} s", flush=True)
        started = perf_counter()
        rebuilt = EmbeddedEngine(_home(size)).rebuild(prototype.our_documents(columns))
        assert (rebuilt.count, rebuilt.refused[:1]) == (size, ()), rebuilt.refused[:1]
        print(f"{size}: ours built in {perf_counter() - started:.0f} s", flush=True)


def _queries(size: int) -> Path:
    return FOLDER / f"queries-{size}.pickle"


def _file(size: int) -> str:
    return str(FOLDER / f"prototype-{size}.db")


def _home(size: int) -> Path:
    return FOLDER / f"ours-{size}"


def open_engine(name: str, size: int) -> Search:
    """An opened engine's search."""
    if name != "ours":
        search: Search = prototype.module("e_lite").Engine(_file(size)).search
        return parsing(search) if name.endswith("parsed") else search
    engine = EmbeddedEngine(_home(size))
    engine.count()
    return engine.search


def parsing(search: Search) -> Search:
    """A search that parses the documents it found."""

    def parsed(query: Any) -> Any:
        answer = search(query)
        answer["hits"] = [msgspec.json.decode(text) for text in answer["hits"]]
        return answer

    return parsed


def load_queries(size: int) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """(the prototype's query, the queries by engine)."""
    found = pickle.loads(_queries(size).read_bytes())
    return [(q, {**dict.fromkeys(ENGINES, q), "ours": prototype.our_query(q)}) for q in found]


def time_queries(size: int) -> dict[str, dict[str, list[float]]]:
    """Query label → engine → milliseconds."""
    engines = {name: open_engine(name, size) for name in ENGINES}
    queries = load_queries(size)
    times: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    gc.disable()
    for turn in range(ROUNDS + 2):
        order = ENGINES if turn % 2 else ENGINES[::-1]
        for theirs, asked in queries:
            label = f"{theirs['i']:02} {theirs['group'].split(':')[0]}"
            for name in order:
                started = perf_counter()
                answer = engines[name](asked[name])
                if turn >= 2:  # the first two only warm up
                    times[label][name].append((perf_counter() - started) * 1000)
                times[label][f"{name} total"] = [_total(answer)]
    gc.enable()
    return times


def _total(answer: Any) -> int:
    total: int = answer["total"] if isinstance(answer, dict) else answer.total
    return total


def measure_alone(name: str, size: int) -> dict[str, float]:
    """Opening time, first search and private memory in this process, which did nothing else yet."""
    queries = [asked[name] for _, asked in load_queries(size)]
    if name == "prototype":
        prototype.module("e_lite")
    gc.collect()
    before = private_mib()
    started = perf_counter()
    search = open_engine(name, size)
    opened = perf_counter() - started
    started = perf_counter()
    search(queries[12])
    first = perf_counter() - started
    after_open = private_mib() - before
    for _ in range(2):
        for query in queries:
            search(query)
    gc.collect()
    return {
        "open_s": opened,
        "first_ms": first * 1000,
        "open_mib": after_open,
        "mib": private_mib() - before,
        "process_mib": private_mib(),
    }


def private_mib() -> float:
    """Anonymous memory of this process; Linux only."""
    for line in Path("/proc/self/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) / MIB
    raise OSError("the kernel does not say")


def alone(name: str, size: int) -> dict[str, float]:
    """`measure_alone` in a process of its own; the best of three openings."""
    runs = []
    for _ in range(3):
        command = [sys.executable, "-m", "benchmarks.engine", "--alone", name, str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        runs.append(json.loads(done.stdout))
    return min(runs, key=lambda run: run["open_s"])


def report(size: int) -> str:
    """The measured table of one size."""
    times = time_queries(size)
    show(times)
    lines = [
        f"**{size:,} documents**, milliseconds, medians of {ROUNDS} turns:",
        "",
        "| queries | embedded engine | prototype | ratio | prototype, documents parsed | ratio |",
        "|---|---|---|---|---|---|",
    ]
    groups = dict.fromkeys(label[3:] for label in times)
    for group in groups:
        chosen = [engines for label, engines in times.items() if label[3:] == group]
        lines.append(row(group, summed(chosen, statistics.median, statistics.median)))
    everything = list(times.values())
    lines.append(row("all 31: median", summed(everything, statistics.median, statistics.median)))
    lines.append(row("all 31: sum", summed(everything, statistics.median, sum)))
    lines.append(row("all 31: sum of the fastest turns", summed(everything, min, sum)))
    alone_by_engine = [alone(name, size) for name in ENGINES[:2]]
    for label, key in (
        ("open, s", "open_s"),
        ("first search, ms", "first_ms"),
        ("private memory of the index after all queries, MiB", "mib"),
        ("private memory of the whole process, MiB", "process_mib"),
    ):
        lines.append(row(label, [measured[key] for measured in alone_by_engine]))
    return "\n".join(lines)


def summed(
    queries: list[dict[str, list[float]]],
    of_turns: Callable[[list[float]], float],
    of_queries: Callable[[list[float]], float],
) -> list[float]:
    """One number for each engine."""
    return [of_queries([of_turns(engines[name]) for engines in queries]) for name in ENGINES]


def row(label: str, numbers: list[float]) -> str:
    """A row of the table: each other engine's number with the ratio of ours to it."""
    ours, *others = numbers
    cells = [f"{other:.2f} | {ours / other:.2f}" for other in others] + ["| "] * (3 - len(numbers))
    return f"| {label} | {ours:.2f} | {' | '.join(cells)} |"


def show(times: dict[str, dict[str, list[float]]]) -> None:
    """Each query's medians, and how many documents each engine found."""
    for label, engines in times.items():
        medians = [f"{statistics.median(engines[name]):.2f}" for name in ENGINES]
        totals = [int(engines[f"{name} total"][0]) for name in ENGINES[:2]]
        print(label, *medians, *totals, sep="\t", flush=True)


def main(arguments: list[str]) -> None:
    """See the module's docstring."""
    if arguments[0] == "--alone":
        print(json.dumps(measure_alone(arguments[1], int(arguments[2]))))
        return
    tables = []
    for size in map(int, arguments):
        build(size)
        tables.append(report(size))
    text = "\n\n".join(tables)
    print(text)
    write("engine", text)


if __name__ == "__main__":
    main(sys.argv[1:] or ["100000"])
