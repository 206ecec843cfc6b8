"""`handrail reindex`, with --verify and --repair."""

import pytest

from app import cli, home, migrating
from core.actor import SYSTEM
from core.db import Database
from core.settings import Settings
from directory import commands
from tests import factories as make

Output = pytest.CaptureFixture[str]


@pytest.fixture
def directory(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A migrated directory with one service, in the home the command will use."""
    monkeypatch.setattr(cli, "get_settings", lambda: settings)
    home.prepare(settings)
    migrating.upgrade(settings.database_url, "head")
    database = Database(settings.database_url)
    org = make.organization(id="org")
    with database.write() as session:
        commands.save(session, SYSTEM, [org, make.service(org, id="svc", name="Nurse line")])
    return database


def test_a_new_index_is_verified(directory: Database, capsys: Output) -> None:
    assert cli.main(["reindex", "--verify"]) == 1
    assert "missing svc Nurse line" in capsys.readouterr().out
    assert cli.main(["reindex"]) == 0
    assert "1 documents indexed, 0 refused" in capsys.readouterr().out
    assert cli.main(["reindex", "--verify"]) == 0
    assert "1 documents expected, 1 indexed, 0 differences" in capsys.readouterr().out
    directory.close()


def test_differences_are_mended(directory: Database, capsys: Output) -> None:
    assert cli.main(["reindex", "--repair"]) == 0
    out = capsys.readouterr().out
    assert "mended 1 differences" in out and "0 differences" in out
    directory.close()
