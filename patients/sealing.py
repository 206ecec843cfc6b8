"""Sealed columns: which text belongs to which place, and the blind indexes beside them."""

from dataclasses import dataclass
from typing import Any

from core.crypto import Keyring
from core.resealing import place
from patients import names
from patients.models import Patient, PatientNameToken


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens the columns of rows."""

    keyring: Keyring

    def put(self, row: Any, column: str, text: str | None) -> None:
        """Seal `text` into `<column>_sealed` of the row; None empties it."""
        sealed = None if not text else self.keyring.seal(text, self._place(row, column))
        setattr(row, f"{column}_sealed", sealed)

    def get(self, row: Any, column: str) -> str | None:
        """The text in `<column>_sealed`; None when there is none. Raises as Keyring.open does."""
        sealed = getattr(row, f"{column}_sealed")
        return None if sealed is None else self.keyring.open(sealed, self._place(row, column))

    def blind(self, purpose: str, text: str) -> str:
        """The blind index of `text` for that purpose."""
        return self.keyring.blind(text, purpose)

    def name_tokens(self, patient: Patient, *texts: str) -> list[PatientNameToken]:
        """Rows by which the patient is found by name, exactly and by sound."""
        found = {pair for text in texts for pair in names.tokens(text)}
        return [
            PatientNameToken(
                patient_id=patient.id, kind=kind, token_blind=self.blind(f"name.{kind}", token)
            )
            for kind, token in sorted(found)
        ]

    def _place(self, row: Any, column: str) -> str:
        return place(str(row.__tablename__), column, row.id)
