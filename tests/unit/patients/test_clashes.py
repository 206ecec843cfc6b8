"""Opening hours against the times of a patient, and what consents leave to be asked for."""

from datetime import UTC, date, datetime
from datetime import time as clock_time
from zoneinfo import ZoneInfo

import pytest

from directory.hours import Hours, Rule, Window
from patients.clashes import Clash, clash_at, clash_of
from patients.covering import coverage
from patients.views import ConsentView, TimeView

ZONE = "America/New_York"
NOON = datetime(2026, 3, 2, 17, tzinfo=UTC)  # a Monday


def time(kind: str, window: str, **dates: date) -> TimeView:
    return TimeView("t", kind, window, None, dates.get("first"), dates.get("last"))


def open_on(byday: str, opens: int, closes: int) -> Hours:
    return Hours(
        ZONE, (Rule(byday=byday, opens_at=clock_time(opens), closes_at=clock_time(closes)),)
    )


OFFICE = open_on("MO,TU,WE,TH,FR", 9, 17)


@pytest.mark.parametrize(
    ("hours", "times", "expected"),
    [
        (None, [time("blocked", "daily 00:00-24:00")], None),
        (OFFICE, [], None),
        (OFFICE, [time("free", "mon 10:00-12:00")], None),
        (OFFICE, [time("blocked", "sat 08:00-12:00")], None),
        (
            OFFICE,
            [time("blocked", "mon,wed 08:00-12:00")],
            Clash(False, (Window(0, 540, 720), Window(2, 540, 720))),
        ),
        (
            OFFICE,
            [time("blocked", "weekdays 06:00-18:00")],
            Clash(True, tuple(Window(day, 540, 1020) for day in range(5))),
        ),
        (OFFICE, [time("free", "sat 09:00-12:00")], Clash(True, ())),
        (
            OFFICE,
            [time("blocked", "daily 00:00-24:00")],
            Clash(True, tuple(Window(day, 540, 1020) for day in range(5))),
        ),
        (  # the night before runs into the opening
            open_on("TU", 5, 8),
            [time("blocked", "mon 22:00-06:00")],
            Clash(False, (Window(1, 300, 360),)),
        ),
        (OFFICE, [time("blocked", "weekdays 06:00-18:00", last=date(2026, 3, 1))], None),
    ],
)
def test_hours_clash_with_times(
    hours: Hours | None, times: list[TimeView], expected: Clash | None
) -> None:
    assert clash_of(hours, times, NOON) == expected


@pytest.mark.parametrize(
    ("at", "clashes"),
    [
        (datetime(2026, 3, 3, 15, tzinfo=UTC), True),  # 10 a.m. there
        (datetime(2026, 3, 3, 17, tzinfo=UTC), False),  # noon: it is over
        (datetime(2026, 3, 4, 15, tzinfo=UTC), False),  # another day
        (datetime(2026, 4, 7, 14, tzinfo=UTC), False),  # after it is said
    ],
)
def test_an_appointment_falls_into_a_blocked_time(at: datetime, clashes: bool) -> None:
    dialysis = time("blocked", "tue 08:00-12:00", last=date(2026, 3, 31))
    times = [time("free", "daily 00:00-24:00"), dialysis]
    assert clash_at(times, at, ZoneInfo(ZONE)) == (dialysis if clashes else None)


def test_a_blocked_night_reaches_into_the_next_morning() -> None:
    night = time("blocked", "mon 22:00-06:00")
    assert clash_at([night], datetime(2026, 3, 3, 10, tzinfo=UTC), ZoneInfo(ZONE)) == night
    assert clash_at([night], datetime(2026, 3, 3, 11, tzinfo=UTC), ZoneInfo(ZONE)) is None


def consent(key: str, covers: tuple[str, ...], **values: object) -> ConsentView:
    usual: dict[str, object] = {
        "id": key, "patient_id": "p", "partners": ("pantry",), "data_categories": covers,
        "purpose": "referral", "restricted": None, "given_how": "verbal", "given_by": "patient",
        "related_person_id": None, "evidence": None, "valid_from": NOON.date(),
        "valid_until": None, "recorded_at": NOON, "revoked_at": None, "active": True,
    }  # fmt: skip
    return ConsentView(**{**usual, **values})  # type: ignore[arg-type]


def test_the_consent_that_covers_most_is_the_one_that_counts() -> None:
    held = [
        consent("over", ("name", "need"), active=False),
        consent("other", ("name", "need"), partners=("clinic",)),
        consent("labelled", ("name", "need"), restricted="violence"),
        consent("little", ("contact",)),
        consent("more", ("name", "contact")),
    ]
    found = coverage(held, "pantry", ("name", "contact", "need"))
    assert found.consent and (found.consent.id, found.missing) == ("more", ("need",))
    labelled = coverage(held, "pantry", ("name", "need"), restricted="violence")
    assert labelled.consent and (labelled.consent.id, labelled.missing) == ("labelled", ())
    nothing = coverage(held, "transit", ("name",))
    assert (nothing.consent, nothing.missing) == (None, ("name",))
