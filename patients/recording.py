"""The audit rows of patient records: which fields, never what they hold."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session

from core import audit
from core.actor import Actor
from patients.models import Patient


def record(
    session: Session,
    actor: Actor,
    action: str,
    patient: Patient,
    *,
    fields: Iterable[str] = (),
    entity: tuple[str, str] | None = None,
) -> None:
    """One audit row in the chain of the patient's organization."""
    kind, key = entity or ("patient", patient.id)
    audit.record(
        session,
        actor,
        action,
        kind,
        key,
        {"patient": patient.id, "fields": sorted(fields), "via": actor.via},
        organization_id=patient.organization_id,
        address=actor.address,
    )


def record_list(
    session: Session, actor: Actor, organization_id: str, rows: Sequence[Patient]
) -> None:
    """One audit row for a list, naming the patients on it; none for an empty one."""
    if rows:
        audit.record(
            session,
            actor,
            "patient.list",
            "patient",
            "",
            {"patients": [row.id for row in rows], "via": actor.via},
            organization_id=organization_id,
            address=actor.address,
        )
