"""Public pages ask the database as often for thirty rows as for two."""

from collections.abc import Callable

import pytest
from sqlmodel import col, select

from core.actor import SYSTEM
from core.db import Database
from directory.commands import save
from directory.models import ServiceAtLocation
from directory.models.base import DirectoryRow
from tests import factories as make
from tests.functional.conftest import Client
from tests.support.county import CLINIC, HELPERS, LINE
from tests.support.statements import counted
from web.saved import SAVED_MAX

MOST = 40


def add_places(url: str) -> None:
    """Forty more places of the clinic."""
    database = Database(url)
    with database.write() as session:
        clinic = make.service(make.organization(id=HELPERS), id=CLINIC)
        places = [make.location() for _ in range(40)]
        rows: list[DirectoryRow] = [*places, *(make.at(clinic, place) for place in places)]
        rows += [make.phone(place) for place in places]
        rows += [make.address(place) for place in places]
        save(session, SYSTEM, rows)
    database.close()


def units(url: str) -> list[str]:
    database = Database(url)
    with database.read() as session:
        of_clinic = select(ServiceAtLocation.id).where(col(ServiceAtLocation.service_id) == CLINIC)
        found = list(session.exec(of_clinic))
    database.close()
    return found


@pytest.mark.parametrize(
    "path", [f"/services/{CLINIC}", "/saved?", "/saved/print?", "/feed.xml", "/sitemaps/places.xml"]
)
def test_statements_are_constant(path: str, county_url: str, start: Callable[..., Client]) -> None:
    client = start(county_url)
    few = asked(client, path, county_url)
    add_places(county_url)
    many = asked(client, path, county_url)
    assert 0 < many <= few + 2
    assert many <= MOST


def asked(client: Client, path: str, url: str) -> int:
    """How many statements the page takes; lists name all there is, as far as they may."""
    if path.endswith("?"):
        ids = [LINE, *units(url)][:SAVED_MAX]
        path += "&".join(f"id={id}" for id in ids)
    with counted() as sent:
        answer = client.get(path)
    assert answer.status_code == 200
    return len(sent)
