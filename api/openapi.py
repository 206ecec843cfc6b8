"""The API described, as OpenAPI 3.1: from the handlers, their schemas, and a few tables.

Search reads its parameters itself (search/request.py), so they are added here from the table it
reads them by; likewise the errors that every resource may answer with, and the examples.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import License
from litestar.types import ControllerRouterHandler
from msgspec.json import schema_components

from api.languages import PARAMETER as LANGUAGE
from api.price_parameters import PARAMETERS as PRICE_PARAMETERS
from api.schemas.problem import MEDIA_TYPE, Problem
from api.staff import openapi as staff
from core.settings import LANGUAGES
from directory.prices.asking import TEXT_MAX
from search.parameters import PARAMETERS, PLACE_MAX, Parameter

Json = dict[str, Any]

EXAMPLES = Path(__file__).parent / "examples"
TITLE = "Handrail"
ABOUT = """Services a patient can really use: where, when they are open, how to reach them.

No key is needed. Anybody may read, from any web page (CORS). Times carry their offset, distances
are metres, coordinates WGS 84 degrees. Errors are problem details (RFC 9457) that name the parameter."""
PROBLEM = {"$ref": "#/components/schemas/Problem"}
ERRORS: Mapping[str, str] = {
    "400": "A parameter is wrong; `errors` says which, and what is allowed.",
    "404": "There is no such record, or it is not public.",
    "429": "Too many requests from one address; `Retry-After` says when to come back.",
    "503": "Search or the database does not answer right now; `Retry-After` says when to come back.",
}
TYPED: Mapping[str, Callable[[str], Any]] = {"integer": int, "number": float, "boolean": bool}
BY_ID = ("400", "404", "503")
MOVED = "It was made one with another record; `Location` is the address of that."
MERGED = ("/api/v1/services/{service_id}", "/api/v1/organizations/{organization_id}")
ERRORS_OF: Mapping[str, Sequence[str]] = {
    "/api/v1/search": ("400", "429", "503"),
    "/api/v1/search/explain": ("400", "429", "503"),
    "/api/v1/places": ("400", "429"),
    "/api/v1/taxonomy": ("400",),
    "/api/v1/drugs": ("400", "429", "503"),
    "/api/v1/prices": ("400", "429", "503"),
    "/api/v1/services/{service_id}": BY_ID,
    "/api/v1/locations/{location_id}": BY_ID,
    "/api/v1/organizations/{organization_id}": BY_ID,
}


def described(routes: Sequence[ControllerRouterHandler]) -> Json:
    """The OpenAPI document of these routes."""
    config = OpenAPIConfig(
        title=TITLE,
        version=_version(),
        description=ABOUT,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        use_handler_docstrings=True,
    )
    document = Litestar(routes, openapi_config=config, logging_config=None).openapi_schema
    found: Json = json.loads(json.dumps(document.to_schema(), default=str))
    _, problems = schema_components([Problem], ref_template="#/components/schemas/{name}")
    found["components"]["schemas"].update(problems)
    found["components"]["schemas"].update(staff.components())
    found["components"]["securitySchemes"] = staff.SECURITY
    for path, item in found["paths"].items():
        for method, operation in item.items():
            if method == "get" and path in ERRORS_OF:
                _complete(path, operation)
            else:
                staff.complete(operation)
    return found


def _version() -> str:
    try:
        return version("handrail")
    except PackageNotFoundError:  # run from a checkout
        return "0"


def _complete(path: str, operation: Json) -> None:
    operation.setdefault("parameters", []).extend(_parameters(path))
    responses = {"200": operation["responses"]["200"]}
    content = responses["200"]["content"]["application/json"]
    name = operation["operationId"]
    content["example"] = json.loads((EXAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    responses |= {status: _error(status) for status in ERRORS_OF[path]}
    if path in MERGED:
        where = {"description": "The new address.", "schema": {"type": "string"}}
        responses["301"] = {"description": MOVED, "headers": {"Location": where}}
    operation["responses"] = responses


def _error(status: str) -> Json:
    example = json.loads((EXAMPLES / f"problem_{status}.json").read_text(encoding="utf-8"))
    headers = {}
    if status in ("429", "503"):
        about = "Seconds to wait before asking again."
        headers = {"Retry-After": {"description": about, "schema": {"type": "integer"}}}
    content = {MEDIA_TYPE: {"schema": PROBLEM, "example": example}}
    return {"description": ERRORS[status], "headers": headers, "content": content}


def _parameters(path: str) -> list[Json]:
    if path in ("/api/v1/search", "/api/v1/search/explain"):
        return [*map(_search_parameter, PARAMETERS), _language()]
    if path == "/api/v1/places":
        schema = {"type": "string", "maxLength": PLACE_MAX}
        return [_query("q", "The beginning of a ZIP, town or county.", schema, "durh")]
    if path == "/api/v1/drugs":
        schema = {"type": "string", "maxLength": TEXT_MAX}
        return [_query("q", "A line as people write it.", schema, "metformina er 500 60")]
    if path == "/api/v1/prices":
        found = [_query(name, *said) for name, said in PRICE_PARAMETERS.items()]
        found[0]["required"] = True
        return [*found, _language()]
    return [] if path == "/api/v1/taxonomy" else [_language()]


def _search_parameter(parameter: Parameter) -> Json:
    schema = dict(parameter.schema)
    example = TYPED.get(schema["type"], str)(parameter.example)
    if parameter.many:
        schema, example = {"type": "array", "items": schema}, [example]
    about = f"{parameter.about} Must be {parameter.allowed}."
    return _query(parameter.name, about, schema, example)


def _language() -> Json:
    schema = {"type": "string", "enum": list(LANGUAGES)}
    about = "Language of words, where there are translations; else `Accept-Language` decides."
    return _query(LANGUAGE, about, schema, "es")


def _query(name: str, about: str, schema: Json, example: Any) -> Json:
    found = {"name": name, "in": "query", "description": about, "schema": schema}
    return {**found, "required": False, "example": example}
