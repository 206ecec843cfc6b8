"""Clock, actor, errors and paging: small values, small tests."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from core.actor import ANONYMOUS, SYSTEM, Actor
from core.clock import frozen, now
from core.errors import Invalid, Unavailable
from core.paging import Page, check_paging, offset
from core.spreadsheets import harmless

NOON = datetime(2025, 3, 4, 12, tzinfo=timezone(timedelta(hours=-5)))


def test_now_is_aware_and_moves() -> None:
    assert now().tzinfo is UTC
    assert abs(now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_a_stopped_clock_stands_in_utc_and_starts_again() -> None:
    with frozen(NOON):
        assert now() == NOON
        assert now().tzinfo is UTC
        with frozen(NOON + timedelta(days=1)):
            assert now() == NOON + timedelta(days=1)
        assert now() == NOON
    assert now() > NOON


def test_the_clock_refuses_a_naive_time() -> None:
    with pytest.raises(ValueError, match="aware"), frozen(datetime(2025, 1, 1)):
        pass


def test_an_actor_of_one_organization_acts_for_it() -> None:
    assert Actor("1", "A", organization_ids=frozenset({"o"})).organization_id == "o"
    assert Actor("1", "A", organization_ids=frozenset({"o", "p"})).organization_id is None
    assert SYSTEM.organization_id is ANONYMOUS.organization_id is None


def test_errors_carry_what_the_edge_needs() -> None:
    error = Invalid("radius_m must be above 0", parameter="radius_m")
    assert str(error) == error.message
    assert error.errors == {"radius_m": "radius_m must be above 0"}
    assert Invalid("two are wrong", errors={"a": "x", "b": "y"}).errors == {"a": "x", "b": "y"}
    assert Invalid("something").errors == {}
    assert Unavailable("busy", retry_after_s=9).retry_after_s == 9


def test_a_page_knows_its_place() -> None:
    page = Page(items=("a", "b"), total=22, page=2, per_page=20)
    assert (page.pages, page.first, page.last) == (2, 21, 22)
    empty = Page[str](items=(), total=0)
    assert (empty.pages, empty.first, empty.last) == (1, 0, 0)
    assert offset(3, 20) == 40


@pytest.mark.parametrize(
    ("page", "per_page", "parameter"),
    [
        (0, 20, "page"),
        (501, 20, "page"),
        (10**6, 1, "page"),
        (1, 0, "per_page"),
        (1, 101, "per_page"),
    ],
)
def test_leafing_too_far_names_the_parameter(page: int, per_page: int, parameter: str) -> None:
    with pytest.raises(Invalid) as raised:
        check_paging(page, per_page)
    assert raised.value.parameter == parameter


def test_the_limits_themselves_are_allowed() -> None:
    check_paging(1, 1)
    check_paging(100, 100)
    check_paging(500, 20)


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\uff1d"])
def test_no_cell_of_a_spreadsheet_is_a_formula(start: str) -> None:
    assert harmless(f"{start}1+1") == f"'{start}1+1"
    assert harmless(f"1{start}1") == f"1{start}1"
    assert harmless("") == ""
