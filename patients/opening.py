"""Rows → opened views. Pure but for the keys."""

from collections.abc import Iterable, Mapping
from datetime import date

from core.clock import now
from patients.models import (
    Consent,
    Need,
    Patient,
    PatientContact,
    PatientTime,
    RelatedPerson,
)
from patients.sealing import Vault
from patients.views import (
    ConsentView,
    ContactView,
    NeedView,
    PatientSummary,
    RelatedPersonView,
    TimeView,
)

ERASED = "(erased)"


def summary(
    vault: Vault, row: Patient, coordinator_id: str | None, open_needs: int
) -> PatientSummary:
    """A line of a list."""
    born = vault.get(row, "birth_date")
    return PatientSummary(
        id=row.id,
        organization_id=row.organization_id,
        name=vault.get(row, "name") or ERASED,
        preferred_name=vault.get(row, "preferred_name"),
        birth_date=date.fromisoformat(born) if born else None,
        postal_code=row.postal_code,
        languages=tuple(row.languages),
        coordinator_id=coordinator_id,
        open_needs=open_needs,
    )


def contact_view(vault: Vault, row: PatientContact) -> ContactView:
    """One way to reach the patient."""
    return ContactView(
        id=row.id,
        system=row.system,
        value=vault.get(row, "value") or "",
        safe=row.safe,
        voicemail_ok=row.voicemail_ok,
        text_ok=row.text_ok,
        safe_hours=tuple(row.safe_hours),
        language=row.language,
        rank=row.rank,
    )


def person_view(vault: Vault, row: RelatedPerson) -> RelatedPersonView:
    """A caregiver or proxy."""
    return RelatedPersonView(
        id=row.id,
        name=vault.get(row, "name") or ERASED,
        phone=vault.get(row, "phone"),
        relationship=row.relationship,
        is_caregiver=row.is_caregiver,
        is_proxy=row.is_proxy,
        language=row.language,
    )


def time_view(vault: Vault, row: PatientTime) -> TimeView:
    """A weekly window."""
    return TimeView(
        row.id,
        row.kind.value,
        row.window,
        vault.get(row, "reason"),
        row.valid_from,
        row.valid_to,
    )


def need_view(vault: Vault, row: Need, people: Mapping[str, RelatedPersonView]) -> NeedView:
    """A need, with whose it is."""
    return NeedView(
        id=row.id,
        patient_id=row.patient_id,
        category=row.category,
        words=vault.get(row, "words"),
        urgency=row.urgency.value,
        restricted=row.restricted,
        subject=people.get(row.related_person_id or ""),
        opened_on=row.opened_on,
        screened_on=row.screened_on,
        status=row.status.value,
        loop_confirmation=row.loop_confirmation.value,
        version=row.version,
        closed_at=row.closed_at,
        contact_on=row.contact_on,
    )


def consent_view(vault: Vault, row: Consent, partners: Iterable[str]) -> ConsentView:
    """A consent, and whether it holds today."""
    return ConsentView(
        id=row.id,
        patient_id=row.patient_id,
        partners=tuple(partners),
        data_categories=tuple(row.data_categories),
        purpose=row.purpose,
        restricted=row.restricted,
        given_how=row.given_how.value,
        given_by=row.given_by.value,
        related_person_id=row.related_person_id,
        evidence=vault.get(row, "evidence"),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        recorded_at=row.recorded_at,
        revoked_at=row.revoked_at,
        active=is_active(row, now().date()),
    )


def is_active(row: Consent, on: date) -> bool:
    """Whether the consent holds on that day: both days included, unless revoked."""
    ended = row.revoked_at is not None or (row.valid_until is not None and row.valid_until < on)
    return row.valid_from <= on and not ended


def point(text: str | None) -> tuple[float, float] | None:
    """A sealed pin as (latitude, longitude)."""
    if text is None:
        return None
    lat, _, lng = text.partition(",")
    return float(lat), float(lng)
