"""The loop line: a referral's life as one line of six stations, from sent to confirmed.

Pure: what happened in, stations and a drawing out. The open station is told by its shape, and the
same stations stand beside the drawing as a list with dates, so the drawing itself is silent.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from web.i18n import N_, Language

STATIONS = (
    ("sent", N_("Sent")),
    ("seen", N_("Seen")),
    ("accepted", N_("Accepted")),
    ("scheduled", N_("Scheduled")),
    ("done", N_("Done")),
    ("confirmed", N_("Confirmed")),
)
REACHING: Mapping[str, str] = {
    "send": "sent",
    "view": "seen",
    "accept": "accepted",
    "accept_waitlist": "accepted",
    "schedule": "scheduled",
    "complete": "done",
    "complete_on_behalf": "done",
}
"""Which events bring a referral to which station."""
ANSWERS = frozenset({"ask_info", "decline", "accept", "accept_waitlist"})
"""Whoever answers has seen it."""
BROKEN = {
    "declined": N_("Declined"),
    "expired": N_("No answer"),
    "cancelled": N_("Cancelled"),
    "not_completed": N_("Not completed"),
    "entered_in_error": N_("Recorded by mistake"),
}
WAITING = {
    "draft": N_("Not sent yet"),
    "sent": N_("Not opened yet"),
    "viewed": N_("Waiting for an answer"),
    "needs_info": N_("The partner asked a question"),
    "accepted": N_("Waiting for an appointment"),
    "waitlisted": N_("On the waiting list"),
    "scheduled": N_("The appointment is to come"),
    "no_show": N_("The appointment was missed"),
    "in_service": N_("Being helped now"),
    "completed": N_("Nobody has confirmed it yet"),
}
"""What each state waits for."""
REACHED, PASSED, OPEN, AHEAD, ENDED = "reached", "passed", "open", "ahead", "ended"
STATE_WORDS = {
    REACHED: N_("done"),
    PASSED: N_("not needed"),
    OPEN: N_("now"),
    AHEAD: N_("still to come"),
    ENDED: N_("ended here"),
}


class Happened(Protocol):
    """An event: a line of a timeline, or a row."""

    @property
    def event(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Station:
    """One station. `state` is reached, passed (without stopping), open, ahead or ended."""

    key: str
    name: str
    state: str
    said: str
    on: date | None = None
    note: str = ""


def loop_line(
    events: Iterable[Happened], say: Language, zone: ZoneInfo, *, confirmation: str = "unconfirmed"
) -> tuple[Station, ...]:
    """The stations of a referral with these events, in order; the need says who confirmed its end."""
    happened = list(events)
    status = str(happened[-1].target) if happened else "draft"
    dates = _dates(happened, zone)
    if status == "completed" and confirmation.startswith("confirmed"):
        dates["confirmed"] = None
    last = max((at for at, (key, _) in enumerate(STATIONS) if key in dates), default=-1)
    found = [_station(at, last, dates, say, WAITING.get(status, "")) for at in range(len(STATIONS))]
    if status in BROKEN:
        ended = happened[-1].at.astimezone(zone).date()
        words = say.gettext(BROKEN[status])
        found[last + 1 :] = [Station(status, words, ENDED, say.gettext(STATE_WORDS[ENDED]), ended)]
    return tuple(found)


def _dates(happened: Iterable[Happened], zone: ZoneInfo) -> dict[str, date | None]:
    """When each station was first reached."""
    dates: dict[str, date | None] = {}
    for one in happened:
        keys = ["seen"] if one.event in ANSWERS else []
        for key in (*keys, REACHING.get(one.event, "")):
            if key:
                dates.setdefault(key, one.at.astimezone(zone).date())
    return dates


def _station(
    at: int, last: int, dates: Mapping[str, date | None], say: Language, waiting: str
) -> Station:
    key, name = STATIONS[at]
    state = REACHED if key in dates else AHEAD
    if state == AHEAD and at <= last:
        state = PASSED
    elif at == last + 1:
        state = OPEN
    note = say.gettext(waiting) if state == OPEN and waiting else ""
    said = say.gettext(STATE_WORDS[state])
    return Station(key, say.gettext(name), state, said, dates.get(key), note)


STEP, MIDDLE, LINE = 100, 16, 5


def drawing(stations: tuple[Station, ...]) -> str:
    """The line as SVG, as wide as its stations. Attributes stand in where there is no style sheet."""
    width, height = STEP * len(STATIONS), 2 * MIDDLE
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    parts = [
        f'<svg class="loop-line" {size} aria-hidden="true">',
        *_rails(stations),
        *(_mark(at, station.state) for at, station in enumerate(stations)),
        "</svg>",
    ]
    return "".join(parts)


def _rails(stations: tuple[Station, ...]) -> Iterator[str]:
    """Solid as far as it has come, dashed from there on."""
    come = max((at for at, one in enumerate(stations) if one.state in (REACHED, ENDED)), default=0)
    end = len(stations) - 1
    if come:
        line = f"M{_x(0)} {MIDDLE}H{_x(come)}"
        yield f'<path class="come" d="{line}" stroke="#000" stroke-width="{LINE}"/>'
    if end > come:
        line = f"M{_x(come)} {MIDDLE}H{_x(end)}"
        yield f'<path class="to-come" d="{line}" stroke="#777" stroke-width="2" stroke-dasharray="3 6"/>'


def _mark(at: int, state: str) -> str:
    x, y = _x(at), MIDDLE
    match state:
        case "reached":
            return f'<circle class="reached" cx="{x}" cy="{y}" r="9"/>'
        case "open":  # a diamond with a dot in it, twice as large as anything else
            edge = f"M{x} {y - 14}L{x + 14} {y}L{x} {y + 14}L{x - 14} {y}Z"
            ring = f'<path class="open" d="{edge}" fill="#fff" stroke="#000" stroke-width="3"/>'
            return f'{ring}<circle class="dot" cx="{x}" cy="{y}" r="4"/>'
        case "ended":
            cross = f"M{x - 8} {y - 8}L{x + 8} {y + 8}M{x + 8} {y - 8}L{x - 8} {y + 8}"
            return f'<path class="ended" d="{cross}" stroke="#000" stroke-width="4"/>'
        case _:
            return f'<circle class="{state}" cx="{x}" cy="{y}" r="6" fill="#fff" stroke="#777"/>'


def _x(at: int) -> int:
    return STEP * at + STEP // 2
