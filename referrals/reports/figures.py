"""Shares with their intervals, and spreads. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil, sqrt

Z = 1.959963984540054
"""The standard normal quantile of 97.5 %, for 95 % intervals."""


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `of`, with the Wilson interval (low, high). `parts` are all counts it is made of.

    `share`, `low` and `high` are None when there is nothing to divide by.
    """

    hits: int
    of: int
    parts: Mapping[str, int] = field(default_factory=dict)

    @property
    def share(self) -> float | None:
        """hits / of."""
        return self.hits / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """The Wilson 95 % interval of the share."""
        return wilson(self.hits, self.of) if self.of else None


@dataclass(frozen=True, slots=True)
class Spread:
    """Median and 90th percentile of `n` values; `without` had none."""

    n: int
    median: int | None
    p90: int | None
    without: int

    @property
    def of(self) -> int:
        """All of them."""
        return self.n + self.without


def wilson(hits: int, of: int) -> tuple[float, float]:
    """The Wilson score interval of hits/of at 95 % (E. B. Wilson, 1927). `of` is at least 1."""
    share, z2 = hits / of, Z * Z
    middle = (share + z2 / (2 * of)) / (1 + z2 / of)
    half = Z * sqrt(share * (1 - share) / of + z2 / (4 * of * of)) / (1 + z2 / of)
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    high = 1.0 if hits == of else min(1.0, middle + half)
    return low, high


def percentile(counts: Mapping[int, int], percent: int) -> int | None:
    """The nearest-rank percentile: the smallest value with at least that percent at or below it."""
    total = sum(counts.values())
    rank, seen = ceil(total * percent / 100), 0
    for value in sorted(counts):
        seen += counts[value]
        if seen >= rank and total:
            return value
    return None


def spread(counts: Mapping[int, int], without: int) -> Spread:
    """Median and p90 of values with how often each occurs."""
    return Spread(sum(counts.values()), percentile(counts, 50), percentile(counts, 90), without)
