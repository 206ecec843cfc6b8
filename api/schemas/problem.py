"""Errors: RFC 9457 problem details, with the parameters at fault."""

from msgspec import UNSET, Struct, UnsetType

MEDIA_TYPE = "application/problem+json"


class WrongParameter(Struct):
    """One parameter, and what it must be. `near` are values that may have been meant."""

    parameter: str
    detail: str
    near: list[str] | UnsetType = UNSET


class Problem(Struct):
    """What went wrong. `id` is in the server's log, for errors that are the server's own."""

    title: str
    status: int
    detail: str
    type: str = "about:blank"
    errors: list[WrongParameter] | UnsetType = UNSET
    id: str | UnsetType = UNSET
