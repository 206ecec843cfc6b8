"""How much the API adds to a search, and a results page to the API.

    HANDRAIL_HOME=var/bench-api handrail migrate
    HANDRAIL_HOME=var/bench-api handrail seed --size 100000
    python -m benchmarks.api var/bench-api

The same searches are asked of the engine in this process, of the API and of the results page over
HTTP, in turn, so that whatever else the machine does troubles all three alike. Written into
docs/performance.md: medians of the time until the answer is here, and the processor time of an
answer, which says the same on a machine that others use, too.
"""

import argparse
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlencode

from benchmarks.table import write
from benchmarks.wire import Client, Server, serving
from core.clock import now
from directory.geocode import make_geocoder
from search.embedded.engine import EmbeddedEngine
from search.query import SearchQuery
from search.request import Context, read_request

Parameters = dict[str, str]
ZONE = "America/New_York"
EVENING = "tue 18:00-20:00"
FACETS = {"facets": "category,language,cost,for,delivery,accepts_referrals"}

# What somebody asks, by group. The results page understands the same names but for the last groups.
QUERIES: Mapping[str, list[Parameters]] = {
    "place": [
        {"near": "27701", "radius_m": "5000"},
        {"near": "10001", "radius_m": "10000"},
        {"near": "60601", "radius_m": "25000"},
        {"near": "Durham, NC", "radius_m": "50000"},
        {"lat": "34.05", "lng": "-118.24", "radius_m": "100000"},
    ],
    "place and filters": [
        {"near": "27701", "category": "food", "language": "es", "radius_m": "25000"},
        {"near": "30303", "category": "transport", "delivery": "ride", "radius_m": "50000"},
        {"near": "77002", "category": "evening-clinic", "open_during": EVENING},
        {"near": "98101", "cost": "free,sliding_scale", "open_at": "now", "radius_m": "50000"},
        {"near": "85001", "category": "respite", "for": "older-adults", "radius_m": "100000"},
        {"near": "33101", "accessible": "wheelchair", "accepts_referrals": "true"},
    ],
    "words, place and filters": [
        {"q": "food pantry", "near": "27701", "radius_m": "50000", "cost": "free"},
        {"q": "evening clinic", "near": "10001", "radius_m": "25000", "language": "es"},
        {"q": "dialysis ride", "near": "60601", "radius_m": "100000"},
        {"q": "insulin", "near": "90012", "radius_m": "100000", "open_at": "now"},
        {"q": "adult day", "near": "02108", "radius_m": "200000", "category": "respite"},
        {"q": "comida", "near": "78205", "radius_m": "50000"},
    ],
    "typing mistakes": [
        {"q": "pharmcy", "near": "27701"},
        {"q": "transportaton"},
        {"q": "evenin clinc", "near": "43215", "radius_m": "50000"},
        {"q": "respit care", "near": "37203"},
        {"q": "dialisis"},
    ],
    "reachable": [
        {"reachable_from": "27701"},
        {"reachable_from": "10001", "category": "food"},
        {"reachable_from": "60601", "q": "ride", "sort": "soonest"},
    ],
    "counts": [
        {"category": "food", **FACETS},
        {"near": "27701", "radius_m": "50000", **FACETS},
        {"q": "clinic", **FACETS},
    ],
    "worst": [
        {"near": "27701", "sort": "distance"},
        {"q": "community", "sort": "distance", "near": "60601", **FACETS},
        {"near": "27701", "radius_m": "500000", "page": "100", "per_page": "100"},
    ],
}
PAGE_FIELDS = ("q", "near", "category", "language", "cost", "for", "delivery", "accessible")
"""Parameters that mean the same to the results page."""

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
    """Measure, print the table and write it into docs/performance.md."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("home", type=Path, help="a home folder with a seeded directory")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    engine = EmbeddedEngine(options.home / "search")
    lines = [f"{engine.count():,} documents; milliseconds, {options.rounds} rounds.", "", HEAD]
    everything = Measured(spent=dict.fromkeys(NAMES, 0.0))
    with serving(options.home) as server:
        client = Client(server.port)
        for group, queries in QUERIES.items():
            asks = [_asks(engine, client, parameters) for parameters in queries]
            found = _measure(asks, server, options.rounds)
            for name in NAMES:
                everything.waited[name] += found.waited[name]
                everything.spent[name] += found.spent[name]
            lines.append(found.row(group))
        client.close()
    engine.close()
    lines.append(everything.row("**all**"))
    print("\n".join(lines))
    write("api", "\n".join(lines))


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
        spent_ms = (lambda: process_time() * 1000) if name == "engine" else server.processor_ms
        started = spent_ms()
        for _ in range(rounds):
            for several in asks:
                several[name]()
        found.spent[name] = spent_ms() - started
    return found


def _asks(
    engine: EmbeddedEngine, client: Client, parameters: Parameters
) -> dict[str, Callable[[], object]]:
    query = _query(parameters)
    api = f"/api/v1/search?{urlencode(parameters)}"
    page = f"/search?{urlencode({k: v for k, v in parameters.items() if k in PAGE_FIELDS})}"
    return {
        "engine": lambda: engine.search(query),
        "api": lambda: client.get(api),
        "page": lambda: client.get(page),
    }


def _query(parameters: Parameters) -> SearchQuery:
    context = Context(make_geocoder(), ZONE, now(), strict=True)
    return read_request({name: [value] for name, value in parameters.items()}, context).query


if __name__ == "__main__":
    main()
