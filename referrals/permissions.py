"""Who may. Whoever is not a party to a referral is told that there is none."""

from accounts.models import Role
from accounts.permissions import asking
from core.actor import Actor
from core.errors import Forbidden, NotFound
from core.saying import Saying
from referrals.errors import must_be
from referrals.models import Referral
from referrals.states import EVENTS, TABLE, ActorKind
from referrals.words import either, event_words

PATIENT_ROLE, CAREGIVER_ROLE = "patient", "caregiver"
"""Roles of an actor who came by a patient's status link; its id is the patient's."""
_ALLOWED = {
    event: frozenset(kind for t in TABLE.transitions if t.event == event for kind in t.actors)
    for event in EVENTS
}


def patient_actor(patient_id: str, *, caregiver: bool = False, address: str = "") -> Actor:
    """The patient (or caregiver) who came by the status link."""
    role = CAREGIVER_ROLE if caregiver else PATIENT_ROLE
    name = role.capitalize()
    return Actor(patient_id, name, roles=frozenset({role}), via="link", address=address)


def parties(actor: Actor, referral: Referral) -> frozenset[ActorKind]:
    """On which sides of this referral the actor stands. Partners are none before it is sent."""
    found = set()
    if actor.id == "system":
        found.add(ActorKind.TIMER)
    if actor.holds(Role.COORDINATOR, referral.organization_id):
        found.add(ActorKind.COORDINATOR)
    if referral.sent_at and actor.holds(Role.PARTNER, referral.partner_id):
        found.add(ActorKind.PARTNER)
    if referral.sent_at and actor.via == "link" and actor.id == referral.patient_id:
        found |= {ActorKind(role) for role in (PATIENT_ROLE, CAREGIVER_ROLE) if role in actor.roles}
    return frozenset(found)


def check_see(actor: Actor, referral: Referral | None) -> None:
    """The actor may know of this referral and read it."""
    if referral is None:
        raise NotFound("There is no such referral.")
    if parties(actor, referral):
        return
    inside = {referral.organization_id}
    if referral.sent_at:
        inside.add(referral.partner_id)
    if inside & actor.organization_ids:
        raise Forbidden("Only coordinators and partner staff work with referrals.")
    raise NotFound("There is no such referral.")


def check_cause(actor: Actor, referral: Referral | None, event: str) -> None:
    """The actor may cause this event, in some state or other."""
    check_see(actor, referral)
    assert referral is not None
    if event not in EVENTS:
        raise must_be("event", EVENTS)
    if not parties(actor, referral) & _ALLOWED[event]:
        raise Forbidden(only(event))


def check_send(actor: Actor, organization_id: str) -> None:
    """The actor may make referrals for patients of this organization."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    if not actor.holds(Role.COORDINATOR, organization_id):
        raise Forbidden("Only coordinators make referrals.")


def check_capacity(actor: Actor, organization_id: str) -> None:
    """The actor may say how many this partner can take."""
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    if not any(actor.holds(role, organization_id) for role in (Role.PARTNER, Role.ADMIN)):
        raise Forbidden("Only the partner's staff say what it can take.")


def only(event: str) -> str:
    """Who else may cause it, in words."""
    who = either([kind.value for kind in ActorKind if kind in _ALLOWED[event]])
    return Saying("Only %(who)s can do this: %(event)s.", who=who, event=event_words(event))


can_see = asking(check_see)
can_cause = asking(check_cause)
can_send = asking(check_send)
can_set_capacity = asking(check_capacity)
