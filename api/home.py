"""GET /: what there is. GET /openapi.json: how to use it."""

from functools import cache
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get

from api.openapi import TITLE, described
from api.resources import PREFIX, resources
from api.staff.routes import staff_resources
from core.access import PUBLIC

KEPT = {"Cache-Control": "public, max-age=3600"}


@get("/", opt=PUBLIC, sync_to_thread=False, include_in_schema=False)
def home(request: Request[Any, Any, Any]) -> Response[dict[str, str]]:
    """Where to go from here."""
    paths = ("search", "places", "taxonomy", "openapi.json")
    links = {path.removesuffix(".json"): f"{PREFIX}/{path}" for path in paths}
    return Response({"title": TITLE, **links}, headers=KEPT)


@get("/openapi.json", opt=PUBLIC, sync_to_thread=True, include_in_schema=False)
def openapi() -> Response[bytes]:
    """The API described, as OpenAPI 3.1."""
    return Response(_document(), media_type=MediaType.JSON, headers=KEPT)


@cache
def _document() -> bytes:
    return msgspec.json.encode(described([resources(), staff_resources()]))
