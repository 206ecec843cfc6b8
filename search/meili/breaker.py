"""Not asking a server that does not answer, for a while."""

import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from search.meili.client import ServerAway

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 15.0
TRIAL_S = 6.0
"""How long one request may try whether the server is back; the others do not wait for it."""


class Breaker:
    """Lets requests through until one fails; then only one at a time, after pauses that double."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._closed_until = 0.0

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Around a request. Raises ServerAway instead of entering while the server rests."""
        self._admit()
        try:
            yield
        except ServerAway:
            self._failed()
            raise
        except BaseException:
            self._answered()
            raise
        self._answered()

    def _admit(self) -> None:
        with self._lock:
            left = self._closed_until - self._clock()
            if left > 0:
                raise ServerAway(
                    "The search server does not answer.", retry_after_s=max(1, math.ceil(left))
                )
            if self._failures:
                self._closed_until = self._clock() + TRIAL_S

    def _failed(self) -> None:
        with self._lock:
            pause = min(FIRST_PAUSE_S * 2**self._failures, LONGEST_PAUSE_S)
            self._failures += 1
            self._closed_until = self._clock() + pause

    def _answered(self) -> None:
        with self._lock:
            self._failures, self._closed_until = 0, 0.0
