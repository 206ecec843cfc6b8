"""What hangs on a patient in the layers above, which this one does not know: they register here.

So a record is erased and merged whole, and a consent ends for everything that rests on
it, whoever asks for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement
from sqlmodel import Session

from core.actor import Actor


@dataclass(frozen=True, slots=True)
class Following:
    """A table with values of a patient: its sealed columns, and which rows are that patient's.

    `moves` says that its `patient_id` changes when records are merged.
    """

    table: Any
    columns: tuple[str, ...]
    of_patient: Callable[[str], ColumnElement[bool]]
    moves: bool = False


FOLLOWING: Final[list[Following]] = []
WITHDRAWING: Final[list[Callable[[Session, Actor, str], None]]] = []
"""Called with a consent's id before it is revoked, in the same transaction."""
HANDING_OVER: Final[list[Callable[[Session, str, str], None]]] = []
"""Called with a patient's id and their new primary coordinator's, in the same transaction."""
ERASING: Final[list[Callable[[Session, Actor, str], None]]] = []
"""Called with a patient's id before the record is locked and emptied, in the same transaction."""
