"""The HSDS tables an import fills, parents first: their columns, references and required fields.

All of it follows from the table classes, so that a column added there is imported from then on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Boolean, Column, Date, Enum, Float, Integer, Numeric, Table, Time

from core.db import UTCDateTime
from directory import models
from directory.models.base import DirectoryRow, SourcedRow

TABLES: tuple[type[DirectoryRow], ...] = (
    models.Taxonomy,
    models.TaxonomyTerm,
    models.Unit,
    models.Organization,
    models.Program,
    models.Location,
    models.Service,
    models.ServiceAtLocation,
    models.Contact,
    models.Phone,
    models.Address,
    models.Accessibility,
    models.Language,
    models.Schedule,
    models.ScheduleException,
    models.CostOption,
    models.RequiredDocument,
    models.ServiceArea,
    models.Funding,
    models.Url,
    models.OrganizationIdentifier,
    models.ServiceCapacity,
    models.Attribute,
)
MAIN = frozenset(
    {"taxonomy", "taxonomy_term", "unit", "organization", "program", "location", "service"}
)
"""Tables whose rows stay when their source drops them; rows of the others hang on these."""

NAME_MAX = 500
"""Characters of an indexed text; PostgreSQL cannot index much longer ones."""
URLS = frozenset({"url", "website", "logo", "uri", "term_uri", "schedule_link"})
EMAILS = frozenset({"email", "assurer_email"})
STRICT = frozenset({"status", "location_type", "address_type"})
"""Columns the standard requires though ours have a default: a wrong value refuses the row."""
KEPT_BY_US = frozenset({"source", "source_id", "last_modified"})
"""Columns of sourced tables that no source fills."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column as an import sees it: `kind` of value, greatest `length` of text (0: any), and
    the `allowed` values of a closed list."""

    name: str
    kind: str
    length: int = 0
    required: bool = False
    allowed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """One table. `parents` maps reference columns to tables; a row must keep one of `hangs_on`."""

    name: str
    table: type[DirectoryRow]
    fields: Mapping[str, Field]
    parents: Mapping[str, str]
    hangs_on: tuple[str, ...]
    sourced: bool


@lru_cache(maxsize=1)
def shapes() -> dict[str, Shape]:
    """Every shape by table name, parents first."""
    return {str(table.__tablename__): _shape(table) for table in TABLES}


def _shape(table: type[DirectoryRow]) -> Shape:
    columns: Table = table.__table__  # type: ignore[attr-defined]
    name = str(table.__tablename__)
    parents = {
        column.name: next(iter(column.foreign_keys)).column.table.name
        for column in columns.columns
        if column.foreign_keys
    }
    sourced = issubclass(table, SourcedRow)
    ours = {"id", *KEPT_BY_US} if sourced else {"id"}
    fields = {c.name: _field(c) for c in columns.columns if c.name not in ours}
    needs_one = () if name in MAIN else tuple(parents)
    optional = all(not fields[column].required for column in parents)
    return Shape(
        name=name,
        table=table,
        fields=fields,
        parents=parents,
        hangs_on=needs_one if optional else (),
        sourced=sourced,
    )


def _field(column: Column[Any]) -> Field:
    kind = _kind(column)
    limit = NAME_MAX if column.index and kind == "text" else 0
    no_default = column.default is None and column.server_default is None
    has_enum = isinstance(column.type, Enum)
    return Field(
        name=column.name,
        kind=kind,
        length=getattr(column.type, "length", None) or limit,
        required=not column.nullable and no_default,
        allowed=tuple(column.type.enums) if has_enum else (),  # type: ignore[attr-defined]
    )


def _kind(column: Column[Any]) -> str:
    if column.foreign_keys:
        return "reference"
    if column.name in URLS:
        return "url"
    if column.name in EMAILS:
        return "email"
    kinds: tuple[tuple[type[Any], str], ...] = (
        (Enum, "choice"),
        (Boolean, "flag"),
        (UTCDateTime, "datetime"),
        (Integer, "integer"),
        (Float, "number"),
        (Numeric, "amount"),
        (Date, "date"),
        (Time, "time"),
    )
    return next((kind for cls, kind in kinds if isinstance(column.type, cls)), "text")
