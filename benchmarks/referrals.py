"""What the rules of referrals cost, and whether lists and the clock grow with the table.

    python -m benchmarks.referrals [how many referrals in all]

On a private PostgreSQL: accepting by `commands.apply` (key, guards, slot, event, audit, messages) beside
the bare statements it cannot do without, in turn; the inbox of an organization with a tenth of all
referrals; the clock over all of them with a hundred due. Written into docs/performance.md.
"""

import argparse
import json
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from statistics import median, quantiles
from time import perf_counter, process_time
from typing import Any

from sqlalchemy import text

from app.tables import metadata
from benchmarks.table import write
from core import clock
from core.clock import now
from core.db import Database, new_id
from referrals import queries, timers
from referrals.commands import apply
from referrals.models import Referral
from referrals.states import Status
from tests.support import postgres
from tests.support.referring import VAULT, Scene, settle

ACCEPTED = 300
DUE = 100
ASKED = 100
MS = 1000
BARE = (
    """UPDATE referral SET status='accepted', version=version+1, first_response_at=:at, due_at=:at,
        due_event='contact_timeout', remind_at=:at, clock_started_at=:at, slot_held=true
        WHERE id=:id AND version=2 AND status='sent'""",
    """UPDATE program_capacity SET slots_taken=slots_taken+1
        WHERE organization_id=:partner AND service_id=:service AND slots_taken < slots_total""",
    """INSERT INTO referral_event (id, referral_id, sequence, event, source, target, actor_kind,
        actor_id, organization_id, at, facts) VALUES (:event, :id, 3, 'accept', 'sent', 'accepted',
        'partner', :actor, :partner, :at, '{}')""",
    """INSERT INTO audit_event (organization_id, sequence, at, actor_id, action, entity_type,
        entity_id, fields, address, prev_hash, hash)
        VALUES ('bare', :n, :at, :actor, 'referral.accept', 'referral', :id, '{}', '', '', '')""",
    """INSERT INTO outbox (key, topic, payload, due_at, attempts, created_at)
        VALUES (:event, 'bare', :payload, :at, 0, :at)""",
    """INSERT INTO outbox (key, topic, payload, due_at, attempts, created_at)
        VALUES (:other, 'bare', :payload, :at, 0, :at)""",
    """INSERT INTO idempotency_key (organization_id, key, body_hash, response, created_at)
        VALUES (:partner, :event, '', '{}', :at)""",
)
MANY = """INSERT INTO referral SELECT made.* FROM referral r,
    generate_series(CAST(:first AS int), CAST(:last AS int)) n,
    LATERAL jsonb_populate_record(r, jsonb_build_object(
        'id', gen_random_uuid()::text,
        'partner_id', CASE WHEN n % 10 = 0 THEN r.partner_id ELSE :other END,
        'service_id', CASE WHEN n % 10 = 0 THEN r.service_id ELSE 'elsewhere' END,
        'remind_at', r.due_at + interval '1 year',
        'due_at', r.due_at + interval '1 year' + n * interval '1 second',
        'status', CASE WHEN n % 3 = 0 THEN 'viewed' ELSE 'sent' END)) made WHERE r.id = :id"""


def times(task: Callable[[], Any], turns: int) -> tuple[float, float, float]:
    """Median and 95th percentile of the time, and median processor time, of one turn; ms."""
    took, worked = [], []
    for _ in range(turns):
        start, cpu = perf_counter(), process_time()
        task()
        took.append((perf_counter() - start) * MS)
        worked.append((process_time() - cpu) * MS)
    return median(took), quantiles(took, n=20)[-1], median(worked)


def sent(scene: Scene, count: int) -> list[Referral]:
    """So many referrals that wait for an answer, each of a need of its own."""
    return [scene.at(Status.SENT) for _ in range(count)]


def bare(database: Database, scene: Scene, row: Referral, number: int) -> None:
    """The statements alone: nothing is looked up, nobody asked, nothing chained."""
    at = now()
    values = {"id": row.id, "at": at, "event": new_id(), "other": new_id(), "n": number,
              "partner": scene.pantry.id, "service": scene.service.id, "actor": new_id(),
              "payload": json.dumps({"referral_id": row.id})}  # fmt: skip
    with database.write() as session:
        for statement in STATEMENTS:
            session.connection().execute(statement, values)


STATEMENTS = [text(statement) for statement in BARE]


def accepting(database: Database) -> list[str]:
    """Ours and the bare statements in turn, on referrals of the same kind."""
    with database.write() as session:
        scene = settle(session)
        scene.capacity(10 * ACCEPTED)
        rows = sent(scene, 2 * ACCEPTED)
    partner, ours, plain = scene.actors["partner"], [], []
    for number, (mine, other) in enumerate(zip(rows[::2], rows[1::2], strict=True)):
        start = perf_counter()
        with clock.frozen(scene.now), database.write() as session:
            apply(session, partner, mine.id, "accept", version=2, vault=VAULT, key=new_id())
        ours.append((perf_counter() - start) * MS)
        start = perf_counter()
        bare(database, scene, other, number)
        plain.append((perf_counter() - start) * MS)
    ratio = median(ours[20:]) / median(plain[20:])
    return [
        "| accepting a referral | median, ms | p95, ms |",
        "|---|---|---|",
        f"| by all the rules | {median(ours[20:]):.2f} | {quantiles(ours[20:], n=20)[-1]:.2f} |",
        f"| the bare statements | {median(plain[20:]):.2f} | {quantiles(plain[20:], n=20)[-1]:.2f} |",
        f"| ratio | {ratio:.2f} | |",
    ]


def fill(database: Database, scene: Scene, first: int, last: int) -> None:
    """Copies of one sent referral, every tenth at the same partner, due in a year."""
    with database.write() as session:
        like = session.connection().scalar(text("SELECT id FROM referral WHERE status = 'sent'"))
        other = session.connection().scalar(
            text("SELECT id FROM network_organization WHERE name = 'Other pantry'")
        )
        run = session.connection().execute
        run(text(MANY), {"id": like, "other": other, "first": first, "last": last})
        run(text("ANALYZE referral"))


def listing(database: Database, scene: Scene, count: int) -> list[str]:
    """Lists of the partner who has a tenth of all."""

    def ask(**values: Any) -> Callable[[], None]:
        def task() -> None:
            with database.read() as session:
                found = queries.referrals(session, scene.actors["partner"], "inbox", **values)
                assert found.items

        return task

    cases: dict[str, dict[str, Any]] = {
        "inbox, what is open": {},
        "inbox, one state": {"state": "viewed"},
        "inbox, page 5": {"page": 5},
        "inbox, due within a day": {"due_before": scene.now + timedelta(days=370)},
    }
    rows = []
    for name, values in cases.items():
        middle, late, cpu = times(ask(**values), ASKED)
        rows.append(f"| {name} | {count:,} | {middle:.2f} | {late:.2f} | {cpu:.2f} |")
    return rows


def sweeping(database: Database, scene: Scene, count: int) -> list[str]:
    """The clock, when a hundred are due and when none is."""
    with database.write() as session:
        session.connection().execute(
            text(
                "UPDATE referral SET due_at = :at, reminders_sent = 2, remind_at = NULL WHERE id IN"
                " (SELECT id FROM referral WHERE status = 'viewed' LIMIT :due)"
            ),
            {"at": scene.now, "due": DUE},
        )
    with clock.frozen(scene.now):
        start = perf_counter()
        swept = timers.sweep(database)
        took = (perf_counter() - start) * MS
        idle = times(lambda: timers.sweep(database), 20)
    done = swept.ended + swept.reminded + swept.reviewed
    rows = [f"| the clock, {done} due, each | {count:,} | {took / DUE:.2f} | | |"]
    middle, late, cpu = idle
    rows.append(f"| the clock, nothing due | {count:,} | {middle:.2f} | {late:.2f} | {cpu:.2f} |")
    return rows


def measured(cluster: postgres.Cluster, sizes: list[int]) -> str:
    """Everything, as Markdown."""
    with closing(Database(cluster.create("accepting"))) as database:
        metadata.create_all(database.engine)
        lines = accepting(database)
    lines += ["", "| list or clock | referrals | median, ms | p95, ms | processor, ms |",
              "|---|---|---|---|---|"]  # fmt: skip
    with closing(Database(cluster.create("growing"))) as database:
        metadata.create_all(database.engine)
        with database.write() as session:
            scene = settle(session)
            sent(scene, 1)
        before = 1
        for size in sizes:
            fill(database, scene, before, size)
            before = size + 1
            lines += listing(database, scene, size) + sweeping(database, scene, size)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("size", nargs="?", type=int, default=1_000_000)
    size = parser.parse_args().size
    programs = postgres.binaries()
    if programs is None:
        raise SystemExit(postgres.INSTALL)
    cluster = postgres.Cluster(programs)
    try:
        found = measured(cluster, [size // 10, size])
    finally:
        cluster.stop()
    print(found)
    write("referrals", found)


if __name__ == "__main__":
    main()
