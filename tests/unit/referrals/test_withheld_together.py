"""Metrics that tell of the same referrals do not give each other's withheld counts away."""

from random import Random

import pytest

from referrals.reports.counting import Counts
from referrals.reports.metrics import BY_KEY
from referrals.reports.questions import Dimension, Question
from referrals.reports.report import _figures
from referrals.reports.suppression import PEOPLE_MIN

ATOMS = ("taken", "turned", "undecided", "expired", "left")
FAMILY = {
    "acceptance": {"taken": ("taken",), "declined": ("turned",), "asked": ("undecided",),
                   "none": ("expired", "left")},
    "acceptance_of_all": {"taken": ("taken",), "declined": ("turned",), "asked": ("undecided",),
                          "none": ("expired", "left")},
    "first_response": {"taken": ("taken",), "answered": ("turned", "undecided"),
                       "none": ("expired", "left")},
    "decision": {"decided": ("taken", "turned"), "undecided": ("undecided",),
                 "none": ("expired", "left")},
    "no_response": {"unviewed": ("expired",), "viewed": (), "left": ("left",),
                    "rest": ("taken", "turned", "undecided")},
}  # fmt: skip


def shown(seed: int) -> tuple[dict[str, dict[str, int]], dict[str, set[str]]]:
    """A town's referrals by ZIP, and which ZIPs each metric tells of."""
    random = Random(seed)
    zips = {f"2770{at}": {atom: random.choice((0, 4, 15, 60)) for atom in ATOMS} for at in range(6)}
    parts: dict[str, dict[tuple[str, ...], dict[str, int]]] = {
        key: {
            (code,): {name: sum(atoms[one] for one in made) for name, made in of.items()}
            for code, atoms in zips.items()
        }
        for key, of in FAMILY.items()
    }
    question, found = Question(2026, by=Dimension.ZIP), Counts(parts=parts)
    figures = {key: _figures(question, BY_KEY[key], found) for key in FAMILY}
    return zips, {key: {code for code, one in of.items() if one} for key, of in figures.items()}


@pytest.mark.parametrize("seed", range(60))
def test_no_difference_of_two_figures_is_a_small_number(seed: int) -> None:
    zips, told = shown(seed)
    for code, atoms in zips.items():
        responded = atoms["turned"] + atoms["undecided"]
        differences = {
            ("acceptance_of_all", "first_response"): responded,
            ("decision", "first_response"): atoms["undecided"],
            ("no_response", "first_response"): atoms["left"],
        }
        for metrics, count in differences.items():
            if all(code in told[key] for key in metrics):
                assert not 0 < count < PEOPLE_MIN


def test_the_three_of_one_partition_are_withheld_together() -> None:
    for seed in range(60):
        _, told = shown(seed)
        assert told["acceptance"] == told["acceptance_of_all"] == told["first_response"]
