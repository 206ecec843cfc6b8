"""The one transaction of an import: rows, their history, the index's messages, one audit event."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, col, select

from core import audit
from core.actor import Actor
from directory import commands
from directory.code_rows import code_rows
from directory.commands import Counts
from directory.importing.identity import our_id
from directory.importing.intake import Intake
from directory.importing.problems import Kind, Problem
from directory.importing.progress import Progress
from directory.importing.rows import Said, redirected, row, said
from directory.importing.shapes import MAIN, Shape, shapes
from directory.importing.staging import ACCEPTED
from directory.models import ImportedRow, MergedRecord
from directory.models.base import ID_LENGTH, DirectoryRow
from directory.moving import kept_for

BATCH = 500


@dataclass(slots=True)
class Written:
    """What was done to one table, in rows."""

    counts: Counts = field(default_factory=Counts)
    removed: int = 0
    gone: int = 0


class Writer:
    """Writes what is staged, table by table, parents first."""

    def __init__(self, session: Session, actor: Actor, source: str, intake: Intake) -> None:
        self.session, self.actor, self.source, self.intake = session, actor, source, intake
        self.tables: dict[str, Written] = {name: Written() for name in shapes()}
        self._nothing_merged: bool | None = None
        known = select(ImportedRow.source).where(ImportedRow.source == source).limit(1)
        self._first = session.exec(known).first() is None

    def write(self, progress: Progress) -> dict[str, Written]:
        """Everything; the caller's transaction makes it so, or none of it."""
        commands.save(self.session, self.actor, code_rows(), action="directory.codes")
        self._note_uids()
        for shape in reversed(shapes().values()):
            self._remove_stale(shape, progress)
        for shape in shapes().values():
            records = self.intake.staging.in_depth_order(shape.name)
            ready = (said(self.source, record) for record in records)
            for batch in _batches(progress.counted(f"{shape.name} written", ready)):
                self._save(shape, batch)
        commands.publish_changes(self.session, self.intake.staging.touched())
        self._audit()
        return self.tables

    def _note_uids(self) -> None:
        staging = self.intake.staging
        for name in shapes():
            for state in (0, 1):
                ids = (
                    (our_id(self.source, name, r.id), state)
                    for r in staging.records(name, state=state)
                )
                for batch in _batches(ids):
                    staging.note_uids(name, batch)

    # saving

    def _save(self, shape: Shape, batch: Sequence[Said]) -> None:
        """Save the rows of which the source says something new, or that are no longer here."""
        known = self._digests(shape, [one.id for one in batch])
        stored = self._stored(shape, [one.id for one in batch])
        merged = self._merged(batch)
        batch = [one for one in batch if one.id not in merged]
        news = [one for one in batch if known.get(one.id) != one.digest or one.id not in stored]
        counts = Counts(unchanged=len(batch) - len(news))
        if news:
            rows = [row(shape, redirected(one, merged), stored.get(one.id)) for one in news]
            done = commands.save_batch(self.session, self.actor, rows, filling=self._first)
            counts += done.counts
            self.intake.staging.touch(done.entities)
            self._remember(shape, news)
        self.tables[shape.name].counts += counts
        self.session.expunge_all()

    def _merged(self, batch: Sequence[Said]) -> dict[str, str]:
        """Of the records spoken of, those that people made one with another: old id → kept id."""
        if self._nothing_merged is None:
            first = self.session.exec(select(MergedRecord.id).limit(1)).first()
            self._nothing_merged = first is None
        if self._nothing_merged:
            return {}
        ids = {value for one in batch for value in (one.id, *one.values.values())}
        asked = sorted(one for one in ids if isinstance(one, str) and len(one) == ID_LENGTH)
        pairs: dict[str, str] = {}
        for part in _batches(iter(asked)):
            for old_id in self.session.exec(
                select(MergedRecord.id).where(col(MergedRecord.id).in_(part))
            ):
                pairs[old_id] = kept_for(self.session, old_id) or old_id
        return pairs

    def _digests(self, shape: Shape, ids: Sequence[str]) -> dict[str, str]:
        found = self.session.exec(
            select(ImportedRow.resource_id, ImportedRow.digest).where(
                ImportedRow.source == self.source,
                ImportedRow.resource_type == shape.name,
                col(ImportedRow.resource_id).in_(ids),
            )
        )
        return dict(found.all())

    def _stored(self, shape: Shape, ids: Sequence[str]) -> dict[str, DirectoryRow]:
        table = shape.table
        return {r.id: r for r in self.session.exec(select(table).where(col(table.id).in_(ids)))}

    def _remember(self, shape: Shape, news: Sequence[Said]) -> None:
        dialect = sqlite if self.session.get_bind().dialect.name == "sqlite" else postgresql
        values = [
            {
                "source": self.source,
                "resource_type": shape.name,
                "resource_id": one.id,
                "digest": one.digest,
            }
            for one in news
        ]
        insert = dialect.insert(ImportedRow)
        known = ("source", "resource_type", "resource_id")
        update = insert.on_conflict_do_update(
            index_elements=known, set_={"digest": insert.excluded.digest}
        )
        self.session.connection().execute(update, values)

    # what the source no longer says

    def _remove_stale(self, shape: Shape, progress: Progress) -> None:
        """Remove rows that this source said before and says no more, of parents it still has.

        Records of their own (services, places, organizations) stay, and are named as gone.
        """
        if shape.name not in self.intake.spoken:
            return
        step = f"{shape.name} compared"
        for batch in _batches(progress.counted(step, self._remembered(shape))):
            states = {uid: self.intake.staging.uid_state(shape.name, uid) for uid in batch}
            missing = [uid for uid, state in states.items() if state is None]
            if shape.name in MAIN:
                self._name_gone(shape, missing)
            elif missing:
                self._drop(shape, missing)

    def _remembered(self, shape: Shape) -> Iterator[str]:
        after = ""
        while True:
            batch = self.session.exec(
                select(ImportedRow.resource_id)
                .where(
                    ImportedRow.source == self.source,
                    ImportedRow.resource_type == shape.name,
                    col(ImportedRow.resource_id) > after,
                )
                .order_by(ImportedRow.resource_id)
                .limit(BATCH)
            ).all()
            if not batch:
                return
            yield from batch
            after = batch[-1]

    def _name_gone(self, shape: Shape, missing: Sequence[str]) -> None:
        self.tables[shape.name].gone += len(missing)
        for stored in self._stored(shape, missing).values():
            name, there = getattr(stored, "name", ""), getattr(stored, "source_id", stored.id)
            self.intake.report.add(
                Problem(Kind.GONE, "", 0, shape.name, there, "", "gone", str(name or ""))
            )

    def _drop(self, shape: Shape, missing: Sequence[str]) -> None:
        stored = self._stored(shape, missing)
        doomed = [
            stored[uid]
            for uid in missing
            if uid in stored and self._parent_is_here(shape, stored[uid])
        ]
        forgotten = [uid for uid in missing if uid not in stored] + [one.id for one in doomed]
        if doomed:
            done = commands.drop_batch(self.session, self.actor, doomed)
            self.intake.staging.touch(done.entities)
            self.tables[shape.name].removed += len(doomed)
        if forgotten:
            self.session.connection().execute(
                delete(ImportedRow).where(
                    col(ImportedRow.source) == self.source,
                    col(ImportedRow.resource_type) == shape.name,
                    col(ImportedRow.resource_id).in_(forgotten),
                )
            )
        self.session.expunge_all()

    def _parent_is_here(self, shape: Shape, stored: DirectoryRow) -> bool:
        """Whether the source still has, whole, a record that the row hangs on."""
        if shape.name == "attribute":
            linked: Any = stored
            return self._is_here(linked.link_entity, linked.link_id)
        return any(self._is_here(t, getattr(stored, c)) for c, t in shape.parents.items())

    def _is_here(self, table: str, uid: str | None) -> bool:
        """Whether the source has it; or had it, and still has what that hangs on."""
        if not uid:
            return False
        state = self.intake.staging.uid_state(table, uid)
        if state is not None or table in MAIN:
            return state == ACCEPTED
        shape = shapes()[table]
        stored = self.session.get(shape.table, uid)
        return stored is not None and self._parent_is_here(shape, stored)

    def _audit(self) -> None:
        changed = {
            name: {"created": t.counts.created, "updated": t.counts.updated, "removed": t.removed}
            for name, t in self.tables.items()
            if t.counts.created or t.counts.updated or t.removed
        }
        if changed:
            fields = {"source": self.source, "tables": changed}
            audit.record(self.session, self.actor, "directory.import", "directory", "", fields)


def _batches(items: Iterator[Any]) -> Iterator[list[Any]]:
    items = iter(items)
    while batch := list(islice(items, BATCH)):
        yield batch
