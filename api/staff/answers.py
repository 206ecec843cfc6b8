"""Answers of signed-in resources, and the headers that changes of referrals carry."""

import re
from dataclasses import asdict, is_dataclass
from typing import Any

from litestar import Response
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_428_PRECONDITION_REQUIRED

from api.providers import AnyRequest
from api.staff.session import NO_STORE
from core.errors import Invalid

Answer = Response[dict[str, Any]]
IF_MATCH, KEY = "if-match", "idempotency-key"
_VERSION = re.compile(r'(?:W/)?"?(\d{1,9})"?')


def answer(content: Any, status: int = 200, *, version: int | None = None) -> Answer:
    """JSON that no cache keeps; with `version`, the ETag to send back as If-Match."""
    etag = {"ETag": f'"{version}"'} if version is not None else {}
    shown = asdict(content) if is_dataclass(content) and not isinstance(content, type) else content
    return Response(shown, headers={**NO_STORE, **etag}, status_code=status)


def expected_version(request: AnyRequest, given: int | None) -> int:
    """The version the caller has read, from If-Match or the body. 428 when neither says it."""
    header = request.headers.get(IF_MATCH)
    if header is None:
        if given is None:
            raise HTTPException(
                "Say which version you have read: If-Match, or version in the body.",
                status_code=HTTP_428_PRECONDITION_REQUIRED,
            )
        return given
    match = _VERSION.fullmatch(header.strip())
    if match is None or given not in (None, int(match[1])):
        raise Invalid('If-Match must be the ETag you have read, as "3".', parameter="If-Match")
    return int(match[1])


def idempotency_key(request: AnyRequest) -> str | None:
    """The caller's Idempotency-Key, if there is one."""
    return request.headers.get(KEY)
