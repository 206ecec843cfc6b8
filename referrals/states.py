"""The workflow as data: 15 states, 69 transitions, read from states.json and checked.

Nothing else decides what may follow what. A guard or an effect is a name that policies.py or
commands.py gives a meaning to; a clock is a limit that clocks.py counts.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

STATES_FILE: Final = Path(__file__).with_name("states.json")


class Status(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    SENT = "sent"
    VIEWED = "viewed"
    NEEDS_INFO = "needs_info"
    ACCEPTED = "accepted"
    WAITLISTED = "waitlisted"
    SCHEDULED = "scheduled"
    NO_SHOW = "no_show"
    IN_SERVICE = "in_service"
    COMPLETED = "completed"
    NOT_COMPLETED = "not_completed"
    DECLINED = "declined"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered_in_error"


class ActorKind(StrEnum):
    """On whose side an event was caused."""

    COORDINATOR = "coordinator"
    PARTNER = "partner"
    TIMER = "timer"
    PATIENT = "patient"
    CAREGIVER = "caregiver"


class Clock(StrEnum):
    """What a state waits for, and so which limit counts."""

    DRAFT = "draft"
    RESPONSE = "response"
    ANSWER = "answer"
    CONTACT = "contact"
    WAITING = "waiting"
    APPOINTMENT = "appointment"
    REBOOK = "rebook"
    UPDATE = "update"
    CONFIRMATION = "confirmation"


REVIEW: Final = "review"
"""What is due when a limit without a timer's transition is over: somebody should look."""
TEXT: Final = "text"
"""The reason of an event whose reason is the actor's own words, kept as its note."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How long a clock runs, in what unit ("days", "business_days", "business_hours")."""

    unit: str
    amount: int


@dataclass(frozen=True, slots=True)
class ClockRule:
    """The limits of a clock, when to remind (percent of the limit), and the grace after it."""

    routine: Limit
    urgent: Limit
    remind: tuple[int, ...] = ()
    grace: Limit | None = None


@dataclass(frozen=True, slots=True)
class State:
    """One state: FHIR Task.status, the business status, and the clock that runs in it."""

    status: Status
    fhir: str
    business: str | None
    terminal: bool
    clock: Clock | None
    due_event: str | None


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed change. `guard` and `effects` are names; `reason` is a code kind, or TEXT."""

    source: Status
    event: str
    target: Status
    actors: frozenset[ActorKind]
    guard: tuple[str, ...]
    reason_required: bool
    reason: str | None
    fixed_reason: str | None
    x360: str | None
    effects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """All states and transitions."""

    states: Mapping[Status, State]
    transitions: tuple[Transition, ...]
    clocks: Mapping[Clock, ClockRule]

    def find(self, status: Status, event: str) -> Transition | None:
        """The transition of that event in that state, when there is one."""
        return next((t for t in self.transitions_from(status) if t.event == event), None)

    def transitions_from(self, status: Status) -> Iterator[Transition]:
        """Every transition that leaves that state."""
        return (t for t in self.transitions if t.source == status)


# The arrows of Gravity's Task diagram (HL7 SDOH Clinical Care); every transition is a walk on it.
FHIR_ARROWS: Final[Mapping[str, frozenset[str]]] = {
    "draft": frozenset({"requested"}),
    "requested": frozenset({"accepted", "rejected", "cancelled"}),
    "accepted": frozenset({"in-progress", "on-hold", "completed", "failed", "cancelled"}),
    "in-progress": frozenset({"on-hold", "completed", "failed", "cancelled"}),
    "on-hold": frozenset({"in-progress", "completed", "failed", "cancelled"}),
}
NEGATIVE: Final = frozenset(
    {Status.DECLINED, Status.CANCELLED, Status.NOT_COMPLETED, Status.EXPIRED, Status.WAITLISTED,
     Status.ENTERED_IN_ERROR}
)  # fmt: skip


def read(text: str) -> Table:
    """The table in that JSON. Raises ValueError, KeyError or TypeError when it is not one."""
    data = json.loads(text)
    states = {Status(name): _state(name, row) for name, row in data["states"].items()}
    clocks = {Clock(name): _clock(row) for name, row in data["limits"].items()}
    return Table(states, tuple(_transition(row) for row in data["transitions"]), clocks)


def _limit(row: Mapping[str, int]) -> Limit:
    ((unit, amount),) = row.items()
    return Limit(unit, amount)


def _clock(row: Mapping[str, Any]) -> ClockRule:
    grace = _limit(row["grace"]) if "grace" in row else None
    remind = tuple(row.get("remind", ()))
    return ClockRule(_limit(row["routine"]), _limit(row["urgent"]), remind, grace)


def _state(name: str, row: Mapping[str, Any]) -> State:
    clock = Clock(row["clock"]) if row["clock"] else None
    return State(
        Status(name), row["fhir"], row["business"], row["terminal"], clock, row["due_event"]
    )


def _transition(row: Mapping[str, Any]) -> Transition:
    return Transition(
        source=Status(row["source"]),
        event=row["event"],
        target=Status(row["target"]),
        actors=frozenset(ActorKind(kind) for kind in row["actors"]),
        guard=tuple(row["guard"]),
        reason_required=row["reason_required"],
        reason=row["reason"],
        fixed_reason=row.get("fixed_reason"),
        x360=row["x360"],
        effects=tuple(row["effects"]),
    )


def wrong(table: Table) -> list[str]:
    """What does not hold in the table, in words; nothing when it is sound."""
    if missing := list(_incomplete(table)):
        return missing
    return [
        *_ambiguous(table),
        *_unreachable_or_stuck(table),
        *_without_reason(table),
        *_without_deadline(table),
        *_not_in_fhir(table),
    ]


def _incomplete(table: Table) -> Iterator[str]:
    for status in set(Status) - set(table.states):
        yield f"{status} is not described"
    for transition in table.transitions:
        if not transition.actors:
            yield f"nobody may {transition.event} in {transition.source}"


def _ambiguous(table: Table) -> Iterator[str]:
    pairs = Counter(f"{t.event} in {t.source}" for t in table.transitions)
    yield from (f"{pair} leads to two states" for pair, count in pairs.items() if count > 1)
    for event in {t.event for t in table.transitions}:
        if len({t.target for t in table.transitions if t.event == event}) > 1:
            yield f"{event} leads to different states"


def _unreachable_or_stuck(table: Table) -> Iterator[str]:
    for status in set(table.states) - _reached({Status.DRAFT}, table):
        yield f"{status} is never reached"
    for status, state in table.states.items():
        ends = {s for s in _reached({status}, table) if table.states[s].terminal}
        if not state.terminal and not ends - {Status.ENTERED_IN_ERROR}:
            yield f"{status} has no way out"
        if state.terminal:
            for left in table.transitions_from(status):
                if left.target is not Status.ENTERED_IN_ERROR:
                    yield f"{status} is an end, but {left.event} leaves it"


def _reached(start: Iterable[Status], table: Table) -> set[Status]:
    found = set(start)
    while more := {t.target for t in table.transitions if t.source in found} - found:
        found |= more
    return found


def _without_reason(table: Table) -> Iterator[str]:
    for t in table.transitions:
        if t.target in NEGATIVE and not t.reason_required and t.source is not Status.DRAFT:
            yield f"{t.event} in {t.source} ends badly without a reason"
        if t.reason_required != bool(t.reason or t.fixed_reason):
            yield f"{t.event} in {t.source} does not say which reasons there are"


def _without_deadline(table: Table) -> Iterator[str]:
    for status, state in table.states.items():
        if not state.terminal and not (state.clock and state.due_event):
            yield f"{status} waits without a deadline"
        if state.clock and state.clock not in table.clocks:
            yield f"{state.clock} has no limit"
        if state.due_event not in (None, REVIEW):
            due = table.find(status, state.due_event)
            if due is None or ActorKind.TIMER not in due.actors:
                yield f"the timer may not {state.due_event} in {status}"


def _not_in_fhir(table: Table) -> Iterator[str]:
    for t in table.transitions:
        source, target = table.states[t.source].fhir, table.states[t.target].fhir
        if t.target is not Status.ENTERED_IN_ERROR and not fhir_path(source, target):
            yield f"{t.event} in {t.source} is no walk on the FHIR Task diagram"


def fhir_path(source: str, target: str) -> tuple[str, ...]:
    """Task statuses from source to target, both included: the updates a change amounts to.

    Waitlisting what was just sent is two: requested, accepted, on-hold. Empty when there is none.
    """
    paths: list[tuple[str, ...]] = [(source,)]
    while paths:
        path = paths.pop(0)
        if path[-1] == target:
            return path
        onward = FHIR_ARROWS.get(path[-1], frozenset()) - set(path)
        paths += [(*path, step) for step in sorted(onward)]
    return ()


TABLE: Final = read(STATES_FILE.read_text(encoding="utf-8"))
if _problems := wrong(TABLE):
    raise ValueError(f"{STATES_FILE.name}: {'; '.join(_problems)}")

TERMINAL: Final = frozenset(s for s, state in TABLE.states.items() if state.terminal)
OPEN: Final = frozenset(TABLE.states) - TERMINAL
EVENTS: Final = tuple(dict.fromkeys(t.event for t in TABLE.transitions))
TARGETS: Final = {t.event: t.target for t in TABLE.transitions}
_BY_PAIR: Final = {(t.source, t.event): t for t in TABLE.transitions}
_FROM: Final = {status: tuple(TABLE.transitions_from(status)) for status in TABLE.states}


def find(status: str, event: str) -> Transition | None:
    """The transition of that event in that state; None when the table has none."""
    return _BY_PAIR.get((Status(status), event))


def transitions_from(status: str) -> tuple[Transition, ...]:
    """Every transition that leaves that state."""
    return _FROM[Status(status)]
