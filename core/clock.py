"""The one place that asks what time it is, so that a test can answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)


def now() -> datetime:
    """The current time, aware, in UTC."""
    return _stopped_at.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[datetime]:
    """Stop the clock at `at` (aware) inside the block.

    It holds for this context only: a thread started by hand keeps the real clock unless it is
    run in a copy of the context.
    """
    if at.tzinfo is None:
        raise ValueError("the clock can only be stopped at an aware datetime")
    token = _stopped_at.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _stopped_at.reset(token)
