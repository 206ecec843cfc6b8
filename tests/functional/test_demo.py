"""`handrail demo`, as a newcomer meets it."""

import json
import re
import signal
import time
from pathlib import Path

import pytest

from app import demo
from app.engines import open_search
from core.settings import Settings
from tests.support.processes import Handrail, running
from tests.support.repository import read

pytestmark = pytest.mark.xdist_group("demo")  # made once, by one process

FIRST_SEARCH = "/api/v1/search?category=food&reachable_from=27701"
README_PATHS = re.findall(r"<http://127.0.0.1:8000(/[^>]*)>", read("README.md"))
# Warm, to the first page, on a machine that runs other tests as well; benchmarks are stricter.
WARM_S = 30


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose demonstration was prepared once."""
    folder = tmp_path_factory.mktemp("demo")
    with running(folder, "demo") as first:
        first.wait_until_it_says("Handrail is ready")
        first.stop()
    return folder


def settings_of(folder: Path) -> Settings:
    return Settings.from_env({"HANDRAIL_HOME": str(folder / "home"), "HANDRAIL_DEMO": "yes"})


def total(handrail: Handrail) -> int:
    status, body = handrail.get(FIRST_SEARCH)
    assert status == 200
    found: int = json.loads(body)["total"]
    return found


def test_the_first_start_makes_a_county_that_can_be_searched(folder: Path) -> None:
    log = (folder / "handrail.log").read_text()
    assert "Preparing the database …" in log
    assert "Making the demonstration county …" in log
    assert "Building the search index …" in log
    assert "Traceback" not in log


def test_the_next_start_is_quick_and_serves_at_once(folder: Path) -> None:
    started = time.monotonic()
    with running(folder, "demo") as handrail:
        status, page = handrail.get("/")
        assert time.monotonic() - started < WARM_S
        assert status == 200
        assert "<title>" in page
        assert total(handrail) > 20
        for path in README_PATHS:
            assert handrail.get(path)[0] == 200, path
        assert handrail.stop(signal.SIGINT) < 8
        assert handrail.process.returncode == 0
    assert (folder / "handrail.log").read_text().count("Making the demonstration county") == 1


def test_an_index_that_was_deleted_is_built_again(folder: Path) -> None:
    for path in sorted((folder / "home" / "search").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    with running(folder, "demo") as handrail:
        assert total(handrail) > 20


def test_an_index_out_of_step_is_mended(folder: Path) -> None:
    settings = settings_of(folder)
    engine = open_search(settings)
    lost = [key for key, _ in engine.ids_and_hashes()][:5]
    engine.delete(lost)
    engine.close()
    assert demo.mend(settings) == 5
    assert demo.mend(settings) == 0


def test_a_killed_demo_starts_again(tmp_path: Path) -> None:
    for patience_s in (0.5, 1.5, 2.5):
        killed = Handrail(tmp_path, "demo")
        time.sleep(patience_s)
        killed.process.kill()
        killed.process.wait()
    with running(tmp_path, "demo") as handrail:
        assert total(handrail) > 20
