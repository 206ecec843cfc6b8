"""Real directories, which are not part of this repository."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from core.db import Database
from directory.importing import Result
from tests.support.importing import Importer
from tests.support.repository import ROOT

SHARED = next((up / "shared" for up in ROOT.parents if (up / "shared" / "hsds").is_dir()), None)


def shared(*parts: str) -> Path:
    """A path in the shared folder; skips the test when there is none."""
    if SHARED is None or not SHARED.joinpath(*parts).exists():
        pytest.skip(f"needs {Path('shared', *parts)} beside the checkout")
    return SHARED.joinpath(*parts)


@dataclass(frozen=True)
class Alone:
    """The second year imported into an empty directory."""

    importer: Importer
    result: Result


@contextmanager
def fresh(template: Path, folder: Path) -> Iterator[Importer]:
    shutil.copyfile(template, folder / "handrail.db")
    database = Database(f"sqlite:///{folder / 'handrail.db'}")
    yield Importer(database, folder)
    database.close()
