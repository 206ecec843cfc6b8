"""Opening hours: pure values and answers, no input or output, no database, no web.

`Rule` and `ExceptionDay` are what is written down, `Hours` is all of it for one place. The answers
are whole minutes, exact, in the place's own time zone. `book` asks thousands of hours at once,
`text` puts answers into words, `parse` reads hours out of prose.
"""

from directory.hours.days import DayHours
from directory.hours.free import free_windows
from directory.hours.mask import dated_exceptions, plain_week, week, week_days, weekly_mask
from directory.hours.pattern import Hours, pattern_id
from directory.hours.rules import ExceptionDay, Rule
from directory.hours.spans import (
    Span,
    minutes_inside,
    next_opening,
    next_overlap,
    overlap_minutes,
    spans,
)
from directory.hours.state import OpenState, State, is_open, state_at
from directory.hours.window import Window, parse_window, parse_windows

__all__ = [
    "DayHours",
    "ExceptionDay",
    "Hours",
    "OpenState",
    "Rule",
    "Span",
    "State",
    "Window",
    "dated_exceptions",
    "free_windows",
    "is_open",
    "minutes_inside",
    "next_opening",
    "next_overlap",
    "overlap_minutes",
    "parse_window",
    "parse_windows",
    "pattern_id",
    "plain_week",
    "spans",
    "state_at",
    "week",
    "week_days",
    "weekly_mask",
]
