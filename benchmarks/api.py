"""How much the API adds to a search, and a results page to the API.

    HANDRAIL_HOME=/tmp/bench handrail migrate
    HANDRAIL_HOME=/tmp/bench handrail seed --size 100000
    python -m benchmarks.api /tmp/bench

The same searches are asked of the engine in this process, of the API and of the results page over
HTTP, in turn, so that whatever else the machine does troubles all three alike. Prints medians in
milliseconds and their ratios.
"""

import argparse
import statistics
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from benchmarks.wire import Client, serving
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

Samples = dict[str, list[float]]


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("home", type=Path, help="a home folder with a seeded directory")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    engine = EmbeddedEngine(options.home / "search")
    print(f"{engine.count():,} documents, {options.rounds} rounds")
    with serving(options.home) as port:
        client = Client(port)
        _print({g: _measure(engine, client, qs, options.rounds) for g, qs in QUERIES.items()})
        client.close()
    engine.close()


def _measure(
    engine: EmbeddedEngine, client: Client, queries: list[Parameters], rounds: int
) -> Samples:
    """Milliseconds of each ask, after one to warm up."""
    samples: Samples = {"engine": [], "api": [], "page": []}
    asks = [_asks(engine, client, parameters) for parameters in queries]
    for number in range(rounds + 1):
        for several in asks:
            for name, ask in several.items():
                started = perf_counter()
                ask()
                if number:
                    samples[name].append((perf_counter() - started) * 1000)
    return samples


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


def _print(groups: Mapping[str, Samples]) -> None:
    print("| searches | engine ms | API ms | ratio | page ms | page / API |")
    print("|---|---|---|---|---|---|")
    names = ("engine", "api", "page")
    everything = {name: [ms for s in groups.values() for ms in s[name]] for name in names}
    for group, samples in [*groups.items(), ("**all**", everything)]:
        engine, api, page = (statistics.median(samples[name]) for name in names)
        print(
            f"| {group} | {engine:.2f} | {api:.2f} | {api / engine:.2f}"
            f" | {page:.2f} | {page / api:.2f} |"
        )


if __name__ == "__main__":
    main()
