"""What a partner is shown of a patient: the fields chosen, as they were when it was sent.

The preview is made by the same function as the snapshot, and `digest` ties the two together. Which
fields a category may share at all (minimum necessary) is fields.json.
"""

import hashlib
import json
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any, Final

from sqlmodel import Session, col, select

from core.errors import Invalid
from core.saying import Saying
from patients.models import Need, Patient, PatientContact, PatientTime, RelatedPerson
from patients.sealing import Vault
from referrals.models import Referral, SharedSnapshot

FIELDS: Final[dict[str, Any]] = json.loads(
    Path(__file__).with_name("fields.json").read_text(encoding="utf-8")
)
CHANGED = "The patient's record changed since you looked at what is shared. Look again."
Content = dict[str, Any]


def allowed_fields(category: str, *, of_caregiver: bool = False) -> tuple[str, ...]:
    """The most that may be shared for a need of that category, in the order it is shown."""
    more = FIELDS["categories"].get(category, FIELDS["otherwise"])
    caregiver = ("caregiver",) if of_caregiver else ()
    return tuple(dict.fromkeys((*FIELDS["always"], *more, *caregiver)))


def check_fields(category: str, fields: Collection[str], *, of_caregiver: bool = False) -> None:
    """Raise Invalid unless these fields may be shared for that category, and say whom it is about."""
    allowed = allowed_fields(category, of_caregiver=of_caregiver)
    if "name" not in fields or not set(fields) <= set(allowed):
        raise Invalid(
            Saying("fields must hold name, and be of %(allowed)s.", allowed=", ".join(allowed)),
            parameter="fields",
        )


def content(session: Session, vault: Vault, referral: Referral) -> Content:
    """What the partner would be shown if it were sent now."""
    need = session.get_one(Need, referral.need_id)
    return of_need(session, vault, need, referral.fields)


def of_need(session: Session, vault: Vault, need: Need, fields: Collection[str]) -> Content:
    """These fields of a need, as any partner would be shown them now."""
    found = _Reader(session, vault, session.get_one(Patient, need.patient_id), need)
    shown = {name: found.read(name) for name in SHOWN if name in fields}
    return {"category": need.category, "restricted": need.restricted, **shown}


def fields_of(need: Need) -> tuple[str, ...]:
    """The most that may be shared for this need."""
    return allowed_fields(need.category, of_caregiver=need.related_person_id is not None)


def digest(shown: Content) -> str:
    """64 hex digits that stand for what was previewed."""
    text = json.dumps(shown, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def freeze(session: Session, vault: Vault, referral: Referral, shown: Content) -> SharedSnapshot:
    """Keep what is shared, sealed."""
    row = SharedSnapshot(referral_id=referral.id, fields=list(referral.fields))
    vault.put(row, "content", json.dumps(shown, ensure_ascii=False))
    session.add(row)
    return row


def frozen(session: Session, vault: Vault, referral_id: str) -> Content | None:
    """What was shared; None when nothing was, or the patient was erased since."""
    statement = select(SharedSnapshot).where(SharedSnapshot.referral_id == referral_id)
    row = session.exec(statement).one_or_none()
    text = vault.get(row, "content") if row else None
    shown: Content | None = json.loads(text) if text else None
    return shown


class _Reader:
    """Opens one data category at a time."""

    def __init__(self, session: Session, vault: Vault, patient: Patient, need: Need) -> None:
        self.session, self.vault = session, vault
        self.patient, self.need = patient, need

    def read(self, name: str) -> Any:
        return SHOWN[name](self)

    def name(self) -> Content:
        opened = {key: self.vault.get(self.patient, key) for key in ("name", "preferred_name")}
        return {**opened, "pronouns": self.vault.get(self.patient, "pronouns")}

    def contact(self) -> list[Content]:
        """Safe ways to reach the patient, best first; an unsafe one is nobody's business."""
        rows = self._rows(PatientContact, PatientContact.rank)
        return [
            {
                "system": row.system,
                "value": self.vault.get(row, "value"),
                "voicemail_ok": row.voicemail_ok,
                "text_ok": row.text_ok,
                "safe_hours": row.safe_hours,
                "language": row.language,
            }
            for row in rows
            if row.safe
        ]

    def languages(self) -> Content:
        return {
            "languages": self.patient.languages,
            "interpreter": self.patient.interpreter,
            "communication": self.patient.communication,
        }

    def availability(self) -> list[Content]:
        """Windows without their reasons."""
        rows = self._rows(PatientTime, PatientTime.id)
        return [{"kind": row.kind.value, "window": row.window} for row in rows]

    def caregiver(self) -> list[Content]:
        rows = self._rows(RelatedPerson, RelatedPerson.id)
        return [
            {
                "name": self.vault.get(row, "name"),
                "phone": self.vault.get(row, "phone"),
                "relationship": row.relationship,
                "language": row.language,
            }
            for row in rows
            if row.is_caregiver or row.id == self.need.related_person_id
        ]

    def words(self) -> Content:
        return {
            "urgency": self.need.urgency.value,
            "words": self.vault.get(self.need, "words"),
            "for_caregiver": self.need.related_person_id is not None,
        }

    def _rows(self, table: Any, order: Any) -> list[Any]:
        statement = select(table).where(col(table.patient_id) == self.patient.id)
        return list(self.session.exec(statement.order_by(order, table.id)))


SHOWN: Final[dict[str, Callable[[_Reader], Any]]] = {
    "name": _Reader.name,
    "birth_date": lambda of: of.vault.get(of.patient, "birth_date"),
    "contact": _Reader.contact,
    "address": lambda of: of.vault.get(of.patient, "address"),
    "postal_code": lambda of: of.patient.postal_code,
    "languages": _Reader.languages,
    "insurance": lambda of: of.patient.insurance,
    "mobility": lambda of: of.patient.mobility,
    "documents": lambda of: of.patient.documents_held,
    "availability": _Reader.availability,
    "caregiver": _Reader.caregiver,
    "need": _Reader.words,
}
"""How each data category of patients/forms.py is read; nothing else is ever shared."""
