"""Where a request comes from: proxies are believed only when they are trusted."""

from typing import Any

import pytest

from app.client import client_address, is_from_here, networks
from core.addresses import counted_as

TRUSTED = networks(["10.0.0.0/8", "::1/128"])


def scope(client: str | None, **headers: str | list[str]) -> Any:
    pairs = [
        (name.replace("_", "-").encode(), value.encode())
        for name, values in headers.items()
        for value in ([values] if isinstance(values, str) else values)
    ]
    return {"client": (client, 1) if client is not None else None, "headers": pairs}


@pytest.mark.parametrize(
    ("client", "forwarded", "address"),
    [
        ("192.0.2.1", "198.51.100.7", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.7", "198.51.100.7"),
        ("10.0.0.1", "198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", "10.9.9.9, 198.51.100.7 ,10.0.0.2", "198.51.100.7"),
        ("10.0.0.1", ["1.1.1.1", "198.51.100.7"], "198.51.100.7"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "garbage", "garbage"),
        ("10.0.0.1", "", ""),
        ("::1", "198.51.100.7", "198.51.100.7"),
        (None, "198.51.100.7", ""),
    ],
)
def test_the_nearest_untrusted_address_counts(client, forwarded, address):
    assert client_address(scope(client, x_forwarded_for=forwarded), TRUSTED) == address


def test_without_proxies_the_connection_says_it_all():
    assert client_address(scope("10.0.0.1"), TRUSTED) == "10.0.0.1"
    assert client_address(scope("10.0.0.1", x_forwarded_for="1.2.3.4"), ()) == "10.0.0.1"


def test_a_whole_subscriber_network_is_one_address():
    assert counted_as("2001:db8:1:2:3:4:5:6") == counted_as("2001:db8:1:2::1")
    assert counted_as("2001:db8:1:2::1") != counted_as("2001:db8:1:3::1")
    assert counted_as("192.0.2.1") == "192.0.2.1"
    assert counted_as("unix") == "unix"


@pytest.mark.parametrize(
    ("client", "headers", "here"),
    [
        ("127.0.0.1", {}, True),
        ("::1", {}, True),
        ("192.0.2.1", {}, False),
        ("127.0.0.1", {"x_forwarded_for": "1.2.3.4"}, False),
        ("127.0.0.1", {"forwarded": "for=1.2.3.4"}, False),
        ("127.0.0.1", {"via": "1.1 proxy"}, False),
        ("testclient", {}, False),
        (None, {}, False),
    ],
)
def test_here_is_this_machine_and_no_proxy_on_it(client, headers, here):
    assert is_from_here(scope(client, **headers)) is here
