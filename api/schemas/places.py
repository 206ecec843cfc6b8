"""Places somebody may have meant."""

from msgspec import Struct


class Suggestion(Struct):
    """A place; send `label` back as `near`. `detail` tells apart places of the same label."""

    label: str
    detail: str
    kind: str
    lat: float
    lng: float
    postal_code: str | None
    approximate: bool


class Suggestions(Struct):
    """Places that begin with the words, best first; else some that sound alike."""

    places: list[Suggestion]
