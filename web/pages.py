"""From a request to a page: where we are, in which language, and the response that carries it."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from litestar import Response
from litestar.enums import MediaType

from web.forms import SearchForm
from web.i18n import Language, language
from web.links import split_language
from web.providers import PageRequest, settings_of
from web.rendering import Here, render, security_headers

PRIVATE = {"Cache-Control": "no-cache"}
"""Pages hold the state of this minute: ask again before showing one from memory."""


def here(request: PageRequest) -> Here:
    """The page this request asks for."""
    default = settings_of(request).language
    code, path = split_language(request.scope["path"], default)
    query = request.scope["query_string"].decode("latin-1")
    return Here(path, tuple(parse_qsl(query, keep_blank_values=True)), code, default)


def reader(request: PageRequest) -> Language:
    """The language of this request."""
    return language(here(request).code)


def page(
    request: PageRequest,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    at: Here | None = None,
    **context: object,
) -> Response[str]:
    """The page as a response with the headers every page has."""
    return Response(
        render(template, at or here(request), **context),
        status_code=status,
        media_type=MediaType.HTML,
        headers={
            **security_headers(settings_of(request).map_tiles_url),
            **PRIVATE,
            **(headers or {}),
        },
    )


def search_link(at: Here, form: SearchForm) -> str:
    """Address of the results for a form."""
    return at.href("/search", form.pairs)
