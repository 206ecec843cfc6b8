"""The whole loop as one Bundle that has passed the gate."""

from collections.abc import Iterator

from sqlmodel import Session

from core.actor import Actor
from patients.sealing import Vault
from referrals.fhir import resources
from referrals.fhir.gate import check
from referrals.fhir.loop import Loop, loop
from referrals.fhir.terms import Json


def export(session: Session, actor: Actor, vault: Vault, need_id: str, base: str) -> Json:
    """The Bundle of a need, checked. `base` is this installation's address.

    Raises NotFound outside the actor's organization, Unfit when a validator objects.
    """
    made = bundle(loop(session, actor, vault, need_id), base.rstrip("/"))
    check(made)
    return made


def bundle(told: Loop, base: str) -> Json:
    """A collection Bundle; whatever a resource refers to is in it."""
    entries = [
        {"fullUrl": f"{base}/fhir/{found['resourceType']}/{found['id']}", "resource": found}
        for found in _resources(told, base)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def _resources(told: Loop, base: str) -> Iterator[Json]:
    yield from resources.tasks(told, base)
    yield from resources.service_requests(told, base)
    yield from resources.procedures(told, base)
    yield from resources.consents(told)
    yield from resources.patients(told)
    yield from resources.related_people(told)
    yield from resources.organizations(told)
