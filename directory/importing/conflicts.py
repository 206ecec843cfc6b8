"""Ids that belong to somebody else: no source may write over another's records, or over ours."""

from collections.abc import Sequence
from itertools import islice

from sqlmodel import Session, col, select

from directory.importing.identity import our_id, own_ids
from directory.importing.intake import Intake
from directory.importing.problems import Kind, RowRefused
from directory.importing.shapes import Shape, shapes
from directory.importing.staging import Record
from directory.importing.values import UUID
from directory.models import ImportedRow, ServiceAtLocation, TaxonomyTerm

BATCH = 500


def check(session: Session, source: str, intake: Intake) -> None:
    """Refuse records whose UUID is taken, and forget those of our own code lists."""
    for shape in shapes().values():
        records = (r for r in intake.staging.records(shape.name) if UUID.fullmatch(r.id))
        while batch := list(islice(records, BATCH)):
            _check(session, source, intake, shape, batch)


def check_pairs(session: Session, source: str, intake: Intake) -> None:
    """Refuse a service at a location where somebody else has put it already."""
    records = intake.staging.records("service_at_location")
    while batch := list(islice(records, BATCH)):
        pairs = {
            (
                our_id(source, "service", record.data["service_id"]),
                our_id(source, "location", record.data["location_id"]),
            ): record
            for record in batch
        }
        found = session.exec(
            select(ServiceAtLocation).where(
                col(ServiceAtLocation.service_id).in_({service for service, _ in pairs})
            )
        ).all()
        ours = _remembered(session, source, "service_at_location", [one.id for one in found])
        for one in found:
            record = pairs.get((one.service_id, one.location_id))
            if record and one.id not in ours:
                _refuse(intake, record, RowRefused("duplicate_pair", "location_id", "entered here"))


def check_codes(session: Session, source: str, intake: Intake) -> None:
    """Drop the code of a term where another of its taxonomy has it, in the source or here."""
    records = (r for r in intake.staging.records("taxonomy_term") if r.data.get("code"))
    while batch := list(islice(records, BATCH)):
        for record in batch:
            taxonomy, code = record.data.get("taxonomy_id"), record.data["code"]
            if not taxonomy:
                continue
            key = f"{taxonomy}@{code}"
            known = intake.staging.facts("code", key) or _holders(session, source, taxonomy, code)
            if known and our_id(source, "taxonomy_term", record.id) not in known:
                intake.tell(Kind.VALUE, record, RowRefused("duplicate_code", "code", code))
                record.data["code"] = None
                intake.staging.put(record)
            else:
                uid = our_id(source, "taxonomy_term", record.id)
                intake.staging.note("code", key, uid)


def _holders(session: Session, source: str, taxonomy: str, code: str) -> list[str]:
    """Ids of the terms here with that code."""
    found = session.exec(
        select(TaxonomyTerm.id).where(
            TaxonomyTerm.taxonomy_id == our_id(source, "taxonomy", taxonomy),
            TaxonomyTerm.code == code,
        )
    )
    return list(found)


def _check(
    session: Session, source: str, intake: Intake, shape: Shape, batch: Sequence[Record]
) -> None:
    ids = {our_id(source, shape.name, record.id): record for record in batch}
    for own in ids.keys() & own_ids():
        intake.staging.forget(shape.name, ids.pop(own).id)
    there = set(session.exec(select(shape.table.id).where(col(shape.table.id).in_(ids))))
    for taken in there - _remembered(session, source, shape.name, list(there)):
        _refuse(intake, ids[taken], RowRefused("id_taken", "id", ids[taken].id))


def _refuse(intake: Intake, record: Record, fault: RowRefused) -> None:
    intake.staging.refuse(record.table, record.id)
    intake.tell(Kind.REFUSED, record, fault)


def _remembered(session: Session, source: str, table: str, ids: Sequence[str]) -> set[str]:
    """Those of the ids that this source has said before."""
    found = session.exec(
        select(ImportedRow.resource_id).where(
            ImportedRow.source == source,
            ImportedRow.resource_type == table,
            col(ImportedRow.resource_id).in_(ids),
        )
    )
    return set(found)
