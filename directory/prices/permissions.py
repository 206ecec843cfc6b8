"""Who may record prices."""

from core.actor import Actor
from core.errors import Forbidden

RECORDERS = ("coordinator", "partner")


def check_record_prices(actor: Actor) -> None:
    """Coordinators and partners record what they were told; the system imports lists."""
    if actor.id != "system" and not actor.roles.intersection(RECORDERS):
        raise Forbidden("Only coordinators and partners record prices.")
