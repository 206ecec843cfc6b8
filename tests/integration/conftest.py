"""What tests of real directories share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.real import Alone, fresh, shared


@pytest.fixture(scope="session")
def alone(_sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Alone]:
    """Read by the tests of two modules; none changes it."""
    year = shared("data", "dc_hsds2", "2023")
    with fresh(_sqlite_template, tmp_path_factory.mktemp("alone")) as into:
        yield Alone(into, into(year, source=""))
