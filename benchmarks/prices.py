"""How fast prices are compared at the API over a million observations, and costs imported.

python -m benchmarks.prices [OBSERVATIONS]

The comparison is timed as a whole request of a running application in this process, the database on
disk. The import of acquisition costs is timed beside a bare `executemany` of the same rows into the
same table with the same indexes.
"""

import io
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median, quantiles

from litestar.testing import TestClient
from sqlmodel import Session, select

from app import logs, migrating
from app.asgi import create_app
from core.clock import now
from core.db import Database, stable_id
from core.settings import Settings
from directory.models import Attribute, Location, Service, ServiceAtLocation
from directory.prices.importing import Options, run
from directory.prices.importing.writing import elect_all
from directory.prices.models import Benchmark, Drug, PriceObservation
from directory.prices.programs import CASH_ID
from directory.prices.statements import FILLS
from search.embedded.engine import EmbeddedEngine
from seed_data.load import load

OBSERVATIONS = 1_000_000
PHARMACIES = 1_000
ASKED = 400
COSTS = 200_000
TURNS = 3
DESCRIPTIONS = 8_000
NEAR = ("27701", "27707", "27514", "27601", "27278")


def main(arguments: list[str]) -> int:
    """Measure and print; 1 when a limit is not held."""
    wanted = int(arguments[0]) if arguments else OBSERVATIONS
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        settings = Settings.from_env(
            {
                "HANDRAIL_HOME": folder,
                "HANDRAIL_DEMO": "1",
                "HANDRAIL_RATE_LIMIT": "0",
                "HANDRAIL_LOG_LEVEL": "error",
            }
        )
        migrating.upgrade(settings.database_url)
        database = Database(settings.database_url)
        load(database)
        _fill(database, wanted)
        p95 = _compare(settings, database, home)
        ratio = _import(home)
        database.close()
    print(f"\ncompare p95 {p95:.1f} ms (limit 50), import {ratio:.2f} x executemany (limit 3)")
    return 0 if p95 <= 50 and ratio <= 3 else 1


def _fill(database: Database, wanted: int) -> None:
    """Observations of every drug at a thousand pharmacies around the county, over two years."""
    chance, today = random.Random(1), now().date()
    with database.write() as session:
        places = _pharmacies(session, chance)
        drugs = [row.id for row in session.exec(select(Drug))]
        table = PriceObservation.__table__  # type: ignore[attr-defined]
        connection = session.connection()
        batch = []
        for number in range(wanted):
            drug, place = drugs[number % len(drugs)], places[number // len(drugs) % len(places)]
            age = chance.randint(0, 700)
            batch.append(_row(number, drug, place, today - timedelta(age), chance))
            if len(batch) == 20_000:
                connection.execute(table.insert(), batch)
                batch = []
        if batch:
            connection.execute(table.insert(), batch)
        elect_all(session, drugs)
    print(f"{wanted:,} observations of {len(drugs)} drugs at {len(places):,} pharmacies")


def _pharmacies(session: Session, chance: random.Random) -> list[str]:
    first = session.exec(select(Service).limit(1)).one()
    ids = []
    for number in range(PHARMACIES):
        place, service = (
            stable_id("bench", "place", str(number)),
            stable_id("bench", "s", str(number)),
        )
        lat, lng = chance.uniform(35.4, 36.5), chance.uniform(-79.6, -78.2)
        session.add(Location(id=place, organization_id=first.organization_id, name=f"P{number}",
                             latitude=lat, longitude=lng))  # fmt: skip
        session.add(Service(id=service, organization_id=first.organization_id, name=f"P{number}"))
        ids.append(place)
    session.flush()
    for number, place in enumerate(ids):
        service = stable_id("bench", "s", str(number))
        session.add(ServiceAtLocation(service_id=service, location_id=place))
        session.add(Attribute(link_id=service, link_entity="service", taxonomy_term_id=FILLS))
    session.flush()
    return ids


def _row(number: int, drug: str, place: str, on: date, chance: random.Random) -> dict[str, object]:
    return {
        "id": stable_id("bench", "price", str(number)),
        "drug_id": drug,
        "quantity": Decimal(chance.choice((30, 30, 60, 90))),
        "channel": "location",
        "location_id": place,
        "place_key": place,
        "program_id": CASH_ID,
        "price": Decimal(chance.randint(200, 2_000)) / 100,
        "dispensing_fee": Decimal(0),
        "shipping": Decimal(0),
        "observed_on": on,
        "source": chance.choice(("phone", "published")),
        "source_ref": "",
        "observer": "bench",
        "recorded_at": now(),
        "is_current": False,
        "invented": True,
    }


def _compare(settings: Settings, database: Database, home: Path) -> float:
    chance = random.Random(2)
    with database.read() as session:
        drugs = [row.id for row in session.exec(select(Drug))]
    taken = []
    logs.configure(settings.log_level)
    app = create_app(settings, search=EmbeddedEngine(home / "search"))
    with TestClient(app) as client:
        client.get("/api/v1/prices", params={"drug": drugs[0], "quantity": "30", "near": "27701"})
        spent = -time.process_time()
        for _ in range(ASKED):
            asked = {"drug": chance.choice(drugs), "quantity": chance.choice(("30", "60", "90")),
                     "near": chance.choice(NEAR), "radius_m": "15000"}  # fmt: skip
            began = time.perf_counter()
            answer = client.get("/api/v1/prices", params=asked)
            taken.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.text
        spent += time.process_time()
    p95 = quantiles(taken, n=20)[18]
    print(
        f"compare at the API, {ASKED} requests: median {median(taken):.1f} ms, p95 {p95:.1f} ms;"
        f" {spent * 1000 / ASKED:.1f} ms of processor each"
    )
    return p95


def _import(home: Path) -> float:
    """Both in turn, each time into new files and with descriptions not seen before."""
    bare, whole = [], []
    for turn in range(TURNS):
        folder = home / f"import{turn}"
        folder.mkdir()
        path = folder / "nadac.csv"
        path.write_text("".join(_cost_lines(turn)), encoding="utf-8")
        database = Database(f"sqlite:///{folder}/handrail.db")
        migrating.upgrade(database.url)
        whole.append(_whole(database, path))
        with database.read() as session:
            rows = session.connection().exec_driver_sql("SELECT * FROM benchmark").fetchall()
        bare.append(_bare(folder / "bare.db", [tuple(row) for row in rows]))
        database.close()
    ratio = min(whole) / min(bare)
    print(
        f"{COSTS:,} acquisition costs, fastest of {TURNS} turns: executemany {min(bare):.2f} s,"
        f" import {min(whole):.2f} s ({ratio:.2f} x); again, nothing changed"
    )
    return ratio


def _whole(database: Database, path: Path) -> float:
    """Seconds of an import; another one of the same file must change nothing."""
    options = Options("nadac", path, path.parent, "America/New_York")
    with redirect_stderr(io.StringIO()):
        began = time.perf_counter()
        found = run(database, options)
        taken = time.perf_counter() - began
        again = run(database, options)
    assert found.read == found.counts["created"] == again.counts["unchanged"] == COSTS, again.counts
    return taken


def _cost_lines(turn: int) -> Iterator[str]:
    yield (
        "NDC Description,NDC,NADAC Per Unit,Effective Date,Pricing Unit,Pharmacy Type Indicator,OTC,"
        "Explanation Code,Classification for Rate Setting,Corresponding Generic Drug NADAC Per Unit,"
        "Corresponding Generic Drug Effective Date,As of Date\n"
    )
    chance = random.Random(3)
    for number in range(COSTS):
        kind = number % DESCRIPTIONS
        said = f"DRUG{kind // 40}{'XYZ'[turn]} HCL {5 * (kind % 40 + 1)} MG TABLET"
        cost = chance.randint(100, 900_000) / 100_000
        yield (
            f"{said},{number % 25_000 + 10_000_000:011},{cost:.5f},"
            f"{number // 25_000 + 1:02}/18/2026,EA,C/I,N,1,G,,,11/18/2026\n"
        )


def _bare(path: Path, rows: Sequence[tuple[object, ...]]) -> float:
    """Seconds to put the same rows into the same table by nothing but `executemany`."""
    url = f"sqlite:///{path}"
    database = Database(url)
    Benchmark.__table__.create(database.engine)  # type: ignore[attr-defined]
    database.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=wal")
    connection.execute("PRAGMA synchronous=normal")
    began = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(
        "INSERT INTO benchmark (ndc11, effective_on, as_of, per_unit, unit, description, product)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        rows,
    )
    connection.execute("COMMIT")
    taken = time.perf_counter() - began
    connection.close()
    return taken


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
