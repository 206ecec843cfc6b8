"""How often one address may ask: a token bucket for each purpose and address, in memory.

Each process counts for itself. Addresses are forgotten when they are idle, and never written down.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

WINDOW_S = 60.0
REMEMBERED = 20_000  # addresses; beyond, those idle longest are forgotten


class Limiter:
    """`per_minute` requests at once, and as many each minute after; 0 is no limit."""

    def __init__(
        self,
        per_minute: int,
        *,
        remembered: int = REMEMBERED,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spacing = WINDOW_S / per_minute if per_minute else 0.0
        self._remembered = remembered
        self._clock = clock
        # When each bucket will be full again.
        self._full_at: OrderedDict[tuple[str, str], float] = OrderedDict()

    def wait_s(self, purpose: str, address: str) -> int:
        """0 when the request may go on (and is counted), else whole seconds until one may."""
        if not self._spacing:
            return 0
        key, now = (purpose, address), self._clock()
        full_at = max(self._full_at.get(key, now), now) + self._spacing
        if full_at > now + WINDOW_S + 1e-9:
            return math.ceil(full_at - now - WINDOW_S)
        self._full_at[key] = full_at
        self._full_at.move_to_end(key)
        if len(self._full_at) > self._remembered:
            self._full_at.popitem(last=False)
        return 0
