"""What an import says about its input: refused rows, dropped values, orphans; and counts."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from core.errors import Invalid


class Kind(StrEnum):
    """How much of the row is lost."""

    REFUSED = "refused"  # the whole row
    VALUE = "value dropped"  # one field; the rest of the row is imported
    ORPHAN = "orphan"  # the row, because what it belongs to is not there
    LINK = "link dropped"  # one reference to something that is not there; the row is imported
    GONE = "gone"  # imported earlier, no longer in the source; kept as it was


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the report. `row` counts records, the header being row 1; `id` is the source's.

    `reason` is a code of `REASONS`, `detail` what a person needs to find and mend it.
    """

    kind: Kind
    file: str
    row: int
    table: str
    id: str
    field: str
    reason: str
    detail: str = ""


class FileRefused(Invalid):
    """A file that cannot be trusted as a whole; nothing of the import is written."""

    def __init__(self, file: str, why: str) -> None:
        super().__init__(f"{file}: {why}", parameter="path")


class RowRefused(Exception):
    """A row that is not imported; `reason` is a code of `REASONS`."""

    def __init__(self, reason: str, field: str = "", detail: str = "") -> None:
        super().__init__(f"{reason} {field} {detail}")
        self.reason, self.field, self.detail = reason, field, detail


REASONS = {
    "bad_date": "not a date",
    "bad_email": "not an e-mail address",
    "bad_encoding": "bytes that are not UTF-8",
    "bad_number": "not a number in the range the field allows",
    "bad_quotes": "quotation marks that do not pair",
    "bad_time": "not a time of day",
    "bad_url": "not a web address",
    "cycle": "its parents lead back to itself",
    "duplicate_code": "another term of the taxonomy has this code",
    "duplicate_id": "another row has this id and says something else",
    "duplicate_pair": "another row already puts this service at this location",
    "gone": "imported earlier, and no longer in the source; kept",
    "half_a_point": "latitude without longitude, or the other way round",
    "id_taken": "this id belongs to a record of another source, or one entered here",
    "missing_field": "a field the standard requires is empty",
    "no_parent": "it belongs to nothing that is here",
    "not_a_value": "not one of the values the field allows",
    "not_text": "a list or an object where text belongs",
    "nul_byte": "a NUL character",
    "outside_the_world": "a latitude or longitude that is not on Earth",
    "personal": "belongs to a person whose contact row is not imported",
    "pin_far_from_zip": "the point is more than 80 km from the address's ZIP code",
    "place_not_of_service": "hours of a service at a place where it is not offered",
    "points_nowhere": "refers to a record that is not there",
    "too_deep": "more levels of parents than anybody means",
    "too_few_cells": "fewer cells than the header",
    "too_long": "longer than the field allows",
    "too_many_cells": "more cells than the header",
    "unreadable_hours": "hours in words that no clock can check; the words are kept",
}


@dataclass(slots=True)
class Tally:
    """What was repaired and dropped so far, by rule; `repairs` keys are rules of repairs.RULES."""

    repairs: Counter[str] = field(default_factory=Counter)
    personal: Counter[str] = field(default_factory=Counter)
    ignored: dict[str, set[str]] = field(default_factory=dict)

    def repaired(self, rule: str, times: int = 1) -> None:
        self.repairs[rule] += times

    def ignore_files(self, files: Iterable[Path]) -> None:
        for file in files:
            self.ignore(file.name, "the whole file")

    def ignore(self, file: str, column: str) -> None:
        self.ignored.setdefault(file, set()).add(column)
