"""What was entered with an event, as the command takes it."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import Invalid
from web.i18n import N_
from web.staff.typed import Typed

DAYS = ("service_dates", "service_day_2", "service_day_3")


def given(typed: Typed, zone: ZoneInfo) -> dict[str, Any]:
    """Everything that can come with an event. Raises Invalid, naming the field."""
    return {
        "reason": typed.value("reason") or None,
        "note": typed.value("note").strip() or None,
        "appointment_at": _moment(typed.value("appointment_at"), zone),
        "expected_by": _day(typed.value("expected_by"), "expected_by"),
        "outcome": typed.value("outcome") or None,
        "service_dates": _days(typed),
        "provided": typed.value("provided").strip() or None,
    }


def version_of(typed: Typed) -> int:
    """The version the form was made for; 0, which no referral has, when it is none."""
    text = typed.value("version")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The clock on the wall of the organization."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
    except ValueError:
        raise Invalid(N_("Give day and time."), parameter="appointment_at") from None


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(N_("Give a day."), parameter=name) from None


def _days(typed: Typed) -> tuple[date, ...]:
    found = (_day(text, "service_dates") for name in DAYS for text in typed.all(name)[:20])
    return tuple(dict.fromkeys(day for day in found if day))
