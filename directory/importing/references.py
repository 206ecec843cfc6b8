"""What refers to what: orphans, references that lead nowhere, cycles. All in the staging."""

from directory.importing.intake import Intake
from directory.importing.problems import Kind, RowRefused
from directory.importing.progress import Progress
from directory.importing.shapes import Shape, shapes
from directory.importing.staging import Record

LINKED = frozenset(shapes())
SAME_TABLE = (("organization", "parent_organization_id"), ("taxonomy_term", "parent_id"))
DEPTH_MAX = 100


def check(intake: Intake, progress: Progress, ours: frozenset[str]) -> None:
    """Keep apart every row that belongs to nothing; parents first, so that it carries on down.

    `ours` are ids of our own terms: rows may refer to them though no source holds them.
    """
    for shape in shapes().values():
        records = intake.staging.records(shape.name)
        for record in progress.counted(f"{shape.name} references", records):
            _check(intake, shape, record, ours)
        if shape.name == "service_at_location":
            _keep_lone_locations_apart(intake)
    for table, column in SAME_TABLE:
        _find_cycles(intake, table, column)


def _check(intake: Intake, shape: Shape, record: Record, ours: frozenset[str]) -> None:
    before = dict(record.data)
    for column, table in shape.parents.items():
        said = record.data.get(column)
        if said and said not in ours:
            record.data[column] = _existing(intake, table, said)
    if not _stays(intake, shape, record, before):
        return
    changed = [column for column in shape.parents if before.get(column) != record.data.get(column)]
    for column in changed:
        if record.data[column] is None:
            _tell_lost(intake, record, column, before[column])
    if shape.name == "service_at_location":
        intake.staging.note("has_service", record.data["location_id"], record.id)
        for place in (record.id, record.data["location_id"]):
            intake.staging.note("at", record.data["service_id"], place)
    if changed:
        intake.staging.put(record)


def _stays(intake: Intake, shape: Shape, record: Record, before: dict[str, str]) -> bool:
    """Whether the record belongs somewhere; otherwise it is kept apart, and told."""
    kind, fault = Kind.REFUSED, _repeated(intake, record)
    if fault is None:
        kind, fault = Kind.ORPHAN, _orphaned(intake, shape, record, before)
    if fault is None:
        return True
    if kind == Kind.ORPHAN and _is_personal(intake, before):
        intake.tally.personal[shape.name] += 1
        intake.staging.forget(shape.name, record.id)
        return False
    intake.staging.refuse(shape.name, record.id)
    intake.tell(kind, record, fault)
    return False


def _existing(intake: Intake, table: str, said: str) -> str | None:
    """The id when it exists; of several in one cell, the first that does."""
    if intake.staging.has(table, said):
        return said
    several = [part.strip() for part in said.split(",")]
    found = next((part for part in several if intake.staging.has(table, part)), None)
    if found:
        intake.tally.repaired("several_parents")
    return found


def _repeated(intake: Intake, record: Record) -> RowRefused | None:
    """A second record of a service at a place."""
    one, other = record.data.get("service_id"), record.data.get("location_id")
    if record.table != "service_at_location" or not one or not other:
        return None
    if intake.staging.facts("duplicate_pair", f"{one}@{other}"):
        return RowRefused("duplicate_pair", "location_id", other)
    intake.staging.note("duplicate_pair", f"{one}@{other}", record.id)
    return None


def _orphaned(
    intake: Intake, shape: Shape, record: Record, before: dict[str, str]
) -> RowRefused | None:
    for column in shape.parents:
        if shape.fields[column].required and not record.data.get(column):
            return RowRefused("no_parent", column, before.get(column) or "(empty)")
    if shape.name == "attribute":
        entity, link = record.data["link_entity"], record.data["link_id"]
        if entity not in LINKED:
            return RowRefused("not_a_value", "link_entity", entity)
        if not intake.staging.has(entity, link):
            return RowRefused("no_parent", "link_id", link)
    if shape.hangs_on and not any(record.data.get(column) for column in shape.hangs_on):
        column = next((c for c in shape.hangs_on if before.get(c)), shape.hangs_on[0])
        return RowRefused("no_parent", column, before.get(column) or "(empty)")
    return None


def _is_personal(intake: Intake, before: dict[str, str]) -> bool:
    """Whether the row hung on a contact that was left out."""
    contact = before.get("contact_id")
    return bool(contact) and bool(intake.staging.facts("personal", contact or ""))


def _tell_lost(intake: Intake, record: Record, column: str, said: str) -> None:
    if column == "contact_id" and _is_personal(intake, {column: said}):
        return  # left out on purpose, and counted there
    if record.table == "location":
        intake.tally.repaired("organization_missing")
    intake.tell(Kind.LINK, record, RowRefused("points_nowhere", column, said))


def _keep_lone_locations_apart(intake: Intake) -> None:
    """Places that no organization has and no service uses: nothing leads to them."""
    for record in intake.staging.records("location"):
        if record.data.get("organization_id"):
            continue
        if not intake.staging.facts("has_service", record.id):
            intake.staging.refuse("location", record.id)
            fault = RowRefused("no_parent", "organization_id", "and no service is there")
            intake.tell(Kind.ORPHAN, record, fault)


def _find_cycles(intake: Intake, table: str, column: str) -> None:
    """Cut each reference that leads back to its own record; then give every record its depth."""
    for record in intake.staging.records(table):
        path = _up(intake, record, column)
        if path[-1] == record.id and len(path) > 1:
            _cut(intake, record, column, RowRefused("cycle", column, " → ".join(path)))
        elif len(path) > DEPTH_MAX:
            _cut(intake, record, column, RowRefused("too_deep", column, f"over {DEPTH_MAX} levels"))
    for record in intake.staging.records(table):
        record.depth = len(_up(intake, record, column)) - 1
        if record.depth:
            intake.staging.put(record)


def _up(intake: Intake, record: Record, column: str) -> list[str]:
    """Ids from the record upwards, until the top or an id that is there already."""
    path, at = [record.id], record.data.get(column)
    while at and len(path) <= DEPTH_MAX:
        again = at in path
        path.append(at)
        above = None if again else intake.staging.get(record.table, at)
        at = above.data.get(column) if above else None
    return path


def _cut(intake: Intake, record: Record, column: str, fault: RowRefused) -> None:
    record.data[column] = None
    intake.tell(Kind.VALUE, record, fault)
    intake.staging.put(record)
