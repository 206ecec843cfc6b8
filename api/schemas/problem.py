"""Errors: RFC 9457 problem details, with the parameters at fault."""

from datetime import datetime

from msgspec import UNSET, Struct, UnsetType

MEDIA_TYPE = "application/problem+json"


class WrongParameter(Struct):
    """One parameter, and what it must be. `near` are values that may have been meant."""

    parameter: str
    detail: str
    near: list[str] | UnsetType = UNSET


class Current(Struct):
    """Where a referral stands now, and who brought it there."""

    state: str
    version: int
    event: str
    acted_by: str
    acted_at: datetime


class Problem(Struct):
    """What went wrong. `id` is in the server's log, for errors that are the server's own.

    `current` says where the referral stands that somebody else changed meanwhile; `offer` names an
    event that may be possible instead.
    """

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[WrongParameter] | UnsetType = UNSET
    id: str | UnsetType = UNSET
    current: Current | UnsetType = UNSET
    offer: str | UnsetType = UNSET
