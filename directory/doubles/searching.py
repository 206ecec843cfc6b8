"""The search for records listed twice: somebody asks for it, the worker does it and says how far it is.

It reads in chunks and writes in short transactions, so that it is in nobody's way.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from core import audit, outbox
from core.actor import Actor
from core.clock import now
from core.db import Database, new_id
from core.outbox import Message
from directory.doubles.alike import ORGANIZATION, SERVICE, Alike
from directory.doubles.reading import how_many, records
from directory.doubles.scratch import Scratch
from directory.models import (
    DuplicatePair,
    DuplicateSearch,
    Organization,
    PairState,
    SearchStep,
    Service,
)
from directory.permissions import check_curate

TOPIC = "directory.duplicates"
GIVEN_UP = timedelta(minutes=5)
"""After so long without a sign, whoever worked on it is gone."""
TOLD_EVERY_S = 1.0
BATCH = 500
TABLES: dict[str, type[Any]] = {SERVICE: Service, ORGANIZATION: Organization}


@dataclass(frozen=True, slots=True)
class Standing:
    """The search that goes on, if one does, and the last that came to its end."""

    running: DuplicateSearch | None
    last: DuplicateSearch | None
    stopped: bool


def ask(session: Session, actor: Actor) -> DuplicateSearch:
    """Have the directory looked through; while that goes on, another is not begun."""
    check_curate(actor)
    known = standing(session, actor)
    if known.running and not known.stopped:
        return known.running
    row = DuplicateSearch(id=new_id(), asked_by=actor.id)
    session.add(row)
    session.flush()
    outbox.publish(session, TOPIC, {"search_id": row.id}, key=f"{TOPIC}:{row.id}")
    audit.record(
        session, actor, "directory.duplicates.search", "duplicate_search", row.id,
        address=actor.address,
    )  # fmt: skip
    return row


def standing(session: Session, actor: Actor) -> Standing:
    """How far it is. `stopped` when the search that goes on gave no sign for long."""
    check_curate(actor)
    newest = select(DuplicateSearch).order_by(
        col(DuplicateSearch.asked_at).desc(), col(DuplicateSearch.id).desc()
    )
    first = session.exec(newest.limit(1)).first()
    running = first if first and first.step is not SearchStep.DONE else None
    done = session.exec(newest.where(DuplicateSearch.step == SearchStep.DONE).limit(1)).first()
    stopped = running is not None and now() - running.moved_at > GIVEN_UP
    return Standing(running, done, stopped)


def handler(database: Database) -> Callable[[Sequence[Message]], None]:
    """What the worker does with the messages; what is done, or begun anew by another, it leaves."""

    def handle(messages: Sequence[Message]) -> None:
        for message in messages:
            search(database, str(message.payload["search_id"]))

    return handle


def search(database: Database, search_id: str) -> None:
    """Look through the whole directory, from the beginning."""
    with database.read() as session:
        newest = select(DuplicateSearch).order_by(
            col(DuplicateSearch.asked_at).desc(), col(DuplicateSearch.id).desc()
        )
        row = session.exec(newest.limit(1)).first()
        if row is None or row.id != search_id or row.step is SearchStep.DONE:
            return
        total = how_many(session)
    began, told = now(), _Told(database, search_id)
    told.begin(SearchStep.READING, total)
    opened = sum(_of_kind(database, kind, began, told) for kind in TABLES)
    with database.write() as session:
        gone = (col(DuplicatePair.state) == PairState.OPEN, col(DuplicatePair.found_at) < began)
        session.connection().execute(delete(DuplicatePair).where(*gone))
        row = session.get_one(DuplicateSearch, search_id)
        row.step, row.records, row.opened = SearchStep.DONE, total, opened
        row.finished_at = row.moved_at = now()
        session.connection().execute(
            delete(DuplicateSearch).where(col(DuplicateSearch.id) != search_id)
        )


def _of_kind(database: Database, kind: str, began: datetime, told: "_Told") -> int:
    """Look through one kind of record; how many pairs are open."""
    with Scratch() as scratch:
        for chunk in records(database, kind):
            scratch.add(one for one in chunk if one)
            told.more(len(chunk))
        read, total = told.done, told.total
        told.begin(SearchStep.COMPARING, scratch.pair())
        found, opened = (one for one in told.each(scratch.compared()) if one), 0
        while part := list(islice(found, BATCH)):
            opened += keep(database, kind, part, began)
    told.begin(SearchStep.READING, total, read)
    return opened


def keep(database: Database, kind: str, found: Sequence[Alike], began: datetime) -> int:
    """Keep pairs for a curator, but for records that are gone meanwhile; how many are open.

    What was told apart stays so.
    """
    with database.write() as session:
        here = _here(session, kind, {key for one in found for key in (one.first_id, one.second_id)})
        stored = session.exec(
            select(DuplicatePair).where(
                DuplicatePair.kind == kind,
                col(DuplicatePair.first_id).in_({one.first_id for one in found}),
            )
        )
        known = {(pair.first_id, pair.second_id): pair for pair in stored}
        return sum(_kept(session, kind, one, known.get((one.first_id, one.second_id)), began)
                   for one in found if {one.first_id, one.second_id} <= here)  # fmt: skip


def _here(session: Session, kind: str, ids: set[str]) -> set[str]:
    table = TABLES[kind]
    return set(session.exec(select(table.id).where(col(table.id).in_(ids))))


def _kept(
    session: Session, kind: str, one: Alike, pair: DuplicatePair | None, began: datetime
) -> bool:
    if pair is None:
        pair = DuplicatePair(
            kind=kind, first_id=one.first_id, second_id=one.second_id, score=0, reasons=""
        )
        session.add(pair)
    if pair.state is not PairState.OPEN:
        return False
    pair.score, pair.reasons, pair.found_at = one.score, " ".join(one.reasons), began
    return True


class _Told:
    """Says now and then, for whoever looks at the page, how far the search is."""

    def __init__(self, database: Database, search_id: str) -> None:
        self._database, self._search_id = database, search_id
        self.step, self.done, self.total = SearchStep.WAITING, 0, 0
        self._at = 0.0

    def begin(self, step: SearchStep, total: int, done: int = 0) -> None:
        """A step begins, or goes on."""
        self.step, self.done, self.total = step, done, total
        self._say()

    def more(self, count: int) -> None:
        """So many more are done."""
        self.done += count
        if time.monotonic() - self._at >= TOLD_EVERY_S:
            self._say()

    def each(self, items: Iterable[Alike | None]) -> Iterator[Alike | None]:
        """The same items, counted."""
        for item in items:
            yield item
            self.more(1)

    def _say(self) -> None:
        self._at = time.monotonic()
        with self._database.write() as session:
            row = session.get_one(DuplicateSearch, self._search_id)
            row.step, row.done, row.total, row.moved_at = self.step, self.done, self.total, now()
