"""Short ways to write hours and moments in tests. Dates without a year are of 2026.

1 June 2026 is a Monday. In New York clocks go forward on Sunday 8 March at 2:00, and back on Sunday
1 November at 2:00.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from directory.hours import ExceptionDay, Hours, Rule

WEEKDAYS = "MO,TU,WE,TH,FR"
EVERY_DAY = "MO,TU,WE,TH,FR,SA,SU"


def rule(byday="", opens="", closes="", **more):
    return Rule(
        byday=byday,
        opens_at=time.fromisoformat(opens) if opens else None,
        closes_at=time.fromisoformat(closes) if closes else None,
        **more,
    )


def days(first, last="", opens="", closes="", reason=""):
    return ExceptionDay(
        date.fromisoformat(first),
        date.fromisoformat(last or first),
        time.fromisoformat(opens) if opens else None,
        time.fromisoformat(closes) if closes else None,
        closed=not opens,
        reason=reason,
    )


def hours(*rules, **more):
    return Hours(rules=rules, **more)


def moment(text, zone="America/New_York"):
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZoneInfo(zone))


def shown(at):
    return "" if at is None else at.strftime("%Y-%m-%d %H:%M").removeprefix("2026-")


OFFICE = rule(WEEKDAYS, "09:00", "17:00")
NIGHTS = rule("FR,SA", "22:00", "06:00")
