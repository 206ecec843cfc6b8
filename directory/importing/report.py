"""The report: a line for each row or value that was not imported, and the sums."""

import csv
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from typing import IO, Any

from core.errors import Invalid
from core.spreadsheets import harmless
from directory.importing.problems import Kind, Problem

COLUMNS = tuple(item.name for item in fields(Problem))


class Report:
    """Writes problems as they come; `sums` counts them by kind and reason."""

    def __init__(self, file: IO[str], *, as_csv: bool) -> None:
        self.sums: Counter[tuple[Kind, str]] = Counter()
        self._file = file
        self._csv: Any = csv.writer(file) if as_csv else None
        if self._csv:
            self._csv.writerow(COLUMNS)

    def add(self, problem: Problem) -> None:
        self.sums[problem.kind, problem.reason] += 1
        values = asdict(problem)
        if self._csv:
            self._csv.writerow([harmless(str(value)) for value in values.values()])
        else:
            self._file.write(json.dumps(values, ensure_ascii=False) + "\n")


@contextmanager
def report(path: Path) -> Iterator[Report]:
    """A report at `path`: CSV when it is called so, JSON lines otherwise. It appears when whole."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = unfinished.open("w", encoding="utf-8", errors="backslashreplace", newline="")
    except OSError as error:
        raise Invalid(
            f"The report cannot be written to {path}: {error.strerror}", parameter="report"
        ) from None
    try:
        with file:
            yield Report(file, as_csv=path.suffix.lower() == ".csv")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
