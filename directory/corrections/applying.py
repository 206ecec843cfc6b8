"""Corrections put into the rows of a listing: rows that stay keep their ids, so that the history of
each field goes on."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any, TypeVar

from sqlmodel import Session

from core import audit
from core.actor import Actor
from core.db import new_id
from core.errors import Invalid
from directory.codes import DOCUMENT, codes
from directory.commands import drop_batch, publish_changes, save_batch
from directory.corrections.standing import Place, Standing, document_said, opening_of
from directory.models import (
    CostOption,
    Frequency,
    Language,
    Phone,
    RequiredDocument,
    Schedule,
    ScheduleException,
)
from directory.models.base import DirectoryRow

Row = TypeVar("Row", bound=DirectoryRow)
Kept = tuple[list[DirectoryRow], list[DirectoryRow]]
"""Rows to save, and rows to drop."""


def apply(session: Session, actor: Actor, found: Standing, changes: Mapping[str, Any]) -> bool:
    """Put checked changes right, with history, audit and a message for the index.

    Returns whether anything changed. Raises Invalid for a place that is not one of the service's.
    """
    check_places(found, changes)
    save: list[DirectoryRow] = []
    drop: list[DirectoryRow] = []
    for name, value in changes.items():
        kept = APPLY[name](found, value)
        save, drop = save + kept[0], drop + kept[1]
    entities = set[tuple[str, str]]()
    for group in _grouped([*_service(found, changes), *save]):
        entities |= save_batch(session, actor, group).entities
    for group in _grouped(drop):
        entities |= drop_batch(session, actor, group).entities
    if not entities:
        return False
    publish_changes(session, sorted(entities))
    fields = {"fields": sorted(changes)}
    audit.record(session, actor, "directory.correct", "service", found.service.id, fields)
    return True


def check_places(found: Standing, changes: Mapping[str, Any]) -> None:
    """Raise Invalid unless every place named is one of the service's, with hours of a week."""
    weekly = {place.unit for place in found.places if place.is_weekly}
    placed = {place.unit for place in found.places if place.row}
    for name, allowed in (("hours", weekly), ("place_note", placed)):
        if not changes.get(name, {}).keys() <= allowed:
            raise Invalid(f"{name} is not known in this way at that place", parameter=name)


def _service(found: Standing, changes: Mapping[str, Any]) -> Iterator[DirectoryRow]:
    columns = {"description": "description", "fees": "fees_description"}
    said = {columns[name]: value or None for name, value in changes.items() if name in columns}
    if said:
        yield _copy(found.service, **said)


def _nothing(_found: Standing, _value: Any) -> Kept:
    """A column of the service itself: see `_service`."""
    return [], []


def _phone(found: Standing, number: str) -> Kept:
    first = found.phones[0] if found.phones else None
    if not number:
        return [], [first] if first else []
    if first is None:
        return [Phone(service_id=found.service.id, number=number)], []
    return [_copy(first, number=number)], []


def _languages(found: Standing, wanted: Sequence[str]) -> Kept:
    return _by_key(
        found.languages,
        lambda row: row.code or "",
        wanted,
        lambda tag: Language(service_id=found.service.id, code=tag),
    )


def _costs(found: Standing, wanted: Sequence[str]) -> Kept:
    """What is still so keeps its amount; what was said in words alone stays."""
    coded = [row for row in found.costs if row.option]
    return _by_key(
        coded,
        lambda row: row.option or "",
        wanted,
        lambda code: CostOption(service_id=found.service.id, option=code),
    )


def _documents(found: Standing, wanted: Sequence[str]) -> Kept:
    return _by_key(
        found.documents, document_said, wanted, lambda said: _document(found.service.id, said)
    )


def _document(service_id: str, said: str) -> RequiredDocument:
    known = codes(DOCUMENT).get(said)
    return RequiredDocument(
        service_id=service_id,
        code=said if known else None,
        document=known.name() if known else said,
    )


def _hours(found: Standing, wanted: Mapping[str, Sequence[Mapping[str, str]]]) -> Kept:
    save: list[DirectoryRow] = []
    drop: list[DirectoryRow] = []
    for place in found.places:
        if place.unit in wanted:
            kept = _of_place(place, wanted[place.unit])
            save, drop = save + kept[0], drop + kept[1]
    return save, drop


def _of_place(place: Place, wanted: Sequence[Mapping[str, str]]) -> Kept:
    if [opening_of(row) for row in place.schedules] == list(wanted):
        return [], []
    own = [row for row in place.schedules if getattr(row, place.column)]
    ids = [row.id for row in own[: len(wanted)]]
    ids += [new_id() for _ in wanted[len(ids) :]]
    save = [_schedule(place, of, opening) for of, opening in zip(ids, wanted, strict=True)]
    return [*save], [*own[len(wanted) :]]


def _schedule(place: Place, row_id: str, opening: Mapping[str, str]) -> Schedule:
    row = Schedule(
        id=row_id,
        freq=Frequency.WEEKLY,
        byday=opening["days"],
        opens_at=time.fromisoformat(opening["opens"]),
        closes_at=time.fromisoformat(opening["closes"]),
    )
    setattr(row, place.column, place.owner)
    return row


def _place_notes(found: Standing, wanted: Mapping[str, str]) -> Kept:
    rows = (place.row for place in found.places if place.row and place.unit in wanted)
    return [_copy(row, description=wanted[row.id] or None) for row in rows], []


def _closure(found: Standing, said: Mapping[str, str]) -> Kept:
    row = ScheduleException(
        service_id=found.service.id,
        starts_on=date.fromisoformat(said["starts_on"]),
        ends_on=date.fromisoformat(said["ends_on"]),
        closed=True,
        reason=said.get("reason") or None,
    )
    return [row], []


APPLY: Mapping[str, Callable[[Standing, Any], Kept]] = {
    "description": _nothing,
    "fees": _nothing,
    "phone": _phone,
    "languages": _languages,
    "cost": _costs,
    "documents": _documents,
    "hours": _hours,
    "place_note": _place_notes,
    "closure": _closure,
}


def _by_key(
    rows: Sequence[Row],
    key: Callable[[Row], str],
    wanted: Sequence[str],
    make: Callable[[str], DirectoryRow],
) -> Kept:
    """New rows for what is not there yet; rows whose key is not wanted any more go."""
    there = {key(row) for row in rows}
    gone = [row for row in rows if key(row) not in wanted]
    return [make(one) for one in wanted if one not in there], [*gone]


def _copy(row: Row, **values: Any) -> Row:
    return type(row)(**{**row.model_dump(), **values})


def _grouped(rows: Iterable[DirectoryRow]) -> list[list[DirectoryRow]]:
    groups: dict[type[DirectoryRow], list[DirectoryRow]] = {}
    for row in rows:
        groups.setdefault(type(row), []).append(row)
    return list(groups.values())
