"""The pages over HTTP, with the small county in a real index."""

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from litestar.testing import TestClient

from core.clock import frozen
from core.db import Database
from core.settings import Settings
from search.embedded.engine import EmbeddedEngine
from search.rebuild import reindex
from tests.functional.conftest import Client
from tests.support.applications import application

TUESDAY_NOON = datetime(2026, 3, 3, 17, 0, tzinfo=UTC)  # 12:00 in North Carolina
TUESDAY_EVENING = datetime(2026, 3, 3, 23, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(_filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The whole application over the county, on a Tuesday evening. Pages change nothing in it."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copyfile(_filled, folder / "county.db")
    settings = Settings.from_env(
        {
            "HANDRAIL_HOME": str(folder),
            "HANDRAIL_DEMO": "1",
            "HANDRAIL_DATABASE_URL": f"sqlite:///{folder / 'county.db'}",
            "HANDRAIL_BASE_URL": "https://h.example",
            "HANDRAIL_RATE_LIMIT": "0",
        }
    )
    engine, database = EmbeddedEngine(folder / "search"), Database(settings.database_url)
    with frozen(TUESDAY_EVENING):
        reindex(database, engine, settings.time_zone)
        database.close()
        with (
            application(settings, engine) as app,
            TestClient(app, raise_server_exceptions=False) as client,
        ):
            yield client


def text_of(html: str) -> str:
    """The words of a page as they are read, on one line; no-break spaces are spaces."""
    words = re.sub(r"<(script|style|svg|title)\b.*?</\1>|<[^>]*>", " ", html, flags=re.DOTALL)
    return " ".join(unescape(words).replace("\xa0", " ").split())


def links_of(html: str) -> dict[str, str]:
    """Words of each link → its address."""
    found = re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', html, re.DOTALL)
    return {text_of(words): unescape(href) for href, words in found}
