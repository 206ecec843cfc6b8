"""Which numbers of a table are withheld, so that none can be worked out from those that are not.

Everything that can be asked is a margin of one cube of counts, at most two dimensions at a time. For
each dimension alone: what is small is withheld, and then the next smallest until at least two are,
whose sum is not small either. Whatever is withheld alone is withheld in every table it is crossed
with, whole. Of the other cells of a crossed table, a small one is withheld and with it those of a
cycle through it (row, column, row, column …): adding and taking away one along a cycle changes no
margin, so nothing that is published tells which it is. That nothing else gives a cell away is the
bridge theorem of transport tables; a test solves for the withheld by linear algebra.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heappop, heappush

Parts = Mapping[str, int]
Pair = tuple[str, str]
PEOPLE_MIN = 11
"""A count of people below this, but not none, is withheld."""
REFERRALS_MIN = 10
"""An organization is compared from this many referrals on."""
EMPTY_COST = 1_000_000
"""A cell with nobody in it hides little: it is taken only when there is no other."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """What is withheld of a crossed table: whole rows, whole columns, and cells."""

    rows: frozenset[str] = frozenset()
    columns: frozenset[str] = frozenset()
    cells: frozenset[Pair] = field(default_factory=frozenset)


def few(parts: Parts) -> bool:
    """Whether any count of these would tell of 1 to 10 people, their sum and what is left included."""
    return any(0 < count < PEOPLE_MIN for count in (*parts.values(), sum(parts.values())))


def few_referrals(parts: Parts) -> bool:
    """Whether there are too few referrals to judge an organization by."""
    return 0 < sum(parts.values()) < REFERRALS_MIN


def alone(
    groups: Mapping[str, Parts],
    small: Callable[[Parts], bool] = few,
    also: Iterable[str] = (),
) -> frozenset[str]:
    """The groups of one dimension that are withheld, when their total is public.

    A single group is as public as the total, which it equals.
    """
    counts = {name: sum(parts.values()) for name, parts in groups.items()}
    filled = [name for name, count in counts.items() if count]
    withheld = {name for name in filled if small(groups[name]) or name in set(also)}
    if not withheld or len(filled) < 2:
        return frozenset()
    others = sorted(set(filled) - withheld, key=lambda name: (counts[name], name))
    while others and (len(withheld) < 2 or sum(counts[name] for name in withheld) < PEOPLE_MIN):
        withheld.add(others.pop(0))
    return frozenset(withheld)


def crossed(
    cells: Mapping[Pair, Parts],
    rows: frozenset[str],
    columns: frozenset[str],
    small: Callable[[Parts], bool] = few,
) -> Withheld:
    """What is withheld of a table of two dimensions, given what each withholds alone."""
    table = _Table(cells, rows, columns)
    withheld = {pair for pair in table.pairs() if pair[0] in rows or pair[1] in columns}
    if len(table.rows) > 1 and len(table.columns) > 1:  # else it says what one says alone
        own = sorted(pair for pair, parts in cells.items() if small(parts) and pair not in withheld)
        withheld.update(own)
        for pair in own:
            withheld.update(table.cycle(pair, withheld))
    return Withheld(rows, columns, frozenset(withheld))


class _Table:
    """The cells of two dimensions, empty ones included, as the edges between rows and columns."""

    def __init__(
        self, cells: Mapping[Pair, Parts], rows: Iterable[str], columns: Iterable[str]
    ) -> None:
        self.rows = sorted({row for row, _ in cells} | set(rows))
        self.columns = sorted({column for _, column in cells} | set(columns))
        self._counts = {pair: sum(parts.values()) for pair, parts in cells.items()}

    def pairs(self) -> list[Pair]:
        """All cells."""
        return [(row, column) for row in self.rows for column in self.columns]

    def cycle(self, pair: Pair, withheld: set[Pair]) -> tuple[Pair, ...]:
        """The cheapest cells that with this one make a cycle; a withheld one costs nothing."""
        queue: list[tuple[int, bool, str, tuple[Pair, ...]]] = [(0, True, pair[0], ())]
        seen: set[tuple[bool, str]] = set()
        while queue:
            cost, in_row, name, path = heappop(queue)
            if (in_row, name) == (False, pair[1]):
                return path
            if (in_row, name) in seen:
                continue
            seen.add((in_row, name))
            for onward in self.columns if in_row else self.rows:
                cell = (name, onward) if in_row else (onward, name)
                if cell != pair and (not in_row, onward) not in seen:
                    price = 0 if cell in withheld else self._counts.get(cell, 0) or EMPTY_COST
                    heappush(queue, (cost + price, not in_row, onward, (*path, cell)))
        return ()
