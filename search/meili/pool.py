"""The HTTP layer of the `meilisearch` package, over one pool of connections that are kept open.

The package's own opens a connection for every request and changes one dict of headers that all threads
share, so that concurrent searches fail. Here nothing that is shared changes after construction.
"""

import os
from collections.abc import Callable
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import msgspec
import requests
from meilisearch._httprequests import HttpRequests
from meilisearch.config import Config
from meilisearch.errors import MeilisearchApiError
from requests.adapters import HTTPAdapter

CONNECT_TIMEOUT_S = 1.0
ANSWER_TIMEOUT_S = 5.0
UPLOAD_TIMEOUT_S = 60.0
"""For requests that carry documents."""
CONNECTIONS = 32
DOCUMENTS = "application/x-ndjson"


class PooledHttp(HttpRequests):
    """Sends the package's requests. Raises MeilisearchApiError, requests' errors and DecodeError."""

    def __init__(self, config: Config) -> None:
        super().__init__(config)
        self._open()

    def _open(self) -> None:
        session = requests.Session()
        session.trust_env = False  # proxies and .netrc are not for a server of our own
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers.update(self.headers)
        if self.config.api_key is None:
            del session.headers["Authorization"]
        # A compressed answer is sent in pieces, and each waits 40 ms for the one before to be received.
        session.headers["Accept-Encoding"] = "identity"
        adapter = HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS)
        session.mount("http://", adapter)
        session.mount("https://", adapter)
        self._session, self._pid = session, os.getpid()

    def send_request(
        self,
        http_method: Callable[..., Any],
        path: str,
        body: Any = None,
        content_type: str | None = None,
        *,
        serializer: Any = None,
    ) -> Any:
        """One request and what was answered, read from JSON; None for an empty answer."""
        try:
            response = self._send(http_method.__name__, path, body, content_type)
        except requests.ConnectionError as error:
            if not _was_kept_too_long(error):
                raise
            response = self._send(http_method.__name__, path, body, content_type)
        if not response.ok:
            raise MeilisearchApiError(response.reason, response)
        return msgspec.json.decode(response.content) if response.content else None

    def _send(
        self, method: str, path: str, body: Any, content_type: str | None
    ) -> requests.Response:
        if self._pid != os.getpid():  # a fork shares its parent's connections; both would read them
            self._open()
        data = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        answer_within = UPLOAD_TIMEOUT_S if content_type == DOCUMENTS else ANSWER_TIMEOUT_S
        return self._session.request(
            method,
            f"{self.config.url}/{path}",
            data=data,
            headers={"Content-Type": content_type or "application/json"} if data else None,
            timeout=(CONNECT_TIMEOUT_S, answer_within),
        )

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _was_kept_too_long(error: requests.ConnectionError) -> bool:
    """Whether the server had closed a kept connection before the request arrived: it may be sent again.

    Every request of ours may be: searches change nothing, and writes replace by id.
    """
    reason = error.args[0] if error.args else None
    causes = getattr(reason, "args", ())
    return any(isinstance(cause, ConnectionResetError | BrokenPipeError) for cause in causes)
