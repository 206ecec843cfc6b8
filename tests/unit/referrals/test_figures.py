"""Shares with their intervals, and percentiles."""

import pytest

from referrals.reports.figures import Share, percentile, spread, wilson

# Newcombe, Statistics in Medicine 17 (1998), table I, method 3 (Wilson score).
PUBLISHED = [
    (81, 263, 0.2553, 0.3662),
    (15, 148, 0.0624, 0.1605),
    (0, 20, 0.0, 0.1611),
    (1, 29, 0.0061, 0.1718),
]


@pytest.mark.parametrize(("hits", "of", "low", "high"), PUBLISHED)
def test_wilson_gives_the_published_intervals(hits: int, of: int, low: float, high: float) -> None:
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_the_opposite_is_mirrored_and_stays_within_bounds() -> None:
    for hits in range(41):
        low, high = wilson(hits, 40)
        assert 0 <= low <= hits / 40 <= high <= 1
        assert wilson(40 - hits, 40) == pytest.approx((1 - high, 1 - low))


def test_a_share_of_nothing_is_none() -> None:
    assert Share(0, 0).share is None
    assert Share(0, 0).interval is None


@pytest.mark.parametrize(
    ("values", "median", "p90"),
    [
        ([], None, None),
        ([7], 7, 7),
        ([1, 2, 3, 4], 2, 4),
        (list(range(1, 11)), 5, 9),
        ([5, 5, 9], 5, 9),
    ],
)
def test_percentiles_are_by_nearest_rank(
    values: list[int], median: int | None, p90: int | None
) -> None:
    counted = {value: values.count(value) for value in values}
    assert (percentile(counted, 50), percentile(counted, 90)) == (median, p90)
    assert spread(counted, 3).of == len(values) + 3
