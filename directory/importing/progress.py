"""How far a long import is, on stderr."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TextIO, TypeVar

Item = TypeVar("Item")
QUIET_S = 2.0  # nothing is said about imports shorter than this
EVERY_S = 1.0


class Progress:
    """Counts rows of one step after another; says so once a second, after two seconds."""

    def __init__(self, out: TextIO | None = None) -> None:
        self.out = out or sys.stderr
        self.began = time.monotonic()
        self.said = self.began
        self.rows: dict[str, int] = {}

    def counted(self, step: str, items: Iterable[Item]) -> Iterator[Item]:
        """The same items, counted under the name of the step."""
        began, count = time.monotonic(), 0
        for item in items:
            count += 1
            if count % 256 == 0:
                self._maybe_say(step, count, began)
            yield item
        self.rows[step] = self.rows.get(step, 0) + count
        self._maybe_say(step, count, began)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    def _maybe_say(self, step: str, count: int, began: float) -> None:
        at = time.monotonic()
        if at - self.began < QUIET_S or at - self.said < EVERY_S:
            return
        self.said = at
        rate = count / max(at - began, 0.001)
        print(f"{step}: {count:,} rows, {rate:,.0f} rows/s", file=self.out, flush=True)
