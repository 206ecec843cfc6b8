"""Nothing leaves that is not valid: three validators, since each alone misses errors.

The R4B models check types and references, the R4 schema closed code sets and unknown elements, our
own rules the guide. Problems are named by element, never by what it holds.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any, Final

from core.errors import Conflict
from referrals.fhir import rules
from referrals.fhir.terms import Json

SCHEMA_FILE: Final = Path(__file__).with_name("r4.schema.json")
NAMED = 10


class Unfit(Conflict):
    """A bundle that must not leave. `problems` name elements only."""

    def __init__(self, problems: list[str]) -> None:
        named = "; ".join(problems[:NAMED])
        super().__init__(f"This need cannot be exported as FHIR: {named}.")
        self.problems = problems


def check(bundle: Json) -> None:
    """Raise Unfit unless all three validators take the bundle."""
    if problems := [*of_models(bundle), *of_schema(bundle), *rules.broken(bundle)]:
        raise Unfit(problems)


def of_models(bundle: Json) -> list[str]:
    """What the R4B models of fhir.resources object to."""
    from fhir.resources.R4B.bundle import Bundle
    from pydantic import ValidationError

    try:
        Bundle.model_validate(bundle)
    except ValidationError as error:
        return [f"{_path(one['loc'])}: {one['type']}" for one in error.errors()]
    return []


def of_schema(bundle: Json) -> list[str]:
    """What the R4 JSON schema objects to, resource by resource."""
    problems = [
        f"{_path(error.absolute_path)}: {error.validator}"
        for error in _validator("Bundle").iter_errors(bundle)
    ]
    for entry in bundle.get("entry", ()):
        kind = entry["resource"]["resourceType"]
        problems += [
            f"{kind}.{_path(error.absolute_path)}: {error.validator}"
            for error in _validator(kind).iter_errors(entry["resource"])
        ]
    return problems


@cache
def _validator(kind: str) -> Any:
    from jsonschema import Draft6Validator

    definitions = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))["definitions"]
    return Draft6Validator({"$ref": f"#/definitions/{kind}", "definitions": definitions})


def _path(parts: Any) -> str:
    return ".".join(str(part) for part in parts)
