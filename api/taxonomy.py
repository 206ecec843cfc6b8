"""GET /taxonomy: the code lists that searches and records use."""

from functools import cache
from typing import Any

from litestar import Request, Response, get

from api.parameters import refuse_others
from api.responses import revalidated
from api.schemas.taxonomy import CodeListOut, CodeOut, Taxonomy
from core.access import PUBLIC
from directory.codes import (
    ACCESSIBILITY,
    AUDIENCE,
    CATEGORY,
    COST,
    DELIVERY,
    DOCUMENT,
    INSURANCE,
    Code,
    CodeList,
    code_lists,
)

PARAMETERS = {
    CATEGORY: "category",
    COST: "cost",
    AUDIENCE: "for",
    DELIVERY: "delivery",
    ACCESSIBILITY: "accessible",
    INSURANCE: "insurance",
    DOCUMENT: "without_document",
}
"""Lists whose codes a search parameter takes. Terms below a category go into `term`."""


@get("/taxonomy", operation_id="taxonomy", opt=PUBLIC, sync_to_thread=False)
def taxonomy(request: Request[Any, Any, Any]) -> Response[Taxonomy]:
    """List every code, with its names and its place in Open Eligibility."""
    refuse_others(request)
    return revalidated(request, _taxonomy(), max_age_s=3600)


@cache
def _taxonomy() -> Taxonomy:
    return Taxonomy([_list(found) for found in code_lists().values()])


def _list(found: CodeList) -> CodeListOut:
    codes = [_code(code) for code in found.codes.values()]
    return CodeListOut(found.name, found.names, PARAMETERS.get(found.name), codes)


def _code(code: Code) -> CodeOut:
    return CodeOut(
        id=code.id,
        code=code.code,
        names=code.names,
        descriptions=code.descriptions,
        parent=code.parent,
        open_eligibility=list(code.open_eligibility),
        value=code.value,
    )
