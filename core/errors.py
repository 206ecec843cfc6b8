"""What can go wrong, in words a person can read.

The edge (app/errors.py) turns each kind into a status and a page or a problem document; nothing
below it knows about HTTP.
"""

from collections.abc import Mapping


class HandrailError(Exception):
    """Base of every expected failure. `parameter` names the input at fault, when one is."""

    def __init__(self, message: str, *, parameter: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.parameter = parameter


class NotFound(HandrailError):
    """It does not exist, or this actor may not know that it does."""


class Moved(NotFound):
    """It is part of another record now: whoever asks for `old_id` finds everything at `kept_id`."""

    def __init__(self, message: str, old_id: str, kept_id: str) -> None:
        super().__init__(message)
        self.old_id, self.kept_id = old_id, kept_id


class Forbidden(HandrailError):
    """The actor may know of it, but may not do this to it."""


class Conflict(HandrailError):
    """Somebody got there first, or the thing is no longer in the state this needs."""


class Invalid(HandrailError):
    """The input is wrong. `errors` maps field names to what is wrong and what is allowed."""

    def __init__(
        self,
        message: str,
        *,
        parameter: str | None = None,
        errors: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message, parameter=parameter)
        self.errors = dict(errors) if errors else ({parameter: message} if parameter else {})


class Unavailable(HandrailError):
    """A part this needs does not answer now; worth trying again after `retry_after_s` seconds."""

    def __init__(
        self, message: str, *, parameter: str | None = None, retry_after_s: int = 5
    ) -> None:
        super().__init__(message, parameter=parameter)
        self.retry_after_s = retry_after_s
