"""Counts of several serving processes are told as one."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from app import server
from core.settings import Settings

ONE_PROCESS = """
import sys
from app.metrics import Metrics
from core.db import Database
metrics = Metrics()
metrics.observe("GET", "/search", 200, 0.01)
sys.stdout.write(metrics.page(Database(sys.argv[1])).decode())
"""


def count(environ: dict[str, str], url: str) -> str:
    """Run a process that counts one request; what it then says of /metrics."""
    done = subprocess.run(
        [sys.executable, "-c", ONE_PROCESS, url],
        env=os.environ | environ,
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = [x for x in done.stdout.splitlines() if x.startswith("handrail_requests_total{")]
    assert "handrail_outbox_waiting" in done.stdout
    return line.rpartition(" ")[2]


def test_every_process_answers_for_all(
    settings: Settings, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(server.MULTIPROCESS, raising=False)
    server.share_counts(replace(settings, workers=1))
    assert server.MULTIPROCESS not in os.environ
    assert [count({}, sqlite_url) for _ in range(2)] == ["1.0", "1.0"]

    monkeypatch.setenv(server.MULTIPROCESS, "replaced below, and put back after the test")
    server.share_counts(replace(settings, workers=2))
    assert Path(os.environ[server.MULTIPROCESS]).parent == settings.home
    assert [count({}, sqlite_url) for _ in range(2)] == ["1.0", "2.0"]
