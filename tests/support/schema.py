"""What a database really holds, in a form two databases can be compared by."""

from typing import Any

from sqlalchemy import Engine, inspect, text

TRIGGERS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": """SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal ORDER BY tgname""",
}
FUNCTIONS = {
    "sqlite": "SELECT 1 WHERE 0",
    "postgresql": """SELECT proname, prosrc FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace ORDER BY proname""",
}


def describe(engine: Engine) -> dict[str, Any]:
    """Tables with columns, keys, indexes and checks; triggers; functions. Alembic's own left out."""
    inspector = inspect(engine)
    names = sorted(set(inspector.get_table_names()) - {"alembic_version"})
    described: dict[str, Any] = {name: _table(inspector, name) for name in names}
    with engine.connect() as connection:
        for kind, queries in (("triggers", TRIGGERS), ("functions", FUNCTIONS)):
            rows = connection.execute(text(queries[engine.dialect.name]))
            described[f"({kind})"] = [[" ".join(str(cell).split()) for cell in row] for row in rows]
    return described


def _options(index: Any) -> dict[str, str]:
    return {name: str(value) for name, value in index.get("dialect_options", {}).items()}


def _table(inspector: Any, name: str) -> dict[str, Any]:
    return {
        "columns": sorted(
            (column["name"], str(column["type"]), column["nullable"], str(column["default"]))
            for column in inspector.get_columns(name)
        ),
        "primary key": inspector.get_pk_constraint(name),
        "foreign keys": sorted(map(str, inspector.get_foreign_keys(name))),
        "unique": sorted(map(str, inspector.get_unique_constraints(name))),
        "indexes": sorted(
            (index["name"], index["column_names"], index["unique"], _options(index))
            for index in inspector.get_indexes(name)
        ),
        "checks": sorted(map(str, inspector.get_check_constraints(name))),
    }
