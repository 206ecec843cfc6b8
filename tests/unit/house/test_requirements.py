"""A machine that lacks something is told what to install; CI is not let off."""

import socket

import pytest

from tests import conftest
from tests.support import browser, postgres


@pytest.mark.parametrize(
    ("advice", "package"),
    [(postgres.INSTALL, "postgresql"), (browser.INSTALL, "chromium-headless-shell")],
)
def test_outside_ci_a_test_is_skipped_with_what_to_install(
    monkeypatch: pytest.MonkeyPatch, advice: str, package: str
) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match=f"apt-get install {package}"):
        conftest.missing(advice)


def test_in_ci_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="apt-get install postgresql"):
        conftest.missing(postgres.INSTALL)


def test_nothing_is_found_where_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(postgres, "DEBIAN", postgres.DEBIAN / "nonexistent")
    assert postgres.binaries() is None
    assert browser.chromium() is None


def test_no_test_reaches_another_machine() -> None:
    with (
        socket.socket() as other,
        pytest.raises(RuntimeError, match="tried to connect to 192.0.2.1"),
    ):
        other.connect(("192.0.2.1", 80))
