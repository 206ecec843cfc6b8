"""One Meilisearch server, asked through the `meilisearch` package.

Whatever goes wrong on the way is a core.errors.Unavailable that says what to do about it. Safe to share
between threads.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import meilisearch
import msgspec
import requests
from meilisearch.errors import MeilisearchApiError

from core.errors import Unavailable
from search.engine import IndexMissing
from search.meili.pool import DOCUMENTS, PooledHttp

TASK_TIMEOUT_S = 120.0
RETRY_AFTER_S = 5
BUSY_RETRY_AFTER_S = 1
_POLL_FIRST_S = 0.005
_POLL_LONGEST_S = 0.05

MISSING = "The search index does not exist; `handrail reindex` builds it."

_log = logging.getLogger(__name__)

Body = dict[str, Any]


class ServerAway(Unavailable):
    """No answer, or none that helps; the next one may be as long in coming."""


class IndexDiffers(Unavailable):
    """The index lacks a setting that the request needs."""


class KeyRefused(Unavailable):
    """The key is wrong, or may not do this."""


class TaskFailed(Exception):
    """A write was not carried out because of what is in it."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Client:
    """The requests that are needed, each by its own name."""

    def __init__(self, url: str, key: str | None) -> None:
        self.url, self.key = url, key
        self._client = meilisearch.Client(url, key)
        self._http = PooledHttp(self._client.config)
        self._client.http = self._http

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # ---- searching and reading

    def search(self, queries: Sequence[Body]) -> list[Body]:
        """The answers to queries that are sent together; each names its index."""
        with answering():
            results: list[Body] = self._client.multi_search(queries)["results"]
            return results

    def document(self, index: str, id: str) -> Body | None:
        """A stored document with all its fields, or None."""
        try:
            with answering():
                found: Body = self._http.get(f"indexes/{index}/documents/{id}")
                return found
        except _DocumentMissing:
            return None

    def documents(self, index: str, **parameters: Any) -> list[Body]:
        """Stored documents: `offset` and `limit`, `ids`, `fields`."""
        with answering():
            path = f"indexes/{index}/documents/fetch"
            found: list[Body] = self._http.post(path, parameters)["results"]
            return found

    def count(self, index: str) -> int:
        """How many documents an index has."""
        with answering():
            stats = self._http.get(f"indexes/{index}/stats")
            return int(stats["numberOfDocuments"])

    # ---- the server and its indexes

    def version(self) -> str:
        """Such as "1.50.0"."""
        with answering():
            return str(self._client.get_version()["pkgVersion"])

    def api_keys(self) -> list[Body]:
        """All API keys, with their secrets; only the master key may ask."""
        with answering():
            found: list[Body] = self._http.get("keys?limit=1000")["results"]
            return found

    def tenant_token(self, key: Body, rules: Body) -> str:
        """A key for searching that enforces `rules` (index → filter), signed with an API key."""
        return self._client.generate_tenant_token(key["uid"], rules, api_key=key["key"])

    def indexes(self) -> list[Body]:
        """uid, createdAt and so on of every index."""
        with answering():
            found: list[Body] = self._http.get("indexes?limit=1000")["results"]
            return found

    def settings(self, index: str) -> Body:
        """All settings of an index."""
        with answering():
            found: Body = self._http.get(f"indexes/{index}/settings")
            return found

    # ---- writing: each gives the number of a task, to be waited for

    def create_index(self, index: str) -> int:
        """Make an empty index whose documents are known by `id`."""
        return self._task("post", "indexes", {"uid": index, "primaryKey": "id"})

    def delete_index(self, index: str) -> int:
        """Remove an index."""
        return self._task("delete", f"indexes/{index}")

    def swap(self, one: str, other: str, rename: bool = False) -> int:
        """Exchange the names of two indexes in one step, or, with `rename`, call one as the other."""
        return self._task("post", "swap-indexes", [{"indexes": [one, other], "rename": rename}])

    def change_settings(self, index: str, settings: Body) -> int:
        """Change the settings that are given."""
        return self._task("patch", f"indexes/{index}/settings", settings)

    def put(self, index: str, lines: bytes) -> int:
        """Insert or replace documents, one JSON object a line."""
        return self._task("post", f"indexes/{index}/documents", lines, DOCUMENTS)

    def delete(self, index: str, ids: Sequence[str]) -> int:
        """Remove documents; those that are not there are no error."""
        return self._task("post", f"indexes/{index}/documents/delete-batch", list(ids))

    def _task(self, method: str, path: str, body: Any = None, kind: str | None = None) -> int:
        with answering():
            send = getattr(requests, method)
            return int(self._http.send_request(send, path, body, kind)["taskUid"])

    def wait(self, task: int, timeout_s: float = TASK_TIMEOUT_S) -> None:
        """Return when a task is done. Raises TaskFailed, or Unavailable when it takes too long."""
        end = time.monotonic() + timeout_s
        pause = _POLL_FIRST_S
        while True:
            with answering():
                state = self._http.get(f"tasks/{task}")
            if state["status"] == "succeeded":
                return
            if state["status"] in ("failed", "canceled"):
                raise _failure(state)
            if time.monotonic() > end:
                raise Unavailable(
                    "The search server is still busy with earlier changes.",
                    retry_after_s=RETRY_AFTER_S,
                )
            time.sleep(pause)
            pause = min(pause * 1.2, _POLL_LONGEST_S)


def _failure(state: Mapping[str, Any]) -> Exception:
    """What a failed task means: the request was wrong, or the server could not."""
    error = state.get("error") or {"type": "internal", "code": "canceled", "message": "canceled"}
    if error["type"] == "invalid_request":
        return TaskFailed(error["code"], error["message"])
    _log.error("Meilisearch failed at a write (%s): %s", error["code"], error["message"])
    return Unavailable(
        f"The search server could not carry out a change ({error['code']}).",
        retry_after_s=RETRY_AFTER_S,
    )


class _DocumentMissing(Unavailable):
    pass


@contextmanager
def answering() -> Iterator[None]:
    """Turn every way a request can fail into Unavailable."""
    try:
        yield
    except MeilisearchApiError as error:
        raise _refusal(error) from error
    except requests.Timeout as error:
        raise ServerAway(
            "The search server takes too long to answer.", retry_after_s=RETRY_AFTER_S
        ) from error
    except (requests.ConnectionError, requests.exceptions.InvalidURL) as error:
        raise ServerAway(
            "The search server does not answer.", retry_after_s=RETRY_AFTER_S
        ) from error
    except (requests.RequestException, msgspec.DecodeError, KeyError, TypeError) as error:
        _log.warning("Meilisearch's answer cannot be read: %s", error)
        raise ServerAway(
            "The search server's answer was cut short or is not Meilisearch's.",
            retry_after_s=RETRY_AFTER_S,
        ) from error


_BY_CODE: Mapping[str, tuple[type[Unavailable], str]] = {
    "index_not_found": (IndexMissing, MISSING),
    "document_not_found": (_DocumentMissing, "There is no such document."),
    "invalid_api_key": (
        KeyRefused,
        "The search server refuses the key in HANDRAIL_SEARCH_KEY: pages need one that may search,"
        + " the worker and `handrail reindex` one that may do everything.",
    ),
    "missing_authorization_header": (
        KeyRefused,
        "The search server asks for a key; set HANDRAIL_SEARCH_KEY.",
    ),
}
_DIFFERS = frozenset({"invalid_search_filter", "invalid_search_sort", "invalid_search_facets"})


def _refusal(error: MeilisearchApiError) -> Unavailable:
    kind, message = _BY_CODE.get(error.code or "", (None, ""))
    if kind is not None:
        return kind(message, retry_after_s=RETRY_AFTER_S)
    _log.error("Meilisearch answered %s (%s): %s", error.status_code, error.code, error.message)
    if error.code in _DIFFERS:
        return IndexDiffers(
            "The search index has other settings than this version needs.",
            retry_after_s=RETRY_AFTER_S,
        )
    if error.status_code >= 500 or error.status_code in (408, 429):
        return ServerAway(
            "The search server is too busy or in trouble.", retry_after_s=BUSY_RETRY_AFTER_S
        )
    return Unavailable(
        f"The search server refused a request ({error.code or error.status_code}).",
        retry_after_s=RETRY_AFTER_S,
    )
