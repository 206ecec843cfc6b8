"""Refusals of the workflow. Each says in words why, who acted, and where the referral stands."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a referral stands now, and who brought it there."""

    status: str
    version: int
    event: str
    acted_by: str
    acted_at: datetime

    def __str__(self) -> str:
        at = f"{self.acted_at:%Y-%m-%d %H:%M} UTC"
        return f"It is {plain(self.status)}: {self.acted_by}, {plain(self.event)}, {at}."


class Refused(Conflict):
    """The workflow does not allow it now. `offer` names an event that may help instead."""

    def __init__(
        self, message: str, standing: Standing | None = None, *, offer: str | None = None
    ) -> None:
        super().__init__(f"{message} {standing}" if standing else message)
        self.standing = standing
        self.offer = offer


class Illegal(Refused):
    """The table has no such event in this state."""


class Stale(Refused):
    """Somebody acted since this version was read."""


class Full(Refused):
    """Every slot of the service is taken."""


class NoConsent(Refused):
    """No consent covers what this would share with this partner."""


class Duplicate(Refused):
    """The same need is already at the same service."""


class KeyReused(Refused):
    """The idempotency key was used for another request."""


def plain(name: str) -> str:
    """A state or event as words: "needs_info" is "needs info"."""
    return name.replace("_", " ")
