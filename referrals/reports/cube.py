"""The counts of one metric by the dimensions asked for, and what of them is published. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TypeVar

from referrals.reports import suppression
from referrals.reports.questions import Dimension
from referrals.reports.suppression import Parts

Counted = TypeVar("Counted", str, int)
Group = tuple[str, ...]
Where = tuple[str | None, ...]
"""A value for each dimension; None is all of its values together."""


class Cube:
    """`parts` holds each group's counts; a group has a value for each of `dimensions` (two at most)."""

    def __init__(self, dimensions: Sequence[Dimension], parts: Mapping[Group, Parts]) -> None:
        self.dimensions = dimensions
        self.parts = parts

    def total(self, where: Where) -> Counter[str]:
        """The counts at that place."""
        return add(self.parts, where)

    def is_public(self, where: Where) -> bool:
        """Whether that place is published: the same answer whatever question leads to it."""
        if 0 < self._size < suppression.PEOPLE_MIN:
            return False
        if any(value in self._alone[at] for at, value in enumerate(where)):
            return False
        if len(where) < 2 or None in where:
            return True
        return where not in self._withheld

    @cached_property
    def _size(self) -> int:
        return sum(sum(counted.values()) for counted in self.parts.values())

    @cached_property
    def _alone(self) -> list[frozenset[str]]:
        """What each dimension withholds by itself."""
        found = []
        for at, dimension in enumerate(self.dimensions):
            groups: dict[str, Counter[str]] = {}
            for group, counted in self.parts.items():
                groups.setdefault(group[at], Counter()).update(counted)
            organizations = dimension is Dimension.ORGANIZATION
            small = suppression.few_referrals if organizations else suppression.few
            found.append(suppression.alone(groups, small))
        return found

    @cached_property
    def _withheld(self) -> frozenset[Where]:
        cells = {(group[0], group[1]): counted for group, counted in self.parts.items()}
        rows, columns = self._alone
        return frozenset(suppression.crossed(cells, rows, columns).cells)


def add(numbers: Mapping[Group, Mapping[Counted, int]], where: Where) -> Counter[Counted]:
    """The sum of what is inside that place."""
    total: Counter[Counted] = Counter()
    for group, counted in numbers.items():
        if all(want is None or want == value for want, value in zip(where, group, strict=True)):
            total.update(counted)
    return total
