"""Network addresses, as far as counting by them goes."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

IPV6_PREFIX = 64  # one subscriber's network: counting single addresses would count nobody


@lru_cache(maxsize=4096)
def counted_as(address: str) -> str:
    """What a rate is counted by: an IPv4 address, an IPv6 network, or the text as it is."""
    parsed = parsed_address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, IPV6_PREFIX), strict=False))
    return address


def parsed_address(address: str) -> IPv4Address | IPv6Address | None:
    """The address; None for other text."""
    try:
        return ip_address(address)
    except ValueError:
        return None
