"""What is withheld cannot be worked out from what is published: solved for by linear algebra."""

from collections import Counter
from itertools import combinations, product
from random import Random

import numpy as np
import pytest

from referrals.reports.cube import Cube, Group
from referrals.reports.questions import Dimension
from referrals.reports.suppression import PEOPLE_MIN, alone, few, few_referrals

DIMENSIONS = (Dimension.CATEGORY, Dimension.ZIP, Dimension.LANGUAGE)


def cube_of(seed: int) -> dict[Group, dict[str, int]]:
    """Counts by three dimensions, in two parts, many of them small."""
    random = Random(seed)
    sizes = [random.choice((1, 2, 3, 4)) for _ in DIMENSIONS]
    values = [[f"{name}{at}" for at in range(size)]
              for name, size in zip("abc", sizes, strict=True)]  # fmt: skip
    most = random.choice((4, 12, 40))
    found = {
        group: {"yes": random.randrange(most), "no": random.randrange(most)}
        for group in product(*values)
        if random.random() < 0.8
    }
    return {group: parts for group, parts in found.items() if sum(parts.values())}


def sides(cells: dict[Group, dict[str, int]]) -> dict[tuple[int, ...], Cube]:
    """What can be asked: nothing narrowed, one dimension, or two; as counting.py gives it."""
    asked = [(), *combinations(range(3), 1), *combinations(range(3), 2)]
    return {axes: Cube([DIMENSIONS[at] for at in axes], margin(cells, axes)) for axes in asked}


def margin(cells: dict[Group, dict[str, int]], axes: tuple[int, ...]) -> dict[Group, Counter[str]]:
    found: dict[Group, Counter[str]] = {}
    for group, parts in cells.items():
        found.setdefault(tuple(group[at] for at in axes), Counter()).update(parts)
    return found


def equations(cells: dict[Group, dict[str, int]]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Sums that are published, and those that are withheld, as rows over (cell, part).

    A public cell with nobody in it is published as well: it is known to be empty.
    """
    values = [sorted({group[at] for group in cells}) for at in range(3)]
    unknown = [(group, part) for group in product(*values) for part in ("yes", "no")]
    published: list[np.ndarray] = []
    withheld: list[np.ndarray] = []
    for axes, cube in sides(cells).items():
        for place in product(*(values[at] for at in axes)):
            for part in ("yes", "no"):
                row = np.array([
                    float(of == part and tuple(group[at] for at in axes) == place)
                    for group, of in unknown
                ])  # fmt: skip
                (published if cube.is_public(place) else withheld).append(row)
    return np.array(published or [np.zeros(len(unknown))]), withheld


def free(published: np.ndarray) -> np.ndarray:
    """Columns that span every change to the cells which leaves all published sums as they are."""
    _, sizes, turned = np.linalg.svd(published)
    rank = int((sizes > 1e-9).sum())
    return turned[rank:].T


def is_known(row: np.ndarray, directions: np.ndarray) -> bool:
    """Whether that sum is the same whatever the cells are."""
    return bool(np.abs(row @ directions).max(initial=0.0) < 1e-9)


@pytest.mark.parametrize("seed", range(100))
def test_no_withheld_number_is_a_combination_of_published_ones(seed: int) -> None:
    cells = cube_of(seed)
    if cells:
        published, withheld = equations(cells)
        directions = free(published)
        assert [row for row in withheld if is_known(row, directions)] == []


def test_many_numbers_are_withheld_and_many_are_not() -> None:
    published, withheld = zip(*(equations(cube_of(seed)) for seed in range(40)), strict=True)
    assert sum(len(rows) for rows in withheld) > 500
    assert sum(len(rows) for rows in published) > 500


def test_solving_would_find_a_cell_that_is_withheld_alone() -> None:
    """The check itself can fail: one cell missing from a line with a known sum."""
    total, one, two = np.array([1.0, 1, 1]), np.array([1.0, 0, 0]), np.array([0.0, 1, 0])
    third = np.array([0.0, 0, 1])
    assert is_known(third, free(np.array([total, one, two])))
    assert not is_known(third, free(np.array([total, one])))


@pytest.mark.parametrize("seed", range(150))
def test_no_small_number_is_published(seed: int) -> None:
    cells = cube_of(seed)
    for axes, cube in sides(cells).items():
        if len(axes) and all(
            len({group[at] for group in cube.parts}) > 1 for at in range(len(axes))
        ):
            for place in cube.parts:
                assert not (cube.is_public(place) and few(cube.total(place)))


def test_a_small_group_takes_the_next_smallest_with_it() -> None:
    groups = {"en": {"yes": 400}, "es": {"yes": 5}, "ksw": {"yes": 30}}
    assert alone(groups) == {"es", "ksw"}


def test_what_is_withheld_together_is_not_small_either() -> None:
    groups = {"a": {"n": 2}, "b": {"n": 3}, "c": {"n": 12}, "d": {"n": 90}}
    assert alone(groups) == {"a", "b", "c"}
    assert sum(groups[name]["n"] for name in alone(groups)) >= PEOPLE_MIN


@pytest.mark.parametrize(
    ("parts", "small"),
    [
        ({"yes": 0, "no": 40}, False),
        ({"yes": 10, "no": 40}, True),
        ({"yes": 11, "no": 10}, True),
        ({"yes": 11, "no": 11}, False),
        ({}, False),
    ],
)
def test_small_is_one_to_ten_of_any_kind(parts: dict[str, int], small: bool) -> None:
    assert few(parts) is small


def test_an_organization_is_compared_from_ten_referrals_on() -> None:
    assert few_referrals({"yes": 9})
    assert not few_referrals({"yes": 9, "no": 1})
