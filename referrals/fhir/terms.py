"""Code systems, profiles and codes that the bundles use.

Source: HL7 FHIR R4 and the SDOH Clinical Care implementation guide.
"""

from collections.abc import Mapping
from typing import Any, Final

Json = dict[str, Any]

GUIDE: Final = "http://hl7.org/fhir/us/sdoh-clinicalcare"
CATEGORY_SYSTEM: Final = f"{GUIDE}/CodeSystem/SDOHCC-CodeSystemTemporaryCodes"
SNOMED: Final = "http://snomed.info/sct"
LANGUAGE_SYSTEM: Final = "urn:ietf:bcp:47"

SOCIAL_SERVICE: Final[Json] = {
    "system": SNOMED,
    "code": "410606002",
    "display": "Social service procedure",
}
FULFILL: Final[Json] = {"system": "http://hl7.org/fhir/CodeSystem/task-code", "code": "fulfill"}
RESULT: Final[Json] = {"system": CATEGORY_SYSTEM, "code": "resulting-activity"}
PRIVACY: Final[Json] = {
    "system": "http://terminology.hl7.org/CodeSystem/consentscope",
    "code": "patient-privacy",
}
DISCLOSURE: Final[Json] = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
    "code": "IDSCL",
}
AUTHORIZATION: Final[Json] = {
    "system": "http://terminology.hl7.org/CodeSystem/consentpolicycodes",
    "code": "hipaa-auth",
}
RECIPIENT: Final[Json] = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
    "code": "IRCP",
}
RESTRICTED: Final[Json] = {
    "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
    "code": "R",
    "display": "restricted",
}

GRAVITY_CATEGORIES: Final[Mapping[str, tuple[str, str]]] = {
    "food": ("food-insecurity", "Food Insecurity"),
    "transport": ("transportation-insecurity", "Transportation Insecurity"),
    "pharmacy": ("medical-cost-burden", "Medical Cost Burden"),
    "medical-cost": ("medical-cost-burden", "Medical Cost Burden"),
    "housing": ("housing-instability", "Housing Instability"),
    "utilities": ("utility-insecurity", "Utility Insecurity"),
    "employment": ("employment-status", "Employment Status"),
}
"""Kinds of need that the guide has a code for. The others get one of this network's own."""

GRAVITY_REASONS: Final[Mapping[str, str]] = {
    "no_capacity": "no-capacity",
    "no_capacity_has_waitlist": "waitlist",
    "additional_assessment_required": "additional-assessment-required",
}
STATUS_REASON_EXPECTED: Final = frozenset({"rejected", "cancelled", "on-hold", "failed"})
"""Task statuses that the guide wants a reason for, in words."""


def profile(name: str) -> str:
    """Address of one of the guide's profiles."""
    return f"{GUIDE}/StructureDefinition/SDOHCC-{name}"
