"""Our code lists: what a field may say, in English and Spanish, in one place.

The lists are data (`codes.json`, `taxonomy.json`). In the database each list is an HSDS taxonomy
and each code a taxonomy term with a stable id; a fact on a record is an HSDS attribute.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.db import stable_id

CATEGORY = "handrail/category"
AUDIENCE = "handrail/audience"
DELIVERY = "handrail/delivery"
ACCESSIBILITY = "handrail/accessibility"
INSURANCE = "handrail/insurance"
DOCUMENT = "handrail/document"
COST = "handrail/cost"
TRIP_TYPE = "handrail/trip-type"
RIDE_FEATURE = "handrail/ride-feature"
RESPITE_SETTING = "handrail/respite-setting"
FOOD_KIND = "handrail/food-kind"
PHARMACY_SERVICE = "handrail/pharmacy-service"
VISIT_TYPE = "handrail/visit-type"
INTAKE = "handrail/intake"
TECHNOLOGY = "handrail/technology"

OPEN_ELIGIBILITY = "open-eligibility"
"""Crosswalk scheme: ids of http://terminology.hl7.org/CodeSystem/OpenEligibilityTaxonomy."""

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `value` names the unit of the value it needs ("hours"), or is "".

    `parent`, `keywords` (search words in both languages) and `general` are only on category terms; a
    general one is meant by who just names the category ("food" is a pantry or a meal, not a garden).
    """

    list_name: str
    code: str
    names: dict[str, str]
    descriptions: dict[str, str] = field(default_factory=dict)
    parent: str | None = None
    keywords: tuple[str, ...] = ()
    open_eligibility: tuple[str, ...] = ()
    value: str = ""
    general: bool = False

    @property
    def id(self) -> str:
        """Id of the taxonomy term, the same on every installation."""
        return term_id(self.list_name, self.code)

    def name(self, language: str = "en") -> str:
        """The name in that language, else in English."""
        return self.names.get(language) or self.names["en"]


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list with its own name in each language; `codes` in the order people should see."""

    name: str
    names: dict[str, str]
    description: str
    codes: dict[str, Code]


def taxonomy_id(list_name: str) -> str:
    """Id of a list's taxonomy row."""
    return stable_id("handrail-codes", "taxonomy", list_name)


def term_id(list_name: str, code: str) -> str:
    """Id of a code's taxonomy_term row."""
    return stable_id("handrail-codes", "term", list_name, code)


@lru_cache(maxsize=1)
def code_lists() -> dict[str, CodeList]:
    """Every list by name, the category taxonomy first."""
    lists = [_category_list(_read("taxonomy.json"))]
    lists += [_code_list(name, data) for name, data in _read("codes.json").items()]
    return {found.name: found for found in lists}


def codes(list_name: str) -> dict[str, Code]:
    """The codes of one list. Raises KeyError for a list that does not exist."""
    return code_lists()[list_name].codes


def categories() -> tuple[str, ...]:
    """The five category slugs, in the order people see them."""
    return tuple(code.code for code in codes(CATEGORY).values() if code.parent is None)


def terms_of(category: str) -> Iterator[Code]:
    """The terms directly under a category."""
    return (code for code in codes(CATEGORY).values() if code.parent == category)


def category_of(code: str) -> str:
    """The category a term lies in; a category lies in itself. Raises KeyError when unknown."""
    return codes(CATEGORY)[code].parent or code


def _read(name: str) -> Any:
    return json.loads((_HERE / name).read_text(encoding="utf-8"))


def _category_list(data: dict[str, Any]) -> CodeList:
    found = {}
    for row in data["terms"]:
        found[row["code"]] = Code(
            list_name=data["name"],
            code=row["code"],
            names={"en": row["en"], "es": row["es"]},
            descriptions={"en": row["about_en"], "es": row["about_es"]},
            parent=row.get("parent"),
            keywords=tuple(row["keywords"]),
            open_eligibility=tuple(row["open_eligibility"]),
            general=row.get("general", False),
        )
    names = {"en": "What you need", "es": "Qué necesita"}
    return CodeList(data["name"], names, data["description"], found)


def _code_list(name: str, data: dict[str, Any]) -> CodeList:
    found = {}
    for row in data["codes"]:
        names = {"en": row["en"], "es": row["es"]}
        found[row["code"]] = Code(name, row["code"], names, value=row.get("value", ""))
    return CodeList(name, {"en": data["en"], "es": data["es"]}, data["en"], found)
