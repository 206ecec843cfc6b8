"""The state of a referral, derived from its events alone."""

from collections.abc import Iterable

from referrals.models import ReferralEvent
from referrals.states import Status, find


class Unsound(Exception):
    """The events do not make a history the table allows."""


def replay(events: Iterable[ReferralEvent]) -> Status:
    """The state they lead to. Raises Unsound, naming the event, when they cannot have happened."""
    status: Status | None = None
    for sequence, row in enumerate(events, 1):
        if row.sequence != sequence or row.source != status:
            raise Unsound(f"event {sequence} does not follow the one before")
        if status is not None:
            transition = find(status, row.event)
            if transition is None or transition.target != row.target:
                raise Unsound(f"{row.event} does not lead from {status} to {row.target}")
        elif row.target is not Status.DRAFT:
            raise Unsound("a referral begins as a draft")
        status = row.target
    if status is None:
        raise Unsound("a referral has at least one event")
    return status
