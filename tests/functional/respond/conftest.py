"""A pantry that answers by mailed links."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from core.db import Database
from core.settings import Settings
from tests.support import correspondence, post_office
from tests.support.correspondence import Post


@pytest.fixture
def post(
    sqlite_database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Post]:
    """The application, its worker and a mail server; mails need not keep their distance."""
    monkeypatch.setattr("notices.quiet.SPACING", timedelta(0))
    with (
        post_office.opened() as office,
        correspondence.opened(sqlite_database, settings, office) as opened,
    ):
        yield opened
