"""Answers a client may keep, as long as it asks whether they still hold."""

import hashlib
from http import HTTPStatus
from typing import Any, TypeVar

import msgspec
from litestar import MediaType, Request, Response
from msgspec import Struct

Content = TypeVar("Content", bound=Struct)


def revalidated(
    request: Request[Any, Any, Any], content: Content, *, max_age_s: int = 0
) -> Response[Content]:
    """The content with an ETag, or 304 when the client has it already.

    With `max_age_s` caches may use it that long without asking; without, they always ask.
    """
    body = msgspec.json.encode(content)
    etag = f'"{hashlib.sha256(body).hexdigest()[:20]}"'
    kept = f"public, max-age={max_age_s}" if max_age_s else "no-cache"
    headers = {"ETag": etag, "Cache-Control": kept, "Vary": "Accept-Language"}
    if _has(request, etag):
        return Response(None, status_code=HTTPStatus.NOT_MODIFIED, headers=headers)  # type: ignore[arg-type]
    return Response(body, media_type=MediaType.JSON, headers=headers)  # type: ignore[arg-type]


def _has(request: Request[Any, Any, Any], etag: str) -> bool:
    held = request.headers.get("if-none-match", "")
    tags = (tag.strip().removeprefix("W/") for tag in held.split(","))
    return any(tag in (etag, "*") for tag in tags)
