"""What is said of a place that is open, closed or unknown: "Opens Saturday 9 a.m."

`gettext` turns an English source string into another language; values are filled in afterwards.
Times and dates are on the place's own clock.
"""

from datetime import date, datetime, time, timedelta

from babel import Locale

from directory.hours.clock import (
    Gettext,
    locale_of,
    sentence,
    spoken_date,
    spoken_time,
    weekday_name,
)
from directory.hours.holiday_names import spoken_holiday
from directory.hours.state import OpenState, State
from directory.hours.week_text import describe_dates, describe_other, describe_week, rare_rules

__all__ = ["describe", "describe_dates", "describe_other", "describe_week", "rare_rules"]

_ONE_DAY = timedelta(days=1)
# A place that closes by this time of the next morning closes "at 2 a.m.", without a day.
_SMALL_HOURS = time(6)


def describe(state: OpenState, at: datetime, gettext: Gettext, locale: str | Locale = "en") -> str:
    """One short line for a state found at the moment `at`."""
    locale = locale_of(locale)
    if state.state is State.UNKNOWN:
        return gettext("Hours unknown – call")
    if state.state is State.BY_APPOINTMENT:
        return gettext("By appointment")
    if state.state is State.CLOSED:
        return _closed(state, at, gettext, locale)
    if state.until is None:
        return gettext("Open 24 hours")
    if state.state is State.CLOSING_SOON:
        when = _time(state.until, gettext, locale)
        return gettext("Closes soon, at {time}").format(time=when)
    return _open(state.until, at, gettext, locale)


def _open(until: datetime, at: datetime, gettext: Gettext, locale: Locale) -> str:
    today, day = _today(at, until), _day(until)
    when = _time(until, gettext, locale)
    overnight = until.date() == today + _ONE_DAY and until.time() <= _SMALL_HOURS
    if day == today or overnight:
        return gettext("Open until {time}").format(time=when)
    if day == today + _ONE_DAY:
        return gettext("Open until tomorrow {time}").format(time=when)
    if day < today + 7 * _ONE_DAY:
        weekday = weekday_name(day.weekday(), locale)
        return gettext("Open until {weekday} {time}").format(weekday=weekday, time=when)
    date_ = spoken_date(day, today, locale)
    return gettext("Open until {date}, {time}").format(date=date_, time=when)


def _closed(state: OpenState, at: datetime, gettext: Gettext, locale: Locale) -> str:
    why = _why(state, gettext)
    if state.next_opens is None:
        return why or gettext("Closed now")
    opens = _opens(state.next_opens, at, gettext, locale, name_tomorrow=not why)
    if not why:
        return sentence(opens)
    return gettext("{closed} – {opens}").format(closed=why, opens=opens)


def _why(state: OpenState, gettext: Gettext) -> str:
    """Why a place is closed all day today, when something out of the ordinary closes it."""
    if state.cause == "holiday":
        holiday = spoken_holiday(state.note, gettext)
        return gettext("Closed today for {holiday}").format(holiday=holiday)
    if state.cause == "closure" and state.note:
        return gettext("Closed today: {reason}").format(reason=gettext(state.note))
    return gettext("Closed today") if state.cause == "closure" else ""


def _opens(
    opens: datetime, at: datetime, gettext: Gettext, locale: Locale, *, name_tomorrow: bool
) -> str:
    today, day = _today(at, opens), _day(opens)
    when = _time(opens, gettext, locale)
    if day <= today:
        return gettext("opens at {time}").format(time=when)
    if day == today + _ONE_DAY and name_tomorrow:
        return gettext("opens tomorrow {time}").format(time=when)
    if day < today + 7 * _ONE_DAY:
        weekday = weekday_name(day.weekday(), locale)
        return gettext("opens {weekday} {time}").format(weekday=weekday, time=when)
    date_ = spoken_date(day, today, locale)
    return gettext("opens {date}, {time}").format(date=date_, time=when)


def _today(at: datetime, on_the_clock_of: datetime) -> date:
    return at.astimezone(on_the_clock_of.tzinfo).date()


def _day(at: datetime) -> date:
    """The day people say: midnight belongs to the day it ends."""
    return at.date() if at.hour or at.minute else at.date() - _ONE_DAY


def _time(at: datetime, gettext: Gettext, locale: Locale) -> str:
    return spoken_time(at.hour * 60 + at.minute, gettext, locale)
