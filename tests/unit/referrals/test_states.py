"""The workflow's table is sound, and the checks that say so notice when it is not."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from referrals import states
from referrals.states import OPEN, STATES_FILE, TABLE, TERMINAL, ActorKind, Status

Json = dict[str, Any]
SOURCE = STATES_FILE.read_text(encoding="utf-8")


def row(data: Json, source: str, event: str) -> Json:
    return next(t for t in data["transitions"] if (t["source"], t["event"]) == (source, event))


def test_the_table_is_sound_and_whole() -> None:
    assert states.wrong(TABLE) == []
    assert (len(TABLE.states), len(TABLE.transitions)) == (15, 69)
    assert TERMINAL == {"completed", "not_completed", "declined", "expired", "cancelled",
                        "entered_in_error"}  # fmt: skip
    assert OPEN | TERMINAL == set(Status)


def drop_state(data: Json) -> None:
    del data["states"]["no_show"]


def nobody(data: Json) -> None:
    row(data, "sent", "accept")["actors"] = []


def two_targets(data: Json) -> None:
    data["transitions"].append({**row(data, "sent", "accept"), "target": "scheduled"})


def differing_targets(data: Json) -> None:
    row(data, "sent", "accept")["target"] = "scheduled"


def unreachable(data: Json) -> None:
    row(data, "scheduled", "mark_no_show")["target"] = "in_service"


def stuck(data: Json) -> None:
    data["transitions"] = [
        t for t in data["transitions"] if t["source"] != "waitlisted" or t["event"] == "mark_error"
    ]


def back_to_life(data: Json) -> None:
    data["transitions"].append({**row(data, "sent", "view"), "source": "declined"})


def reasonless(data: Json) -> None:
    row(data, "sent", "decline").update(reason_required=False, reason=None)


def unlisted_reason(data: Json) -> None:
    row(data, "sent", "decline")["reason"] = None


def timeless(data: Json) -> None:
    data["states"]["waitlisted"].update(clock=None, due_event=None)


def limitless(data: Json) -> None:
    del data["limits"]["waiting"]


def forbidden_timer(data: Json) -> None:
    data["states"]["waitlisted"]["due_event"] = "cancel"


def off_the_diagram(data: Json) -> None:
    row(data, "accepted", "not_complete")["target"] = "declined"


@pytest.mark.parametrize(
    ("break_it", "said"),
    [
        (drop_state, "no_show is not described"),
        (nobody, "nobody may accept in sent"),
        (two_targets, "accept in sent leads to two states"),
        (differing_targets, "accept leads to different states"),
        (unreachable, "no_show is never reached"),
        (stuck, "waitlisted has no way out"),
        (back_to_life, "declined is an end, but view leaves it"),
        (reasonless, "decline in sent ends badly without a reason"),
        (unlisted_reason, "decline in sent does not say which reasons there are"),
        (timeless, "waitlisted waits without a deadline"),
        (limitless, "waiting has no limit"),
        (forbidden_timer, "the timer may not cancel in waitlisted"),
        (off_the_diagram, "not_complete in accepted is no walk on the FHIR Task diagram"),
    ],
)
def test_each_check_notices_what_it_is_for(break_it: Callable[[Json], None], said: str) -> None:
    data = json.loads(SOURCE)
    break_it(data)
    assert said in states.wrong(states.read(json.dumps(data)))


def test_lookups_agree_with_the_table() -> None:
    for status in Status:
        events = {t.event for t in states.transitions_from(status)}
        for event in states.EVENTS:
            found = states.find(status, event)
            assert (found is not None) == (event in events)
            assert found is None or (found.source, found.event) == (status, event)


def test_waitlisting_what_was_just_sent_is_two_updates_of_the_task() -> None:
    assert states.fhir_path("requested", "on-hold") == ("requested", "accepted", "on-hold")
    assert states.fhir_path("completed", "accepted") == ()


def test_a_partner_never_undoes_and_a_timer_only_ends() -> None:
    for t in TABLE.transitions:
        if ActorKind.TIMER in t.actors:
            assert t.target in TERMINAL
        if t.event == "mark_error":
            assert t.actors == {ActorKind.COORDINATOR}
