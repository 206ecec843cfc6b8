"""What is remembered of a place's hours is what would be worked out anew."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.opening import Openings
from directory.hours import ExceptionDay, Hours, Rule, State
from tests.contract.corpus import PATTERNS

CLOCKS_CHANGE = datetime(2026, 3, 8, tzinfo=UTC)
WEEKDAYS = Hours(rules=(Rule(byday="MO,TU,WE,TH,FR", opens_at=time(9), closes_at=time(17)),))
ODD = (
    Hours(rules=(Rule(byday="MO"), Rule(byday="MO", opens_at=time(9), closes_at=time(10)))),
    Hours(
        by_appointment=True,
        rules=(Rule(byday="TU", opens_at=time(22), closes_at=time(3)),),
        exceptions=(ExceptionDay(datetime(2026, 3, 9).date(), datetime(2026, 3, 10).date()),),
    ),
    Hours(rules=(Rule(byday="SU", opens_at=time(0, 30), closes_at=time(2, 30)),)),
)


@settings(
    deadline=None, max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    hours=st.sampled_from([*PATTERNS, *ODD]),
    minutes=st.lists(st.integers(-3 * 1440, 5 * 1440), min_size=2, max_size=12),
    steps=st.lists(st.integers(0, 90), max_size=12),
)
def test_memory_never_lags_behind(hours: Hours, minutes: list[int], steps: list[int]) -> None:
    openings = Openings("en", str)
    moments = [*minutes, *(minutes[0] + sum(steps[:n]) for n in range(len(steps)))]
    for minute in moments:
        at = CLOCKS_CHANGE + timedelta(minutes=minute)
        assert openings.at(hours.key(), at) == Openings("en", str).at(hours.key(), at)


def test_a_closed_place_is_worked_out_once_until_something_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    openings, worked_out = Openings("en", str), []
    compute = openings._compute

    def noted(hours: str | None, minute: int) -> Any:
        worked_out.append(minute)
        return compute(hours, minute)

    monkeypatch.setattr(openings, "_compute", noted)
    morning = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)  # 5 a.m. in North Carolina
    states = [openings.at(WEEKDAYS.key(), morning + timedelta(minutes=n)).state for n in range(720)]
    assert [states[n] for n in (0, 239, 240, 689, 690, 719)] == [
        State.CLOSED,
        State.CLOSED,
        State.OPEN,
        State.OPEN,
        State.CLOSING_SOON,
        State.CLOSING_SOON,
    ]
    assert len(worked_out) == 3


def test_no_hours_are_unknown_hours() -> None:
    found = Openings("en", str).at(None, CLOCKS_CHANGE)
    assert (found.state, found.text) == (State.UNKNOWN, "Hours unknown – call")
