"""Who may look after the directory."""

from core.actor import Actor
from core.errors import Forbidden

CALLERS = ("coordinator", "curator", "admin")
CURATORS = ("curator", "admin")
LOOKERS = (*CURATORS, "supervisor")


def check_call(actor: Actor) -> None:
    """Those who call services anyway note what they hear."""
    if not actor.roles.intersection(CALLERS):
        raise Forbidden("Only coordinators and curators note what a service said.")


def check_curate(actor: Actor) -> None:
    """Curators change the directory; admins may stand in for them."""
    if not actor.roles.intersection(CURATORS):
        raise Forbidden("Only a curator may change the directory.")


def check_queue(actor: Actor) -> None:
    """Supervisors may see how current the directory is."""
    if not actor.roles.intersection(LOOKERS):
        raise Forbidden("Only curators and supervisors may see what has to be checked.")
