"""Which format a path is in, and which of its files say what."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path

from core.errors import Invalid
from directory.importing.problems import FileRefused
from directory.importing.shapes import shapes

FILES_MAX = 1_000


class Format(StrEnum):
    """What `--format` may say."""

    AUTO = "auto"
    HSDS3_CSV = "hsds3-csv"
    HSDS3_JSON = "hsds3-json"
    HSDS2_CSV = "hsds2-csv"


JSON_ENDINGS = frozenset({".json", ".ndjson", ".jsonl"})
PLURALS = {
    "taxonomy": "taxonomies",
    "service_capacity": "service_capacities",
    "accessibility": "accessibilities",
    "address": "addresses",
    "service_at_location": "service_at_locations",
    "funding": "funding",
}
ONLY_IN_2 = frozenset(
    {
        "accessibility_for_disabilities",
        "eligibility",
        "holiday_schedules",
        "payments_accepted",
        "physical_addresses",
        "postal_addresses",
        "regular_schedules",
        "service_attributes",
        "service_taxonomy",
        "services_at_location",
        "taxonomy_terms_types",
        "taxonomy_types",
    }
)
"""File names HSDS 3 does not have."""
NOT_READ = frozenset({"datapackage", "meta_table_descriptions", "meta_table_description"})


@dataclass(frozen=True, slots=True)
class Found:
    """What is at a path: its format and files."""

    format: Format
    folder: Path
    files: tuple[Path, ...]


def find(path: Path, asked: Format = Format.AUTO) -> Found:
    """Look at the path. Raises Invalid when there is nothing there that can be imported."""
    if not path.exists():
        raise Invalid(f"There is no {path}.", parameter="path")
    if path.is_file():
        return _file(path, asked)
    if not path.is_dir():
        raise Invalid(f"{path} is neither a folder nor a file.", parameter="path")
    csv, json = _inside(path, {".csv"}), _inside(path, JSON_ENDINGS)
    known = tuple(file for file in csv if _known(file))
    if asked == Format.HSDS3_JSON or (asked == Format.AUTO and not known and json):
        objects = tuple(file for file in json if file.stem not in NOT_READ)
        return Found(Format.HSDS3_JSON, path, _some(path, objects, "JSON files"))
    found = asked if asked != Format.AUTO else _dialect(csv)
    return Found(found, path, _some(path, known, "HSDS tables (organizations.csv, services.csv …)"))


def table_of(stem: str) -> str | None:
    """The HSDS 3 table that a file or list of that name holds."""
    name = stem.lower().replace("-", "_")
    return next((table for table, names in _names() if name in names), None)


def _names() -> Iterable[tuple[str, set[str]]]:
    for table in shapes():
        yield table, {table, f"{table}s", PLURALS.get(table, table)}


def _file(path: Path, asked: Format) -> Found:
    if path.suffix.lower() in JSON_ENDINGS and asked in (Format.AUTO, Format.HSDS3_JSON):
        return Found(Format.HSDS3_JSON, path.parent, (path,))
    raise FileRefused(path.name, "is no HSDS JSON; for CSV, name the folder that holds the files")


def _inside(folder: Path, endings: Iterable[str]) -> list[Path]:
    files = (file for file in folder.iterdir() if file.suffix.lower() in endings)
    return sorted(islice((file for file in files if file.is_file()), FILES_MAX))


def _known(file: Path) -> bool:
    return table_of(file.stem) is not None or file.stem.lower() in ONLY_IN_2


def _dialect(files: list[Path]) -> Format:
    names = {file.stem.lower() for file in files}
    return Format.HSDS2_CSV if names & ONLY_IN_2 else Format.HSDS3_CSV


def _some(path: Path, files: tuple[Path, ...], what: str) -> tuple[Path, ...]:
    if not files:
        raise Invalid(f"{path} holds no {what}.", parameter="path")
    return files
