"""What the table of states lets a partner do."""

from referrals.states import TABLE, ActorKind, Status


def partner_events() -> dict[Status, set[str]]:
    """Events a partner may cause, by state; "view" is left out, which opening the page causes."""
    found: dict[Status, set[str]] = {}
    for one in TABLE.transitions:
        if ActorKind.PARTNER in one.actors and one.event != "view":
            found.setdefault(one.source, set()).add(one.event)
    return found
