"""What the county's rows share: ids, provenance, phones, translations."""

from datetime import UTC, datetime, time
from functools import lru_cache
from typing import Any

from babel import Locale

from core.db import stable_id
from directory.models import Phone, Translation
from seed_data.county import REFERENCE, Provider

AREA_CODE = "919-555"
SURVEYED = datetime.combine(REFERENCE, time(12), UTC)
_OWN_NAMES = {"mam": "Mam", "ksw": "S'gaw Karen", "ase": "American Sign Language"}


def seed_id(kind: str, *parts: str) -> str:
    """The id of a row of the county, the same on every installation."""
    return stable_id("handrail-seed", kind, *parts)


def sourced(provider: Provider, *parts: str) -> dict[str, Any]:
    """Where a record comes from, and when it was surveyed."""
    return {
        "source": provider.source,
        "source_id": "/".join((provider.key, *parts)),
        "last_modified": SURVEYED,
    }


def phone_row(column: str, owner: str, ending: str, description: str) -> Phone:
    """A fictional number of the owner; `column` is the key that points at it."""
    parent: dict[str, Any] = {column: owner}
    return Phone(
        id=seed_id("phone", owner, ending),
        number=f"{AREA_CODE}-{ending}",
        type="voice",
        description=description,
        **parent,
    )


def spanish_row(table: str, row_id: str, field_name: str, text: str) -> Translation:
    """A field in Spanish, as a person wrote it."""
    return Translation(
        id=seed_id("translation", table, row_id, field_name),
        resource_type=table,
        resource_id=row_id,
        field_name=field_name,
        language="es",
        text=text,
    )


@lru_cache(maxsize=128)
def language_name(code: str) -> str:
    """English name of a language."""
    return str(Locale("en").languages.get(code) or _OWN_NAMES[code])
