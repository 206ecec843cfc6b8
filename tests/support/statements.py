"""How many statements go to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest.mock import patch

from sqlalchemy import Engine, event

from accounts import sessions


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements every engine sends during the block.

    Noting that a session is still in use is left out: that is sent once a minute.
    """
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        with patch.object(sessions, "SEEN_EVERY", timedelta.max):
            yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)
