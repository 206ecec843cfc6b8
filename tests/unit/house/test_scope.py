"""Rows that belong to an organization are read through core/scope.py, or it is said why not.

`select(Need)` must stand inside `scoped(…)`. A row fetched by id (`session.get`), and whatever hangs on
such a row (contacts, consents' partners …), needs a function that also calls a `check_…` or
`patient_for_update`, which refuse what is not the actor's. Everything else is listed in
scope_reasons.json, each with the reason why no row of another organization can come out.
"""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.tables import metadata
from core.db import Base
from tests.support.repository import name, sources

REASONS: dict[str, str] = json.loads(Path(__file__).with_name("scope_reasons.json").read_text())
DOMAINS = ("patients", "referrals")
STATEMENTS = ("select", "update", "delete", "get", "get_one")
ANY_TABLE = "a table that is not named"


def _below(cls: Any) -> Iterator[Any]:
    for below in cls.__subclasses__():
        yield below
        yield from _below(below)


def owned() -> tuple[set[str], set[str]]:
    """Classes of the tables that name an organization, and of those that hang on such a table."""
    tables = [cls for cls in _below(Base) if cls.__module__.split(".")[0] in DOMAINS]
    classes = {str(cls.__tablename__): cls.__name__ for cls in tables if hasattr(cls, "__table__")}
    direct = {key for key in classes if "organization_id" in metadata.tables[key].columns}
    hanging: set[str] = set()
    while grown := {
        key
        for key in classes.keys() - direct - hanging
        if {item.column.table.name for item in metadata.tables[key].foreign_keys}
        & (direct | hanging)
    }:
        hanging |= grown
    return {classes[key] for key in direct}, {classes[key] for key in hanging}


DIRECT, HANGING = owned()


def called(call: ast.Call) -> str:
    """The last name of what is called: `session.get(…)` is "get"."""
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def calls(node: ast.AST) -> Iterator[ast.Call]:
    return (item for item in ast.walk(node) if isinstance(item, ast.Call))


def table_of(call: ast.Call) -> str | None:
    """The owned table a statement is about: `select(Need)`, `select(Need.id, …)`, `get(Need, id)`."""
    if called(call) not in STATEMENTS or not call.args:
        return None
    names = [node.id for node in ast.walk(call.args[0]) if isinstance(node, ast.Name)]
    found = next((item for item in names if item in DIRECT | HANGING), None)
    if found is None and called(call) == "select" and names and names[0] == "table":
        return ANY_TABLE
    return found


def unscoped(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(function, table) of every statement about an owned table that nothing narrows."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from ((function.name, table) for table in _unscoped_in(function))


def _unscoped_in(function: ast.AST) -> Iterator[str]:
    inside = {id(item) for call in calls(function) if called(call) == "scoped"
              for item in ast.walk(call)}  # fmt: skip
    names = {called(call) for call in calls(function)}
    checked = "patient_for_update" in names or any(item.startswith("check_") for item in names)
    for call in calls(function):
        table = table_of(call)
        by_check = checked and (called(call) != "select" or table in HANGING)
        if table and id(call) not in inside and not by_check:
            yield table


def found_in(path: Path) -> Iterator[tuple[str, str]]:
    for function, table in unscoped(ast.parse(path.read_text(encoding="utf-8"))):
        yield f"{name(path)}:{function}", table


def hits() -> dict[str, str]:
    listed = (pair for path in sources() if name(path).split("/")[0] not in ELSEWHERE
              for pair in found_in(path))  # fmt: skip
    return dict(listed)


ELSEWHERE = ("core", "directory", "search")
"""Packages that know no patients."""


def test_no_statement_about_an_organizations_rows_goes_around_the_scope() -> None:
    new = {place: table for place, table in hits().items() if place not in REASONS}
    assert new == {}, (
        "use core.scope.scoped(…), or say why not in tests/unit/house/scope_reasons.json"
    )


def test_no_reason_is_left_over() -> None:
    assert REASONS.keys() - hits().keys() == set()
    assert [place for place, reason in REASONS.items() if len(reason) < 20] == []


def test_the_tables_are_those_with_patients_in_them() -> None:
    assert {"Patient", "Need", "Consent"} <= DIRECT
    assert {"PatientContact", "PatientTime", "RelatedPerson", "Assignment"} <= HANGING


@pytest.mark.parametrize(
    ("code", "table"),
    [
        ("def f(s): return s.exec(select(Patient)).all()", "Patient"),
        ("def f(s): return s.exec(select(Patient.id, Patient.version))", "Patient"),
        ("def f(s): return s.exec(select(func.count(Need.id)))", "Need"),
        ("def f(s, i): return s.get(Consent, i)", "Consent"),
        ("def f(s, i): return s.execute(update(Need).where(col(Need.id) == i))", "Need"),
        ("def f(s): check_belongs(a, o); return s.exec(select(Patient))", "Patient"),
        ("def f(s, i): return s.exec(select(PatientContact))", "PatientContact"),
        ("class A:\n async def f(self, s): return s.exec(select(Patient))", "Patient"),
        ("def f(s, table): return s.exec(select(table))", ANY_TABLE),
        ("def f(s): x = scoped(select(Need), Need, a); return s.exec(select(Patient))", "Patient"),
    ],
)
def test_a_way_around_is_noticed(code: str, table: str) -> None:
    assert list(unscoped(ast.parse(code))) == [("f", table)]


@pytest.mark.parametrize(
    "code",
    [
        "def f(s, a): return s.exec(scoped(select(Patient), Patient, a))",
        "def f(s, a, i): row = s.get(Consent, i); check_owned(a, row, 'consent')",
        "def f(s, a, i): p = patient_for_update(s, a, i); return s.exec(select(PatientContact))",
        "def f(s): return s.exec(select(Organization))",
    ],
)
def test_what_is_scoped_passes(code: str) -> None:
    assert list(unscoped(ast.parse(code))) == []
