"""What can be asked of the reports: a year, narrowed and broken down by two dimensions at most. Pure.

A year and not any span of days, and two dimensions and not five: from reports of overlapping periods,
or of ever narrower groups, single people could be worked out by subtraction. A quarter is a
dimension like any other, so it is protected like any other.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from core.errors import Invalid
from core.saying import Saying
from referrals.errors import must_be

TOGETHER = 2
YEARS = range(2000, 2200)
VALUE = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Dimension(StrEnum):
    """What numbers are narrowed or broken down by. `organization` is the receiving one."""

    QUARTER = "quarter"
    CATEGORY = "category"
    ORGANIZATION = "organization"
    ZIP = "zip"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Question:
    """One report: `only` narrows to one value of a dimension, `by` gives a line for each.

    `across` crosses that with another dimension (matrix.py).
    """

    year: int
    only: Mapping[Dimension, str] = field(default_factory=dict)
    by: Dimension | None = None
    across: Dimension | None = None

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """Those it narrows by, then those it is broken down by."""
        return (*self.only, *(one for one in (self.by, self.across) if one))

    @property
    def about_needs(self) -> bool:
        """Whether needs can be counted this way: a need has no one organization."""
        return Dimension.ORGANIZATION not in self.dimensions


def question(year: int, only: Mapping[str, str], by: str | None = None) -> Question:
    """A question from texts. Raises Invalid, naming what is allowed."""
    if year not in YEARS:
        raise Invalid("year must be a year such as 2026.", parameter="year")
    chosen = {Dimension(name): value for name, value in only.items() if value}
    if by and by not in set(Dimension):
        raise must_be("by", Dimension)
    found = Question(year, chosen, Dimension(by) if by else None)
    if found.by in chosen:
        raise Invalid("Break down by another dimension than you narrow by.", parameter="by")
    if len(found.dimensions) > TOGETHER:
        raise Invalid(
            "Choose at most two of quarter, category, organization, ZIP and language: from smaller "
            "groups single people could be worked out.",
            parameter="by",
        )
    for name, value in chosen.items():
        if not VALUE.fullmatch(value):
            raise Invalid(Saying("This is no %(name)s.", name=name.value), parameter=name.value)
    quarter = chosen.get(Dimension.QUARTER)
    if quarter is not None and quarter not in ("1", "2", "3", "4"):
        raise Invalid("quarter must be 1, 2, 3 or 4.", parameter="quarter")
    return found
