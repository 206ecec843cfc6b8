"""Rows from a reader → records in the staging database, or a line in the report."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from directory.importing.csv_file import UNDECODED
from directory.importing.hours_rows import read_description
from directory.importing.mending import MENDERS, Mender
from directory.importing.personal import is_personal_contact
from directory.importing.problems import Kind, Problem, RowRefused, Tally
from directory.importing.report import Report
from directory.importing.shapes import MAIN, STRICT, Field, Shape, shapes
from directory.importing.staging import Record, Staging
from directory.importing.values import read_value

ID_MAX = 200


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as a reader found it, in HSDS 3 terms: column → text, None where it says nothing.

    `partial` rows may be said in pieces (JSON repeats an organization inside each service).
    """

    table: str
    id: str
    values: dict[str, Any]
    file: str
    row: int
    partial: bool = False


@dataclass(slots=True)
class Intake:
    """Where readers put what they read. `spoken` are the tables the source says anything about;
    `in_pieces` that a column it leaves out may be said elsewhere."""

    staging: Staging
    report: Report
    tally: Tally
    keep_personal: bool = False
    in_pieces: bool = False
    spoken: set[str] = field(default_factory=set)

    def take(self, raw: Raw) -> Record | None:
        """Mend, check and stage one row; None when it was refused, dropped or already there."""
        try:
            record = self.clean(raw)
            if record is None:
                return None
            if raw.table == "schedule":
                record, *others = read_description(record, self.tally)
                for other in others:
                    self.place(other, raw)
            return self.place(record, raw)
        except RowRefused as fault:
            self.refuse(raw, fault)
            return None

    def clean(self, raw: Raw) -> Record | None:
        """The row with every value read; None when it says nothing. Raises RowRefused."""
        if fault := _id_fault(raw.id):
            raise fault
        shape = shapes()[raw.table]
        mender = MENDERS.get(raw.table, Mender())
        values = mender.before(dict(raw.values), self.tally)
        if raw.table == "taxonomy_term":
            self._name_taxonomy(raw, values)
        data, faults = self._read(raw, shape, values)
        for fault in mender.after(data, self.tally):
            self._drop(raw, fault)
            faults.append(fault)
        if says_nothing(shape, data):
            if faults:
                raise faults[-1]
            self.tally.repaired("empty_row")
            return None
        if raw.table == "contact" and self._leave_out(raw, data):
            return None
        self._check_required(shape, data)
        return Record(raw.table, raw.id, data, raw.file, raw.row)

    def _name_taxonomy(self, raw: Raw, values: dict[str, Any]) -> None:
        """A term that names its taxonomy, and no row of one, gets a taxonomy of that name."""
        name = values.pop("taxonomy", None)
        if not isinstance(name, str) or not name.strip() or values.get("taxonomy_id"):
            return
        values["taxonomy_id"] = f"name:{name.strip()[:100]}"
        if not self.staging.has("taxonomy", values["taxonomy_id"]):
            self.tally.repaired("taxonomy_from_name")
            said = {"name": name, "description": ""}
            self.take(Raw("taxonomy", values["taxonomy_id"], said, raw.file, raw.row))

    def _leave_out(self, raw: Raw, data: dict[str, Any]) -> bool:
        """Whether this contact is a person's; its id is remembered, for what hangs on it."""
        if self.keep_personal or not is_personal_contact(data):
            return False
        self.spoken.add("contact")
        self.tally.personal["contact"] += 1
        self.staging.note("personal", raw.id, "contact")
        return True

    def place(self, record: Record, raw: Raw) -> Record | None:
        """Stage it, unless the same is there. Raises RowRefused when another has its id."""
        self.spoken.add(record.table)
        there = self.staging.get(record.table, record.id)
        if there is None or there.state:
            self.staging.put(record)
            return record
        if there.data == record.data:
            self.tally.repaired("identical_row")
            return None
        if not raw.partial or _disagree(there.data, record.data):
            where = f"first in {there.file}, row {there.row}"
            raise RowRefused("duplicate_id", "id", where)
        said = {name: value for name, value in record.data.items() if value is not None}
        there.data = {**record.data, **there.data, **said}
        self.staging.put(there)
        return there

    def refuse(self, raw: Raw, fault: RowRefused) -> None:
        """Into the report; what was imported of the row earlier stays as it was."""
        self.tell(Kind.REFUSED, raw, fault)
        if fault.reason != "duplicate_id" and _id_fault(raw.id) is None:
            self.staging.refuse(raw.table, raw.id)

    def tell(self, kind: Kind, raw: Raw | Record, fault: RowRefused) -> None:
        table, known_as = raw.table.lstrip("~"), raw.id.partition("@")[0]
        self.report.add(
            Problem(
                kind, raw.file, raw.row, table, known_as, fault.field, fault.reason, fault.detail
            )
        )

    def _read(
        self, raw: Raw, shape: Shape, values: dict[str, Any]
    ) -> tuple[dict[str, Any], list[RowRefused]]:
        """The values that can be read, and why the others cannot."""
        data: dict[str, Any] = {}
        faults: list[RowRefused] = []
        for url in (column for column in shape.fields.values() if column.kind == "url"):
            self._urls_apart(raw, url, values)
        for name, value in values.items():
            column = shape.fields.get(name)
            if column is None:
                if value not in (None, "") and name not in ("id", "last_modified"):
                    self.tally.ignore(raw.file, name)
                continue
            try:
                data[name] = read_value(column, _as_text(name, value), self.tally)
            except RowRefused as fault:
                if column.required or name in STRICT:
                    raise
                self._drop(raw, fault)
                faults.append(fault)
        return data, faults

    def _urls_apart(self, raw: Raw, column: Field, values: dict[str, Any]) -> None:
        """The first of several web addresses stays in its column, the others get rows of their
        own."""
        text = values.get(column.name)
        if raw.table not in ("organization", "service") or not isinstance(text, str):
            return
        if not text.strip():
            return
        first, *others = filter(None, re.split(r"[\s;,]+(?=https?://|www\.)", text.strip()))
        if not others or any(" " in one.strip(" ;,") for one in (first, *others)):
            return
        self.tally.repaired("urls_in_one_cell")
        values[column.name] = first.strip(" ;,")
        for number, other in enumerate(others, 2):
            said = {f"{raw.table}_id": raw.id, "url": other.strip(" ;,")}
            self.take(Raw("url", f"{raw.id}@{column.name}{number}", said, raw.file, raw.row))

    def _drop(self, raw: Raw, fault: RowRefused) -> None:
        self.tell(Kind.VALUE, raw, fault)

    def _check_required(self, shape: Shape, data: dict[str, Any]) -> None:
        for name, column in shape.fields.items():
            if column.required and column.kind != "reference" and data.get(name) is None:
                raise RowRefused("missing_field", name)
        dated = data.get("starts_on") or data.get("holiday_calendar")
        if shape.name == "schedule_exception" and not dated:
            raise RowRefused("missing_field", "starts_on")


def _id_fault(identity: str) -> RowRefused | None:
    """Why a record cannot be known by that."""
    if not identity:
        return RowRefused("missing_field", "id")
    if len(identity) > ID_MAX:
        return RowRefused("too_long", "id", f"{len(identity)} characters, {ID_MAX} allowed")
    try:
        _as_text("id", identity)
    except RowRefused as fault:
        return fault
    return None


def says_nothing(shape: Shape, data: dict[str, Any]) -> bool:
    """Whether a row that hangs on others holds nothing but references to them."""
    if shape.name in MAIN or shape.name in ("service_at_location", "attribute"):
        return False
    beside = {*shape.parents, "country", "address_type"}
    return all(value is None for name, value in data.items() if name not in beside)


def _disagree(one: dict[str, Any], other: dict[str, Any]) -> bool:
    both = one.keys() & other.keys()
    return any(None not in (one[k], other[k]) and one[k] != other[k] for k in both)


def _as_text(name: str, value: Any) -> str:
    """The text of a value. Raises RowRefused for what is none, or what no database stores."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str):
        raise RowRefused("not_text", name)
    if "\0" in value:
        raise RowRefused("nul_byte", name)
    if UNDECODED.search(value):
        raise RowRefused("bad_encoding", name)
    return value


Reader = Callable[[Intake], None]
