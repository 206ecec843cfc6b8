"""No test reaches beyond this machine."""

import socket
from ipaddress import ip_address
from typing import Any

import pytest


def block(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every connection to another machine fail, naming the address."""
    connect = socket.socket.connect

    def only_here(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and not _is_local(address[0]):
            raise RuntimeError(f"a test tried to connect to {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_here)


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
