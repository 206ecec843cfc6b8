"""When a notice may arrive: not at night, and not one mail for each of many. Pure."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = time(20), time(7)
"""On the reader's clock. Urgent notices do not wait."""
SPACING = timedelta(minutes=5)
"""Between two mails to one mailbox; what comes up meanwhile goes into the second."""


def earliest(
    at: datetime, timezone: str, *, last_mail: datetime | None = None, urgent: bool = False
) -> datetime:
    """The first moment (aware) from `at` on when the reader may be written to."""
    if urgent:
        return at
    if last_mail is not None:
        at = max(at, last_mail + SPACING)
    here = at.astimezone(ZoneInfo(timezone))
    if here.time() < QUIET_UNTIL:
        return datetime.combine(here.date(), QUIET_UNTIL, tzinfo=here.tzinfo)
    if here.time() >= QUIET_FROM:
        tomorrow = here.date() + timedelta(days=1)
        return datetime.combine(tomorrow, QUIET_UNTIL, tzinfo=here.tzinfo)
    return at
