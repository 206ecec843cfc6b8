"""Calls to addresses that others chose: only where anybody may go, and never elsewhere on the way.

The name is looked up once, every address it has must be public, and the connection goes to the very
address that was checked: an answer that changes between the look-up and the call (DNS rebinding) changes
nothing. Redirections are not followed. A setting lets plain http and private addresses through.
"""

import socket
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from core.errors import Invalid
from core.saying import N_, Saying

TIMEOUT_S = 5
PORTS = {"http": 80, "https": 443}


class Unreachable(Exception):
    """The call was not answered with success; the message says why, in a few words."""


def check_url(url: str, *, private: bool) -> SplitResult:
    """The parts of an address that may be called. Raises Invalid."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise Invalid("Give an address like https://example.org/hook.", parameter="url") from None
    if parts.scheme not in (("https", "http") if private else ("https",)) or not parts.hostname:
        raise Invalid("The address must begin with https:// and name a host.", parameter="url")
    if parts.username or parts.password or parts.fragment:
        raise Invalid("The address must hold no password and nothing after #.", parameter="url")
    if not private and port not in (None, 443):
        raise Invalid("The address must use port 443.", parameter="url")
    return parts


def check_host(parts: SplitResult, *, private: bool) -> str:
    """An address of the host, all of whose addresses are public. Raises Unreachable."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(N_("the host is not known")) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not private and not all(_is_public(address) for address in addresses):
        raise Unreachable(N_("the host is in a private network"))
    return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ip_address(address.partition("%")[0])
    mapped = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    return parsed.is_global and not parsed.is_multicast and (mapped is None or mapped.is_global)


def post(url: str, body: bytes, headers: dict[str, str], *, private: bool) -> None:
    """Post the body. Raises Unreachable unless the answer is 2xx."""
    try:
        parts = check_url(url, private=private)
    except Invalid:
        raise Unreachable(N_("the address may not be called")) from None
    connection = _connected(parts, check_host(parts, private=private))
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", target, body, headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise Unreachable(Saying("no answer: %(kind)s", kind=type(error).__name__)) from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise Unreachable(Saying("the answer was %(status)s", status=status))


def _connected(parts: SplitResult, address: str) -> HTTPConnection:
    """A connection to that address, for that host."""
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    try:
        plain = socket.create_connection((address, port), TIMEOUT_S)
    except OSError as error:
        raise Unreachable(Saying("no answer: %(kind)s", kind=type(error).__name__)) from None
    if parts.scheme == "http":
        connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
        connection.sock = plain
        return connection
    secure = HTTPSConnection(host, port, timeout=TIMEOUT_S)
    try:
        secure.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=host)
    except OSError as error:
        plain.close()
        raise Unreachable(Saying("no answer: %(kind)s", kind=type(error).__name__)) from None
    return secure
