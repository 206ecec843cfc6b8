"""Where a request really comes from, when proxies stand in between."""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_network

from litestar.types import Scope

from core.addresses import parsed_address

Networks = Sequence[IPv4Network | IPv6Network]
FORWARDED = (b"x-forwarded-for", b"forwarded", b"x-real-ip", b"via")


def networks(texts: Iterable[str]) -> Networks:
    """The networks of HANDRAIL_TRUSTED_PROXIES."""
    return [ip_network(text) for text in texts]


def client_address(scope: Scope, trusted: Networks) -> str:
    """The nearest address that is not a trusted proxy's; "" when the server names none.

    Only trusted proxies are believed about whom they forward for, so a header that somebody made
    up changes nothing.
    """
    client = scope.get("client")
    address = client[0] if client else ""
    headers = [value for name, value in scope["headers"] if name == b"x-forwarded-for"]
    hops = b",".join(headers).decode("latin-1").split(",") if headers else []
    while hops and _within(address, trusted):
        address = hops.pop().strip()
    return address


def is_from_here(scope: Scope) -> bool:
    """Whether it comes from this machine itself, and not through a proxy on it."""
    client = scope.get("client")
    parsed = parsed_address(client[0]) if client else None
    forwarded = any(name in FORWARDED for name, _ in scope["headers"])
    return parsed is not None and parsed.is_loopback and not forwarded


def _within(address: str, trusted: Networks) -> bool:
    parsed = parsed_address(address)
    return parsed is not None and any(parsed in network for network in trusted)
