"""Tables above this one that name services and organizations: they register here what becomes of it
when two of them are made one."""

from collections.abc import Callable
from typing import Final

from sqlmodel import Session

Move = Callable[[Session, str, str], None]
"""Called with the old id and the one that is kept. Raises Conflict where both cannot be one."""
OF_SERVICES: Final[list[Move]] = []
OF_ORGANIZATIONS: Final[list[Move]] = []
