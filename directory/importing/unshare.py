"""Rows that belong to several records → a row for each, as HSDS 3 has them."""

from dataclasses import replace
from typing import Any

from directory.importing.hours_rows import spread
from directory.importing.intake import Intake, Raw
from directory.importing.problems import Kind, RowRefused
from directory.importing.progress import Progress
from directory.importing.shapes import shapes
from directory.importing.staging import Link, Record

SHARED = (
    "contact",
    "phone",
    "address",
    "accessibility",
    "language",
    "schedule",
    "schedule_exception",
)
PAIRS = ("service_at_location", "attribute")


def unshare(intake: Intake, progress: Progress) -> None:
    """Take apart every staged row whose table's name begins with ~."""
    for table in PAIRS:
        for link in intake.staging.links_without_record(table):
            intake.tally.repaired("link_listed_elsewhere")
            intake.take(_pair(link))
    for table in SHARED:
        for state in (0, 1):
            templates = intake.staging.records(f"~{table}", state=state)
            for template in progress.counted(f"{table} for each parent", templates):
                _take_apart(intake, table, template)
        for link in intake.staging.links_without_record(f"~{table}"):
            _point_nowhere(intake, table, link)


def _pair(link: Link) -> Raw:
    values: dict[str, Any] = dict(link.parents)
    if link.table == "attribute":
        values |= {"link_id": values.pop("service_id"), "link_entity": "service"}
    return Raw(link.table, link.id, values, link.file, link.row)


def _take_apart(intake: Intake, table: str, template: Record) -> None:
    if contacts := intake.staging.facts("contact", template.data.get("contact_id") or ""):
        template.data["contact_id"] = contacts[0]
    owners: set[tuple[str, str]] = set()
    misplaced: list[Link] = []
    placed = 0
    for link in intake.staging.links(f"~{table}", template.id):
        parents = _placed(intake, table, link.parents)
        if parents is None:
            misplaced.append(link)
        elif not (link.listed and owners & set(link.parents.items())):
            owners |= set(link.parents.items())
            placed += 1
            _put_copies(intake, table, template, parents, listed=link.listed)
    if placed > 1:
        intake.tally.repaired("row_for_each_parent", placed - 1)
    if template.state:
        return  # refused already, by name
    for link in misplaced:
        # Its service may list the row on its own side: then only the place is lost.
        kept = ("service_id", link.parents["service_id"]) in owners
        kind = Kind.LINK if kept else Kind.ORPHAN
        _tell(intake, kind, table, template, link, "place_not_of_service")
    if not placed and not misplaced:
        nobody = Link(template.table, template.id, {}, template.file, template.row)
        _tell(intake, Kind.ORPHAN, table, template, nobody, "no_parent")


def _put_copies(
    intake: Intake, table: str, template: Record, parents: dict[str, str], *, listed: bool
) -> None:
    if listed:
        intake.tally.repaired("link_listed_elsewhere")
    for record in _copies(table, template, parents):
        intake.spoken.add(table)
        intake.staging.put(record)
        if table == "contact":
            intake.staging.note("contact", template.id, record.id)
    _speak(intake, table, template, parents)


def _copies(table: str, template: Record, parents: dict[str, str]) -> list[Record]:
    data = {name: value for name, value in template.data.items() if not name.startswith("~")}
    key = ",".join(f"{column}={value}" for column, value in sorted(parents.items()))
    record = replace(template, table=table, id=f"{template.id}@{key}", data={**data, **parents})
    return spread(record, template.data.get("~rules") or [{}])


def _placed(intake: Intake, table: str, parents: dict[str, str]) -> dict[str, str] | None:
    """A service and a location as the service at the location; None when it is not there."""
    if contacts := intake.staging.facts("contact", parents.get("contact_id", "")):
        return {"contact_id": contacts[0]}
    if "service_at_location_id" in parents:
        known_as = intake.staging.facts("place", parents["service_at_location_id"])
        return {"service_at_location_id": known_as[0]} if known_as else parents
    if len(parents) < 2 or not table.startswith("schedule"):
        return parents
    pair = f"{parents['service_id']}@{parents['location_id']}"
    found = intake.staging.has("service_at_location", pair)
    return {"service_at_location_id": pair} if found else None


def _speak(intake: Intake, table: str, template: Record, parents: dict[str, str]) -> None:
    """Languages of a phone by their names; services that see people by appointment."""
    if template.data.get("~by_appointment") and "service_id" in parents:
        intake.staging.note("by_appointment", parents["service_id"], "yes")
    for known_as in template.data.get("~languages", ()):
        names = intake.staging.facts("language", known_as)
        phone = _copies(table, template, parents)[0]
        raw = Raw("language", f"{phone.id}/{known_as}", {}, template.file, template.row)
        if not names and known_as.isdecimal():
            intake.tell(
                Kind.LINK,
                template,
                RowRefused("points_nowhere", "language", f"language {known_as}"),
            )
            continue
        intake.tally.repaired("term_language_code")
        values = {"name": names[0] if names else known_as, "phone_id": phone.id}
        intake.take(replace(raw, values=values))


def _tell(
    intake: Intake, kind: Kind, table: str, template: Record, link: Link, reason: str
) -> None:
    said = ", ".join(f"{column} {value}" for column, value in sorted(link.parents.items()))
    raw = Raw(table, template.id, {}, link.file, link.row)
    column = next(iter(link.parents), next(iter(shapes()[table].parents)))
    intake.tell(kind, raw, RowRefused(reason, column, said))


def _point_nowhere(intake: Intake, table: str, link: Link) -> None:
    if intake.staging.is_fact("left out", f"~{table}", link.id):
        return
    owner = next(iter(link.parents.values()))
    raw = Raw("service", owner, {}, link.file, link.row)
    intake.tell(Kind.LINK, raw, RowRefused("points_nowhere", table, link.id))
