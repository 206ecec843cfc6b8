"""Who may call a route. Every route says so in its `opt`; one that does not is closed to all.

    @get("/about", opt=PUBLIC)

`limit` in the same `opt` names the purpose whose rate the call counts against ("search").
"""

from typing import Any, Final

WHO: Final = "who"
LIMIT: Final = "limit"
PUBLIC: Final[dict[str, Any]] = {WHO: "public"}
"""Anybody, signed in or not."""
OPERATOR: Final[dict[str, Any]] = {WHO: "operator"}
"""The machine's own operator: from this machine, or with the metrics token."""
PUBLIC_SEARCH: Final[dict[str, Any]] = {WHO: "public", LIMIT: "search"}
"""Anybody, as often as HANDRAIL_RATE_LIMIT lets one address search."""
