"""HSDS 1.1 and 2.x as a folder of CSV files, in the standard's words or a dialect's.

A row may belong to many records there: by several ids in one cell, by being repeated for each, or
by a list on the other side. Such rows are staged once (their table's name begins with ~) with a
link to each parent; `unshare` makes them rows of one parent each, as HSDS 3 has them.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

from directory.importing import hours_rows
from directory.importing.csv_file import Row, read_rows
from directory.importing.formats import Found
from directory.importing.hsds2_files import FILES, File, rename
from directory.importing.intake import Intake, Raw
from directory.importing.problems import Kind, RowRefused
from directory.importing.progress import Progress
from directory.importing.shapes import shapes
from directory.importing.staging import Link, Record
from directory.importing.unshare import unshare
from directory.importing.values import known_as

PROSE = 60  # characters; an alternate name is shorter
JUNK_IDS = frozenset({"accessibility", "language"})
"""Tables whose ids are row numbers in some dumps: their parent is made part of the id."""


def read(found: Found, intake: Intake, progress: Progress) -> None:
    """Every file, parents first; then the rows with several parents are taken apart."""
    stems = {file.stem.lower(): file for file in found.files}
    known = {name for spec in FILES for name in spec.names}
    intake.tally.ignore_files(file for stem, file in stems.items() if stem not in known)
    for spec in FILES:
        for path in (stems[name] for name in spec.names if name in stems):
            for row in progress.counted(path.name, read_rows(path, intake.tally)):
                _Row(spec, path, row, intake).take()
    unshare(intake, progress)


class _Row:
    """One record of one file on its way into the intake."""

    def __init__(self, spec: File, path: Path, row: Row, intake: Intake) -> None:
        self.spec, self.file, self.number, self.intake = spec, path.name, row.number, intake
        self.fault = row.fault
        self.values: dict[str, Any] = {**spec.fixed}
        known = shapes()[spec.table].fields if spec.table in shapes() else {}
        for column, cell in row.cells.items():
            name = rename(spec, column)
            wanted = name in known or name in spec.lists or name in EXTRA or column in spec.columns
            self.values[name if wanted else column] = cell
        self.id = known_as(self.values.get("id"))

    def take(self) -> None:
        if self.fault:
            self.intake.refuse(self._raw(self.spec.table, self.id), self.fault)
            return
        own = getattr(self, f"_{self.spec.table}", None)
        if own:
            own()
        elif self.spec.shared:
            self._shared()
        else:
            self._plain()

    def _raw(self, table: str, record_id: str, values: dict[str, Any] | None = None) -> Raw:
        return Raw(table, record_id, values or {}, self.file, self.number)

    def _plain(self) -> None:
        self.intake.take(self._raw(self.spec.table, self.id, self.values))

    def _ids(self, column: str) -> list[str]:
        """The ids in a cell, in order, each once."""
        found = map(known_as, (self.values.get(column) or "").split(","))
        ids = list(dict.fromkeys(filter(None, found)))
        if len(ids) > 1:
            self.intake.tally.repaired("ids_in_one_cell")
        return ids

    # tables with ways of their own

    def _service(self) -> None:
        lists = {self.spec.lists[c]: self._ids(c) for c in self.spec.lists if c in self.values}
        for column in self.spec.lists:
            self.values.pop(column, None)
        self._plain()
        for table, ids in lists.items():
            for other in ids:
                self._listed(table, other)

    def _listed(self, table: str, other: str) -> None:
        if table == "location":
            pair = {"service_id": self.id, "location_id": other}
            self._link("service_at_location", "@".join(pair.values()), pair, listed=True)
        elif table == "taxonomy_term":
            pair = {"service_id": self.id, "taxonomy_term_id": other}
            self._link("attribute", "@".join(pair.values()), pair, listed=True)
        else:
            self._link(f"~{table}", other, {"service_id": self.id}, listed=True)

    def _program(self) -> None:
        prose = self.values.get("alternate_name") or ""
        if "description" not in self.values and len(prose.strip()) > PROSE:
            self.intake.tally.repaired("program_description_in_alternate_name")
            self.values |= {"description": prose, "alternate_name": None}
        self._plain()

    def _taxonomy_term(self) -> None:
        kind = known_as(self.values.get("taxonomy"))
        if kind and self.intake.staging.has("taxonomy", kind):
            self.values |= {"taxonomy_id": kind, "taxonomy": None}
        self._plain()

    def _service_at_location(self) -> None:
        pair = {c: known_as(self.values.get(c)) for c in ("service_id", "location_id")}
        key = "@".join(pair.values())
        if self.id:
            self.intake.staging.note("place", self.id, key)
        self.intake.take(self._raw("service_at_location", key, {**self.values, **pair}))

    def _attribute(self) -> None:
        terms = self._ids("taxonomy_term_id") or self._ids("taxonomy_id")
        for service in self._ids("service_id") or [""]:
            for term in terms or [""]:
                self.intake.take(attribute(self._raw("attribute", ""), service, term))

    def _eligibility(self) -> None:
        text = (self.values.get("eligibility") or "").strip()
        for service in self._ids("service_id"):
            if text:
                self.intake.staging.note("eligibility", service, text)

    def _language(self) -> None:
        is_list = "language_recordid" in self.values
        key = known_as(self.values.pop("language_recordid", None)) or self.id
        name = (self.values.get("name") or "").strip()
        if key and name:
            self.intake.staging.note("language", key, name)
        if any(self._ids(column) for column in shapes()["language"].parents):
            self._shared()
        elif not is_list:
            self.intake.tell(
                Kind.ORPHAN, self._raw("language", self.id), RowRefused("no_parent", "service_id")
            )

    # rows of several records

    def _shared(self) -> None:
        """Stage the row without its parents, and link it to each."""
        parents = self._parents()
        columns = shapes()[self.spec.table].parents
        for column in columns:
            if column != "contact_id":
                self.values.pop(column, None)
        if self.spec.table in JUNK_IDS and parents:
            self.id = f"{self.id}@{'+'.join(parents[0].values())}"
        raw = self._raw(self.spec.table, self.id, self.values)
        try:
            records = self._cleaned(raw)
        except RowRefused as fault:
            self.intake.refuse(replace(raw, table=f"~{self.spec.table}"), fault)
        else:
            for record in records:
                record.table = f"~{self.spec.table}"
                self._place(record, raw)
            if not records:
                self.intake.staging.note("left out", f"~{self.spec.table}", self.id)
                return
        for pair in parents:
            self._link(f"~{self.spec.table}", self.id, pair)

    def _cleaned(self, raw: Raw) -> list[Record]:
        if raw.table == "schedule":
            return self._hours(raw)
        spoken = raw.values.pop("language", None) if raw.table == "phone" else None
        record = self.intake.clean(raw)
        if record and spoken and spoken.strip():
            record.data["~languages"] = list(map(known_as, spoken.split(",")))
        return [record] if record else []

    def _place(self, record: Record, raw: Raw) -> None:
        there = self.intake.staging.get(record.table, record.id)
        if there and not there.state and there.data == record.data:
            return  # repeated for another parent; `unshare` counts those
        try:
            self.intake.place(record, raw)
        except RowRefused as fault:
            self.intake.tell(Kind.REFUSED, raw, fault)

    def _hours(self, raw: Raw) -> list[Record]:
        """The row once, with the rules its words make under "~rules"."""
        raw.values.pop("name", None)
        if (raw.values.get("freq") or "").strip():
            record = self.intake.clean(raw)  # recurrence as the standard has it
            return [record] if record else []
        tally = self.intake.tally
        words = hours_rows.words_of(raw.values)
        if hours_rows.blank_form(words):
            tally.repaired("weekday_without_times")
            return []
        rules = hours_rows.rules_of(words) if words else None
        columns = [hours_rows.columns_of(rule) for rule in rules or ()]
        if columns:
            raw.values.update(columns[0])
        elif words:
            kept = (raw.values.get("description") or "").strip()
            raw.values["description"] = " ".join(filter(None, (str(words), kept)))
        record = self.intake.clean(raw)
        if record is None:
            return []
        if columns:
            tally.repaired("hours_in_words")
            record.data["~rules"] = columns
        elif hours_rows.APPOINTMENT.fullmatch(words.opens):
            tally.repaired("by_appointment")
            record.data["~by_appointment"] = True
        elif words:
            fault = RowRefused("unreadable_hours", "opens_at", str(words))
            self.intake.tell(Kind.VALUE, raw, fault)
        return [record]

    def _parents(self) -> list[dict[str, str]]:
        """One for each record the row belongs to; a service and a place together are one."""
        ids = {c: self._ids(c) for c in shapes()[self.spec.table].parents if c != "contact_id"}
        if self.spec.table.startswith("schedule") and ids["service_id"] and ids["location_id"]:
            return [
                {"service_id": service, "location_id": location}
                for service in ids["service_id"]
                for location in ids["location_id"]
            ]
        alone = [{column: one} for column, found in ids.items() for one in found]
        return alone or [{"contact_id": one} for one in self._ids("contact_id")]

    def _link(
        self, table: str, other: str, parents: dict[str, str], *, listed: bool = False
    ) -> None:
        link = Link(table, other, parents, self.file, self.number, listed)
        if not self.intake.staging.link(link) and not listed:
            self.intake.tally.repaired("identical_row")


def attribute(raw: Raw, service: str, term: str) -> Raw:
    """The row that ties a term to a service, known by the two."""
    values = {"link_id": service, "link_entity": "service", "taxonomy_term_id": term}
    return Raw("attribute", f"{service}@{term}", values, raw.file, raw.row)


EXTRA = frozenset(
    {
        "id",
        "weekday",
        "taxonomy",
        "eligibility",
        "language",
        "language_recordid",
        "service_id",
        "location_id",
        "taxonomy_id",
        "taxonomy_term_id",
    }
)
"""Columns a handler needs that the HSDS 3 table does not have."""
