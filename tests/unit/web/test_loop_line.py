"""The loop line says where a referral is: by shape, and in words beside the drawing."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from referrals.states import TABLE, TARGETS
from tests.support.referring import PATH
from web.i18n import language
from web.loop_line import BROKEN, REACHING, WAITING, drawing, loop_line

ZONE = ZoneInfo("America/New_York")
LATE = datetime(2026, 3, 3, 2, tzinfo=UTC)  # still March 2 in New York
EN = language("en")


@dataclass
class Happened:
    """One event, a day after the one before."""

    event: str
    target: str
    at: datetime


def events(*names: str) -> list[Happened]:
    return [
        Happened(name, TARGETS.get(name, "draft"), LATE + timedelta(days=at))
        for at, name in enumerate(names)
    ]


def states(*names: str, **options: Any) -> list[str]:
    return [station.state for station in loop_line(events(*names), EN, ZONE, **options)]


def test_the_open_station_follows_the_last_one_reached() -> None:
    assert states("send") == ["reached", "open", "ahead", "ahead", "ahead", "ahead"]
    assert states("send", "view", "accept") == ["reached"] * 3 + ["open", "ahead", "ahead"]


def test_whoever_answers_has_seen_it_and_an_appointment_may_not_be_needed() -> None:
    line = loop_line(events("send", "accept", "start", "complete"), EN, ZONE)
    assert [one.state for one in line] == ["reached"] * 3 + ["passed", "reached", "open"]
    assert line[1].on == line[2].on == date(2026, 3, 3)


def test_dates_are_those_of_the_place() -> None:
    assert loop_line(events("send"), EN, ZONE)[0].on == date(2026, 3, 2)


def test_a_confirmed_loop_is_closed() -> None:
    done = ("send", "accept", "complete")
    assert states(*done, confirmation="confirmed_by_patient")[-1] == "reached"
    assert states(*done, confirmation="disputed")[-1] == "open"


@pytest.mark.parametrize("status", list(BROKEN))
def test_a_line_that_ends_says_where_and_why_in_a_shape_of_its_own(status: str) -> None:
    path = [event for _, event in PATH[status]]  # type: ignore[index]
    line = loop_line(events(*path), EN, ZONE)
    assert [one.state for one in line[-1:]] == ["ended"]
    assert line[-1].name == BROKEN[status]
    assert 'class="ended"' in drawing(line)
    assert 'class="open"' not in drawing(line)


def test_every_state_of_the_table_is_said_in_both_languages() -> None:
    assert WAITING.keys() | BROKEN.keys() == set(TABLE.states)
    assert set(REACHING) <= set(TARGETS)
    spanish = [one.name for one in loop_line(events("send"), language("es"), ZONE)]
    assert spanish[0] != "Sent"


def test_the_drawing_has_a_mark_for_each_station_and_one_open() -> None:
    svg = drawing(loop_line(events("send", "view"), EN, ZONE))
    assert svg.count("<circle") == 2 + 3 + 1
    assert svg.count('class="open"') == 1
    assert 'aria-hidden="true"' in svg
