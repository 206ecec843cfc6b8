"""Who may call a route. Every route says so in its `opt`; one that does not is closed to all.

    @get("/about", opt=PUBLIC)
    @get("/patients", opt=staff("coordinator", scope="patients:read"))

`limit` in the same `opt` names the purpose whose rate the call counts against ("search").
"""

from typing import Any, Final

WHO: Final = "who"
LIMIT: Final = "limit"
ROLES: Final = "roles"
SCOPE: Final = "scope"
PUBLIC: Final[dict[str, Any]] = {WHO: "public"}
"""Anybody, signed in or not."""
OPERATOR: Final[dict[str, Any]] = {WHO: "operator"}
"""The machine's own operator: from this machine, or with the metrics token."""
PUBLIC_SEARCH: Final[dict[str, Any]] = {WHO: "public", LIMIT: "search"}
"""Anybody, as often as HANDRAIL_RATE_LIMIT lets one address search."""
PUBLIC_REPORT: Final[dict[str, Any]] = {WHO: "public", LIMIT: "report"}
"""Anybody, a few times a minute: what they send is kept."""
PUBLIC_SIGN_IN: Final[dict[str, Any]] = {WHO: "public", LIMIT: "sign-in"}
"""Anybody, as often as people mistype: each try costs the time of hashing a password."""
PENDING: Final[dict[str, Any]] = {WHO: "pending"}
"""Somebody whose password was right and who still owes the second factor."""
EVERY_ROLE: Final = ("coordinator", "supervisor", "partner", "curator", "admin")


def staff(*roles: str, scope: str | None = None) -> dict[str, Any]:
    """Somebody signed in who holds one of these roles (any, when none is named).

    With `scope`, a key that has it may call too; without, only a signed-in browser.
    """
    return {WHO: "staff", ROLES: roles or EVERY_ROLE, SCOPE: scope}
