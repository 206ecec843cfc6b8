"""The whole county as rows, table by table, in an order that foreign keys allow."""

from collections.abc import Iterable, Iterator

from directory import models
from directory.code_rows import code_rows
from directory.models.base import DirectoryRow
from seed_data.county import Provider, providers
from seed_data.organizations import location_rows, organization_rows
from seed_data.services import service_rows

PARENTS = (
    models.Taxonomy,
    models.TaxonomyTerm,
    models.Organization,
    models.Program,
    models.Unit,
    models.Service,
    models.Location,
    models.ServiceAtLocation,
    models.Phone,
)
"""Tables that others point at, in the order they must be filled."""


def county_rows() -> list[DirectoryRow]:
    """Code lists and all organizations."""
    rows = [*code_rows()]
    for provider in providers():
        rows += provider_rows(provider)
    return in_order(rows)


def provider_rows(provider: Provider) -> Iterator[DirectoryRow]:
    """An organization, its places, its services, and all that hangs on them."""
    yield from organization_rows(provider)
    for key, site in provider.locations.items():
        yield from location_rows(provider, key, site)
    for offer in provider.services:
        yield from service_rows(provider, offer)


def in_order(rows: Iterable[DirectoryRow]) -> list[DirectoryRow]:
    """Grouped by table, parents first, without repeats; the order within a table stays."""
    unique = {(type(row), row.id): row for row in rows}
    rank: dict[type, int] = {table: number for number, table in enumerate(PARENTS)}
    for table, _ in unique:
        rank.setdefault(table, len(rank))
    return sorted(unique.values(), key=lambda row: rank[type(row)])
