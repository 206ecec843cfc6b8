"""The rows of a price file: CSV, or one of the JSON shapes in which lists are published."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.errors import Invalid
from directory.importing.csv_file import Row, read_rows
from directory.importing.json_file import read_objects
from directory.importing.problems import FileRefused, Tally

_NAME = re.compile(r"[^a-z0-9]+")
DATED = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)")


def rows_of(path: Path, tally: Tally) -> Iterator[Row]:
    """Every row, its columns named alike: "NADAC Per Unit" and "NADAC_Per_Unit" are one.

    Raises FileRefused for a file that cannot be trusted, Invalid for one that is not there.
    """
    if not path.is_file():
        raise Invalid(f"There is no file {path}.", parameter="path")
    if path.suffix.lower() == ".json":
        yield from _json_rows(path)
        return
    yield from read_rows(path, tally, lambda name: _NAME.sub("_", name.lower()).strip("_"))


def columns(row: Row, path: Path, *needed: str) -> None:
    """Raise FileRefused when a column is missing: it is another kind of file."""
    missing = [name for name in needed if name not in row.cells]
    if missing and row.fault is None:
        raise FileRefused(path.name, f"has no column {', '.join(missing)}")


def _json_rows(path: Path) -> Iterator[Row]:
    number = 0
    for _, _, found in read_objects(path):
        for cells in _unwrapped(found):
            number += 1
            if not isinstance(cells, dict):
                raise FileRefused(path.name, "is no list of objects")
            yield Row(number, {name: _text(value) for name, value in cells.items()})


def _unwrapped(found: Any) -> Iterator[Any]:
    """The rows in an envelope (`results`), in an extract by drug (`d` of lists `l`), or itself."""
    if not isinstance(found, dict):
        yield found
    elif isinstance(found.get("results"), list):
        yield from found["results"]
    elif isinstance(found.get("d"), dict):
        day = _text(found.get("date"))
        for group in found["d"].values():
            for item in group.get("l", ()):
                yield _extract(item, day)
    else:
        yield found


def _extract(item: dict[str, Any], day: str) -> dict[str, Any]:
    """A row of the extract under the names of the full list."""
    return {
        "ndc_description": item.get("d"),
        "ndc": item.get("n"),
        "nadac_per_unit": item.get("p"),
        "pricing_unit": item.get("u"),
        "effective_date": day,
        "as_of_date": day,
    }


def _text(value: Any) -> str:
    return "" if value is None else str(value)
