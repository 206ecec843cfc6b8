"""The parameters of GET /prices, for its description."""

from typing import Any

from directory.prices.asking import TEXT_MAX
from directory.prices.programs import REQUIREMENTS
from search.parameters import PLACE_MAX, RADIUS_MAX_M

LIMIT_MAX = 100
_TEXT: dict[str, Any] = {"type": "string", "maxLength": TEXT_MAX}
PARAMETERS: dict[str, tuple[str, dict[str, Any], Any]] = {
    "drug": (
        "The medicine: a line as people write it, or an id of /drugs. A field beside it wins.",
        _TEXT,
        "metformin 500 mg",
    ),
    "strength": ("Strength, such as 500 mg or 250 mg/5 ml.", _TEXT, "500 mg"),
    "form": ("Form, such as tablet.", _TEXT, "tablet"),
    "release": ("IR, ER, SR or DR. One is never taken for another.", _TEXT, "IR"),
    "quantity": ("How much: a number above 0, with mL or g where it matters.", _TEXT, "60"),
    "near": (
        "Where distances are measured from: a ZIP code, a city with its state, or coordinates.",
        {"type": "string", "maxLength": PLACE_MAX},
        "27701",
    ),
    "radius_m": (
        "Only pharmacies at most this far, in metres; 40 km unless said. Needs `near`.",
        {"type": "integer", "minimum": 1, "maximum": RADIUS_MAX_M},
        15_000,
    ),
    "state": (
        "The patient's state; that of `near` unless said. Some programs hold in some states only.",
        {"type": "string", "minLength": 2, "maxLength": 2},
        "NC",
    ),
    "held": (
        "Ids of programs whose fee the patient has paid already. May be repeated or have commas.",
        {"type": "array", "items": {"type": "string", "maxLength": 36}},
        ["0b8ffa53-6a5c-5a4e-8e3b-3c3d9fb4b3c6"],
    ),
    "meets": (
        "Conditions of programs that the patient meets. May be repeated or have commas.",
        {"type": "array", "items": {"type": "string", "enum": list(REQUIREMENTS)}},
        ["uninsured"],
    ),
    "limit": (
        "How many prices of each list.",
        {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX},
        20,
    ),
}
"""What each parameter says, its schema, and an example."""
