"""Requests whose bodies are not to be trusted."""

from typing import Any

from litestar import Request
from litestar.exceptions import ClientException


class CarefulRequest(Request[Any, Any, Any]):
    """A body nested without end, or not UTF-8, is the client's mistake, not ours."""

    async def json(self) -> Any:
        """The body as JSON. Raises ClientException for what cannot be read."""
        try:
            return await super().json()
        except (RecursionError, UnicodeDecodeError):
            raise ClientException("The body is not JSON that can be read.") from None
