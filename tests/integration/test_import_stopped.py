"""An import that is stopped, whenever and however, leaves the old state."""

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from core.db import Database
from core.errors import Unavailable
from directory.importing import staging
from tests.support.import_files import county3, uid, write
from tests.support.importing import Importer
from tests.support.repository import ROOT

MANY = 600  # phones, so that the write takes several batches

STOPPED = """
import os, resource, signal, sys
from pathlib import Path
from core.db import Database
from core.errors import HandrailError
from directory.importing import Options, run, running, writing

url, path, home, moment = sys.argv[1:5]

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def dying_at(owner, name, call):
    real, calls = getattr(owner, name), []
    def wrapper(*args, **kwargs):
        calls.append(1)
        if len(calls) == call:
            die()
        return real(*args, **kwargs)
    setattr(owner, name, wrapper)

MOMENTS = {
    "read": lambda: dying_at(running.references, "check", 1),
    "first batch": lambda: dying_at(writing.Writer, "_save", 1),
    "middle batch": lambda: dying_at(writing.Writer, "_save", 9),
    "messages": lambda: dying_at(writing.commands, "publish_changes", 1),
    "audit": lambda: dying_at(writing.audit, "record", 1),
    "end": lambda: dying_at(writing.Writer, "_audit", 1),
}
if moment in MOMENTS:
    MOMENTS[moment]()
else:
    limit = int(moment)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    result = run(Database(url), Options(path=Path(path), home=Path(home), source="county"))
    print("changed", result.changed)
except HandrailError as error:
    print(error.message)
"""


@pytest.fixture
def importer(database: Database, tmp_path: Path) -> Importer:
    return Importer(database, tmp_path)


def small_county() -> dict[str, Any]:
    """Without addresses and points, for which all ZIP codes would be loaded."""
    county = county3()
    del county["addresses"]
    county["locations"][0] |= {"latitude": "", "longitude": ""}
    return county


def second_year(folder: Path, phones: int = MANY) -> Path:
    """The county changed in every table, with many phones more."""
    county = small_county()
    county["services"][0]["name"] = "Changed"
    county["organizations"][0]["name"] = "Changed"
    phone = county["phones"][0]
    county["phones"] = [
        {**phone, "id": uid(f"p{number}"), "number": f"919-555-01{number % 100:02}"}
        for number in range(phones)
    ]
    return write(folder, county)


def stopped(importer: Importer, path: Path, moment: str) -> subprocess.CompletedProcess[str]:
    home = importer.folder / "stopped"
    home.mkdir()
    return subprocess.run(
        [sys.executable, "-c", STOPPED, importer.db.url, str(path), str(home), moment],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("moment", ["read", "first batch", "messages", "audit"])
def test_killed_at_any_moment_nothing_of_it_remains(
    sqlite_database: Database, tmp_path: Path, moment: str
) -> None:
    killed(Importer(sqlite_database, tmp_path), moment)


@pytest.mark.parametrize("moment", ["middle batch", "end"])
def test_killed_while_it_writes_nothing_of_it_remains_on_either_database(
    importer: Importer, moment: str
) -> None:
    killed(importer, moment)


def killed(importer: Importer, moment: str) -> None:
    importer(write(importer.folder / "first", small_county()))
    before = importer.everything()
    changed = second_year(importer.folder / "second")
    done = stopped(importer, changed, moment)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert importer.everything() == before
    left = importer.folder / "stopped"
    assert [path.name for path in left.iterdir()] in (["imports"], [])
    assert importer(changed).changed > MANY
    assert importer.one("service")["name"] == "Changed"


def test_a_full_disk_leaves_the_old_state_and_says_so(
    sqlite_database: Database, tmp_path: Path
) -> None:
    importer = Importer(sqlite_database, tmp_path)
    importer(write(tmp_path / "first", small_county()))
    before = importer.everything()
    changed = second_year(tmp_path / "second", 4 * MANY)
    largest = max(path.stat().st_size for path in tmp_path.glob("handrail.db*"))
    done = stopped(importer, changed, str(largest + 65_536))
    assert "disk is full" in done.stdout, (done.stdout, done.stderr)
    assert importer.everything() == before
    assert importer(changed).changed > MANY


def test_a_full_temporary_folder_is_said_before_anything_is_written(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    importer = Importer(sqlite_database, tmp_path)

    class Full(staging.Staging):
        def __init__(self) -> None:
            super().__init__()
            self.db.execute("PRAGMA max_page_count=40")

    monkeypatch.setattr(staging, "Staging", Full)
    with pytest.raises(Unavailable, match="temporary folder cannot hold the import: .*full"):
        importer(second_year(tmp_path / "second"))
    assert importer.rows("service") == []


def test_an_import_that_contradicts_the_database_is_taken_back(
    importer: Importer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import Conflict
    from directory.importing import writing

    importer(write(tmp_path / "first", small_county()))
    before = importer.everything()

    def spoil(self: Any, shape: Any, batch: Any) -> None:
        real(self, shape, batch)
        if shape.name == "service_at_location":
            session = self.session
            row = shape.table(id="x", service_id="nobody", location_id="nowhere")
            session.add(row)
            session.flush()

    real = writing.Writer._save
    monkeypatch.setattr(writing.Writer, "_save", spoil)
    with pytest.raises(Conflict, match="nothing was written"):
        importer(second_year(tmp_path / "second"))
    assert importer.everything() == before


def test_nothing_stays_in_the_temporary_folder(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    monkeypatch.setattr(tempfile, "tempdir", None)
    Importer(sqlite_database, tmp_path)(second_year(tmp_path / "second"))
    assert list(scratch.iterdir()) == []
