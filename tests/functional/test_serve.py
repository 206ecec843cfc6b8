"""`handrail serve` as a process: it starts, answers, stops when told, and refuses what is unsafe."""

import signal
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest

from app import migrating
from tests.support.processes import PROMPTLY_S, Handrail, running

KEY = b64encode(b"k" * 32).decode()
SECRETS = {"SECRET_KEY": "k" * 32, "ENCRYPTION_KEYS": f"k1:{KEY}", "INDEX_KEY": KEY}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a migrated home."""
    (tmp_path / "home").mkdir()
    migrating.upgrade(f"sqlite:///{tmp_path / 'home' / 'handrail.db'}")
    return tmp_path


def said(folder: Path, **settings: str) -> tuple[int, str]:
    """Exit status and output of a `serve` that should refuse to start."""
    handrail = Handrail(folder, "serve", **settings)
    try:
        status = handrail.process.wait(60)
    except subprocess.TimeoutExpired:
        handrail.process.kill()
        raise
    return status, handrail.log.read_text()


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_and_stops_promptly_when_told(folder: Path, told: int) -> None:
    with running(folder, "serve", **SECRETS) as handrail:
        status, body = handrail.get("/healthz")
        assert (status, body) == (200, '{"status":"up"}')
        handrail.wait_until_it_says(f"Handrail serves http://127.0.0.1:{handrail.port}")
        assert handrail.stop(told) < PROMPTLY_S
        assert handrail.process.returncode == 0


def test_nothing_stays_behind_when_it_is_killed(folder: Path) -> None:
    with running(folder, "serve", **SECRETS) as handrail:
        handrail.stop(signal.SIGKILL)
        handrail.wait_until_gone()


def test_a_port_in_use_is_refused_by_name(folder: Path) -> None:
    with running(folder, "serve", **SECRETS) as handrail:
        status, output = said(folder, **SECRETS, PORT=str(handrail.port))
    assert status == 2
    assert f"HANDRAIL_PORT must be free to listen on; 127.0.0.1:{handrail.port}" in output


def test_the_demo_secret_is_refused(folder: Path) -> None:
    status, output = said(folder)
    assert status == 2
    assert "HANDRAIL_SECRET_KEY must be set outside the demo" in output


def test_missing_and_malformed_encryption_keys_are_refused(folder: Path) -> None:
    for wrong in ({}, {"ENCRYPTION_KEYS": "k1:short", "INDEX_KEY": KEY}):
        status, output = said(folder, SECRET_KEY=SECRETS["SECRET_KEY"], **wrong)
        assert status == 2
        assert "HANDRAIL_ENCRYPTION_KEYS" in output and "openssl rand" in output


def test_other_keys_than_the_data_was_sealed_with_are_refused(folder: Path) -> None:
    with running(folder, "serve", **SECRETS) as handrail:
        handrail.stop(signal.SIGTERM)
    other = b64encode(b"x" * 32).decode()
    for wrong in ({"ENCRYPTION_KEYS": f"k1:{other}"}, {"ENCRYPTION_KEYS": f"k2:{other}"}):
        status, output = said(folder, **{**SECRETS, **wrong})
        assert status == 2
        assert "k1" in output and "Traceback" not in output
    status, output = said(folder, **{**SECRETS, "INDEX_KEY": other})
    assert status == 2 and "HANDRAIL_INDEX_KEY" in output
    with running(folder, "serve", **SECRETS) as handrail:
        assert handrail.get("/healthz")[0] == 200


def test_a_database_behind_is_refused_with_what_to_do(tmp_path: Path) -> None:
    status, output = said(tmp_path, **SECRETS)
    assert status == 1
    assert "Run: handrail migrate" in output
    assert "Traceback" not in output
