"""`handrail demo`, as a newcomer meets it."""

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest

from app import demo
from app.engines import open_search
from core.settings import Settings
from tests.support.processes import PROMPTLY_S, Handrail, running
from tests.support.repository import read

FIRST_SEARCH = "/api/v1/search?category=food&reachable_from=27701"
README_PATHS = re.findall(r"<http://127.0.0.1:8000(/[^>]*)>", read("README.md"))
# Processor time of a warm start with everything after it, about 6 s; 5 s to the first page is what
# people are promised, but a clock would measure what else this machine does.
WARM_CPU_S = 12


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


def cpu_s() -> float:
    """Processor time of everything this process started that has ended."""
    times = os.times()
    return times.children_user + times.children_system


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
    assert "Settling the people of the network …" in log
    assert "coordinator@loblolly.example.org" in log
    assert "Traceback" not in log


def test_the_next_start_is_quick_and_serves_at_once(folder: Path) -> None:
    before = cpu_s()
    with running(folder, "demo") as handrail:
        status, page = handrail.get("/")
        assert status == 200
        assert "<title>" in page
        assert total(handrail) > 20
        for path in README_PATHS:
            assert handrail.get(path)[0] == 200, path
        assert handrail.stop(signal.SIGINT) < PROMPTLY_S
        assert handrail.process.returncode == 0
    assert cpu_s() - before < WARM_CPU_S
    assert (folder / "handrail.log").read_text().count("Making the demonstration county") == 1
    assert (folder / "handrail.log").read_text().count("Settling the people") == 1


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
