"""What goes into an index for a document, or why it is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from search.admission import MAX_DOCUMENT_BYTES, refusal
from search.engine import Refused


@dataclass(frozen=True, slots=True)
class Admitted:
    """A document and the text it is stored as."""

    document: Mapping[str, Any]
    text: str

    @property
    def id(self) -> str:
        """The document's id."""
        id: str = self.document["id"]
        return id


def admit(document: Mapping[str, Any]) -> Admitted | Refused:
    """The document as it is stored, or why not."""
    reason = refusal(document)
    text = ""
    if reason is None:
        try:
            text = msgspec.json.encode(document).decode()
        except (TypeError, ValueError) as error:
            reason = f"not JSON: {error}"
    if len(text) > MAX_DOCUMENT_BYTES:
        reason = f"larger than {MAX_DOCUMENT_BYTES} bytes"
    return Refused(str(document.get("id")), reason) if reason else Admitted(document, text)


def admit_all(
    documents: Iterable[Mapping[str, Any]],
) -> tuple[list[Admitted], list[Refused]]:
    """Those that go in, and those that are refused."""
    admitted: list[Admitted] = []
    refused: list[Refused] = []
    for document in documents:
        outcome = admit(document)
        if isinstance(outcome, Refused):
            refused.append(outcome)
        else:
            admitted.append(outcome)
    return admitted, refused
