"""How much the API adds to a search, and a results page to the API.

    python -m benchmarks.api 100000

The same searches are asked of the engine in this process, of the API and of the results page over
HTTP, in turn, so that whatever else the machine does troubles all three alike. Written into
docs/performance.md, for each engine: medians of the time until the answer is here, and the processor
time of an answer, which says the same on a machine that others use, too.
"""

import argparse
import shutil
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlencode

from benchmarks import homes
from benchmarks.queries import PAGE_FIELDS, QUERIES, Parameters, search_query
from benchmarks.table import write
from benchmarks.wire import Client, Server, serving
from search.embedded.engine import EmbeddedEngine
from search.engine import SearchEngine
from search.meili import MeilisearchEngine

NAMES = ("engine", "api", "page")

Asks = list[dict[str, Callable[[], object]]]


@dataclass
class Measured:
    """Milliseconds of a group of searches, by who was asked: of waiting, and of processor."""

    waited: dict[str, list[float]] = field(default_factory=lambda: {name: [] for name in NAMES})
    spent: dict[str, float] = field(default_factory=dict)

    def row(self, group: str) -> str:
        """The group's line of the table."""
        engine, api, page = (statistics.median(self.waited[name]) for name in NAMES)
        cpu = [self.spent[name] / len(self.waited[name]) for name in NAMES]
        return (
            f"| {group} | {engine:.2f} | {api:.2f} | {page:.2f} | {api / engine:.2f} |"
            f" {cpu[0]:.2f} | {cpu[1]:.2f} | {cpu[2]:.2f} | {cpu[1] / cpu[0]:.2f} |"
            f" {cpu[2] / cpu[1]:.2f} |"
        )


HEAD = """| searches | engine | API | page | API / engine | CPU: engine | API | page |\
 API / engine | page / API |
|---|---|---|---|---|---|---|---|---|---|"""


def main() -> None:
    """Measure with each engine, print the tables and write them into docs/performance.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "size", type=int, help="services of the directory, which is made if missing"
    )
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    home = homes.seeded(options.size)
    embedded = EmbeddedEngine(home / "search")
    _report("api", embedded, home, options.rounds, {})
    embedded.close()
    if shutil.which("meilisearch"):
        with homes.meilisearch(home) as server:
            engine = MeilisearchEngine(server.url, server.key)
            if not engine.health().ok:
                homes.reindex(home, server)
            settings = {"HANDRAIL_SEARCH_URL": server.url, "HANDRAIL_SEARCH_KEY": homes.KEY}
            _report("api-meilisearch", engine, home, options.rounds, settings)
            engine.close()


def _report(
    name: str, engine: SearchEngine, home: Path, rounds: int, settings: Mapping[str, str]
) -> None:
    lines = [f"{engine.count():,} documents; milliseconds, {rounds} rounds.", "", HEAD]
    everything = Measured(spent=dict.fromkeys(NAMES, 0.0))
    with serving(home, settings) as server:
        client = Client(server.port)
        for group, queries in QUERIES.items():
            asks = [_asks(engine, client, parameters) for parameters in queries]
            found = _measure(asks, server, rounds)
            for who in NAMES:
                everything.waited[who] += found.waited[who]
                everything.spent[who] += found.spent[who]
            lines.append(found.row(group))
        client.close()
    lines.append(everything.row("**all**"))
    print("\n".join(lines), flush=True)
    write(name, "\n".join(lines))


def _measure(asks: Asks, server: Server, rounds: int) -> Measured:
    """First how long each ask waits, all three in turn; then what each costs, one after another."""
    found = Measured()
    for number in range(rounds + 1):
        for several in asks:
            for name, ask in several.items():
                started = perf_counter()
                ask()
                if number:  # the first time is for warming up
                    found.waited[name].append((perf_counter() - started) * 1000)
    for name in NAMES:
        spent_ms = _own_processor_ms if name == "engine" else server.processor_ms
        started = spent_ms()
        for _ in range(rounds):
            for several in asks:
                several[name]()
        found.spent[name] = spent_ms() - started
    return found


def _own_processor_ms() -> float:
    return process_time() * 1000


def _asks(
    engine: SearchEngine, client: Client, parameters: Parameters
) -> dict[str, Callable[[], object]]:
    query = search_query(parameters)
    api = f"/api/v1/search?{urlencode(parameters)}"
    page = f"/search?{urlencode({k: v for k, v in parameters.items() if k in PAGE_FIELDS})}"
    return {
        "engine": lambda: engine.search(query),
        "api": lambda: client.get(api),
        "page": lambda: client.get(page),
    }


if __name__ == "__main__":
    main()
