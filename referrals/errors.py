"""Refusals of the workflow. Each says in words why, who acted, and where the referral stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.errors import Conflict, Invalid
from core.saying import Saying
from referrals.words import WHO, event_words, state_words


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a referral stands now, and who brought it there."""

    status: str
    version: int
    event: str
    acted_by: str
    acted_at: datetime

    def said(self) -> Saying:
        """The same in words."""
        return Saying(
            "It is %(state)s: %(who)s, %(event)s, %(at)s.",
            state=state_words(self.status),
            who=Saying(WHO[self.acted_by]) if self.acted_by in WHO else self.acted_by,
            event=event_words(self.event),
            at=f"{self.acted_at:%Y-%m-%d %H:%M} UTC",
        )


class Refused(Conflict):
    """The workflow does not allow it now. `offer` names an event that may help instead."""

    def __init__(
        self, message: str, standing: Standing | None = None, *, offer: str | None = None
    ) -> None:
        super().__init__(_with(message, standing) if standing else message)
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


class NotListed(Invalid):
    """The value is none of those allowed, which are its `choices`."""

    def __init__(self, message: str, parameter: str, choices: Iterable[str]) -> None:
        super().__init__(message, parameter=parameter)
        self.choices = tuple(choices)


def must_be(parameter: str, allowed: Iterable[str]) -> NotListed:
    """The refusal of a value that programs send, and that is not one of those."""
    choices = tuple(allowed)
    listed = ", ".join(choices)
    words = Saying("%(parameter)s must be one of %(allowed)s.", parameter=parameter, allowed=listed)
    return NotListed(words, parameter, choices)


def _with(message: str, standing: Standing) -> Saying:
    why = message if isinstance(message, Saying) else Saying(message)
    return Saying("%(why)s %(standing)s", why=why, standing=standing.said())
