"""Parameters of the smaller resources: nothing is passed over, so that a mistyped name is noticed."""

from difflib import get_close_matches
from typing import Any

from litestar import Request

from core.errors import Invalid, NotFound

ID_MAX = 36  # characters, as the database has them


def refuse_others(request: Request[Any, Any, Any], *allowed: str) -> None:
    """Raise Invalid for a query parameter that is not one of these, naming the nearest."""
    for name in request.query_params:
        if name not in allowed:
            near = get_close_matches(name[:50], allowed, n=1)
            hint = (
                f"did you mean {near[0]}?" if near else f"allowed: {', '.join(allowed) or 'none'}."
            )
            raise Invalid(f"There is no such parameter; {hint}", parameter=name[:50])


def record_id(text: str) -> str:
    """An id from the address, as it is; raises NotFound for what can be no id."""
    if not text.isprintable() or len(text) > ID_MAX:
        raise NotFound("There is no record with such an id.")
    return text
