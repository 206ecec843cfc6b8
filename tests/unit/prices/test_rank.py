"""The ranking on the hand-made cases of tests/unit/prices/cases.py."""

from datetime import timedelta
from decimal import Decimal

import pytest

from directory.prices.freshness import Freshness, freshness, last_day
from directory.prices.kinds import Source
from directory.prices.offers import Comparison, Ranked
from directory.prices.rank import compare
from tests.unit.prices.cases import CASES, METFORMIN, TODAY, Case, sold


def _said(one: Ranked) -> str:
    fills = f"({one.pays_after})" if one.pays_after else ""
    return one.offer.id + "*" * one.front + "!" * (one.contradicted is not None) + fills


def _written(found: Comparison) -> str:
    parts = [
        " ".join(map(_said, found.ranked)),
        " ".join(map(_said, found.other_sizes)),
        " ".join(f"{one.offer.id}:{one.reason}" for one in found.left_out),
    ]
    return "|".join(parts).replace(" ", "").rstrip("|")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_comparison_comes_out_as_written(case: Case):
    benchmark = Decimal(case.benchmark) if case.benchmark else None
    found = compare(
        case.product, Decimal(case.quantity), case.offers, case.patient, TODAY, benchmark
    )
    assert _written(found) == case.answer.replace(" ", "")


def test_there_are_forty_cases_or_more():
    assert len({case.name for case in CASES}) >= 40


def test_a_missing_requirement_is_named():
    case = next(case for case in CASES if case.name == "one of two is not enough")
    found = compare(METFORMIN, Decimal(60), case.offers, case.patient, TODAY)
    assert found.left_out[0].missing == ("uninsured",)


def test_an_older_price_ranks_and_says_so():
    found = compare(METFORMIN, Decimal(60), [sold("a", 9, age=31)], CASES[0].patient, TODAY)
    assert (found.ranked[0].freshness, found.ranked[0].age_days) == (Freshness.OLDER, 31)


@pytest.mark.parametrize("source", Source)
def test_a_price_is_fresh_then_older_then_expired(source: Source):
    states = [freshness(source, TODAY - age, TODAY) for age in map(_days, range(200))]
    assert states == sorted(states, key=list(Freshness).index)
    assert set(states) == set(Freshness)
    assert last_day(source, TODAY) - TODAY == _days(states.count(states[0]) + states.count(
        Freshness.OLDER) - 1)  # fmt: skip


def _days(number: int) -> timedelta:
    return timedelta(number)
