"""The number of statements does not grow with the number of rows."""

from collections.abc import Callable

import pytest

from core.actor import SYSTEM
from core.db import Database
from directory.commands import save
from directory.models import Organization
from directory.models.base import DirectoryRow
from tests import factories as make
from tests.functional.conftest import Client
from tests.support.county import CLINIC, HELPERS, MAIN_STREET
from tests.support.statements import counted

MOST = 40


def add_many(url: str) -> None:
    """Thirty more places of the clinic, thirty more services on Main Street."""
    database = Database(url)
    with database.write() as session:
        helpers = session.get_one(Organization, HELPERS)
        clinic, main = make.service(helpers, id=CLINIC), make.location(id=MAIN_STREET)
        places = [make.location() for _ in range(30)]
        services = [make.service(helpers) for _ in range(30)]
        rows: list[DirectoryRow] = [*places, *services]
        rows += [make.at(clinic, place) for place in places]
        rows += [make.at(service, main) for service in services]
        rows += [make.phone(row) for row in (*places, *services)]
        rows += [make.address(place) for place in places]
        save(session, SYSTEM, rows)
    database.close()


@pytest.mark.parametrize(
    "path", [f"services/{CLINIC}", f"locations/{MAIN_STREET}", f"organizations/{HELPERS}"]
)
def test_statements_are_constant(path: str, county_url: str, start: Callable[..., Client]) -> None:
    client = start(county_url)
    with counted() as few:
        small = client.get(f"/api/v1/{path}")
    add_many(county_url)
    with counted() as many:
        large = client.get(f"/api/v1/{path}")
    assert len(large.content) > 5 * len(small.content)
    assert 0 < len(many) <= len(few) + 2
    assert len(many) <= MOST
