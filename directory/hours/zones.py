"""Wall-clock minutes of a date to minutes since the epoch, both daylight-saving changes included.

One reading for every awkward time, that of `zoneinfo` with `fold=0`, which is the offset in force
before the change. A time that occurs twice is its first occurrence: a place that closes at 1:30
on the night clocks go back closes at the first 1:30. A time that does not exist (2:30 on the night
clocks go forward) is as many minutes after midnight as it says, 3:30 on the new clock. A span that
the change turns around (2:30 to 3:00 that night) does not take place.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.errors import Invalid

DAY = 24 * 60
# Years far from now mean a typing mistake, and datetime and zone arithmetic fail at its ends.
EARLIEST = date(1970, 1, 3)
LATEST = date(2199, 12, 31)
_EPOCH = EARLIEST.replace(day=1).toordinal()
_ZONES: dict[str, ZoneInfo] = {}


def zone_named(name: str) -> ZoneInfo:
    """The zone of an IANA name. Raises Invalid when there is none."""
    zone = _ZONES.get(name)
    if zone is None:
        try:
            zone = _ZONES[name] = ZoneInfo(name)
        except (KeyError, ValueError, OSError):
            raise Invalid(
                f"Unknown time zone {name!r}; use an IANA name such as America/New_York.",
                parameter="timezone",
            ) from None
    return zone


def epoch_minute(at: datetime) -> int:
    """The whole minute an aware moment lies in. Raises Invalid for naive or far moments."""
    if at.tzinfo is None:
        raise Invalid("A moment needs its time zone.")
    if not EARLIEST.year <= at.year <= LATEST.year:
        raise Invalid(f"The year must be from {EARLIEST.year} to {LATEST.year}.")
    return int(at.timestamp() // 60)


def check_date(on: date) -> date:
    """The date, when it is near enough to compute with. Raises Invalid."""
    if not EARLIEST.year <= on.year <= LATEST.year:
        raise Invalid(f"The year must be from {EARLIEST.year} to {LATEST.year}.")
    return on


def moment(zone: ZoneInfo, minute: int) -> datetime:
    """A minute since the epoch as an aware datetime on the zone's clock."""
    return datetime.fromtimestamp(minute * 60, zone)


def local_date(zone: ZoneInfo, minute: int) -> date:
    """The date on the zone's clock at a minute since the epoch."""
    return moment(zone, minute).date()


@lru_cache(maxsize=8192)
def midnight(zone: ZoneInfo, ordinal: int) -> tuple[int, bool]:
    """(epoch minute of 00:00 of a date, whether the offset stays the same for its 48 hours)."""
    start = _wall(zone, ordinal, 0)
    return start, _wall(zone, ordinal, 2 * DAY) == start + 2 * DAY


def minute_at(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    """Epoch minute of `minute` (0 to 2879) after 00:00 on the wall clock of a date's ordinal."""
    base, steady = midnight(zone, ordinal)
    return base + minute if steady else _wall(zone, ordinal, minute)


def _wall(zone: ZoneInfo, ordinal: int, minute: int) -> int:
    naive = datetime.combine(date.fromordinal(ordinal), time()) + timedelta(minutes=minute)
    offset = naive.replace(tzinfo=zone).utcoffset() or timedelta(0)
    return int((naive.replace(tzinfo=UTC) - offset).timestamp() // 60)
