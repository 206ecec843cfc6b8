"""Running imports in tests, and looking at what they did."""

import io
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from core.db import Database
from directory.importing import Options, Result, run
from directory.importing.shapes import shapes

UNTRACKED = {"last_modified"}


@dataclass(frozen=True)
class Importer:
    """Imports into one database, with reports in `folder`."""

    db: Database
    folder: Path

    def __call__(self, path: Path, **options: Any) -> Result:
        options.setdefault("source", "county")
        return run(self.db, Options(path=path, home=self.folder, **options), out=io.StringIO())

    def rows(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table but those of our own code lists, by id."""
        model = shapes()[table].table
        with self.db.read() as session:
            found = session.exec(select(model).order_by(col(model.id))).all()
        kept = [row.model_dump(mode="json") for row in found]
        return [
            {name: value for name, value in row.items() if name not in UNTRACKED}
            for row in kept
            if row.get("source") != "handrail"
        ]

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        return {table: self.rows(table) for table in shapes()}

    def one(self, table: str, **values: Any) -> dict[str, Any]:
        """The only row with these values."""
        (found,) = [
            row for row in self.rows(table) if all(row[name] == v for name, v in values.items())
        ]
        return found

    def write(self) -> Any:
        return self.db.write()

    def count(self, table: type[Any]) -> int:
        with self.db.read() as session:
            return len(session.exec(select(table)).all())


def problems(result: Result) -> list[dict[str, Any]]:
    """The lines of the report."""
    return [json.loads(line) for line in result.report.read_text(encoding="utf-8").splitlines()]


def told(result: Result, *names: str) -> list[tuple[Any, ...]]:
    """Those columns of the report."""
    return [tuple(problem[name] for name in names) for problem in problems(result)]


def changes(result: Result) -> dict[str, tuple[int, int, int]]:
    """(created, updated, removed) of each table that changed."""
    found = {
        name: (table.counts.created, table.counts.updated, table.removed)
        for name, table in result.tables.items()
    }
    return {name: numbers for name, numbers in found.items() if any(numbers)}


def saved(session: Session, row: Any) -> None:
    """Change a row as somebody here does."""
    session.add(session.merge(row))
