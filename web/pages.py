"""From a request to a page: where we are, in which language, and the response that carries it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl

from litestar import Response
from litestar.enums import MediaType

from web.forms import SearchForm
from web.i18n import LANGUAGES, Language, language
from web.links import split_language, with_query
from web.providers import PageRequest, settings_of
from web.rendering import Here, render, security_headers

PRIVATE = {"Cache-Control": "no-cache"}
"""Pages hold the state of this minute: ask again before showing one from memory."""
UNKEPT = {"Cache-Control": "no-store"}
"""Pages that nobody should find again by pressing Back."""


def here(request: PageRequest) -> Here:
    """The page this request asks for."""
    default = settings_of(request).language
    code, path = split_language(request.scope["path"], default)
    query = request.scope["query_string"].decode("latin-1")
    return Here(path, tuple(parse_qsl(query, keep_blank_values=True)), code, default)


def reader(request: PageRequest) -> Language:
    """The language of this request."""
    return language(here(request).code)


@dataclass(frozen=True, slots=True)
class Indexed:
    """Where search engines should say a page is: its own address, and that in each language."""

    canonical: str
    alternates: tuple[tuple[str, str], ...]


def page(
    request: PageRequest,
    template: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    at: Here | None = None,
    *,
    indexed: bool = False,
    sensitive: bool = False,
    **context: object,
) -> Response[str]:
    """The page as a response with the headers every page has.

    Search engines may keep it if `indexed`. A `sensitive` one has a way out, a title that says
    nothing, and is not kept by the browser.
    """
    settings = settings_of(request)
    if indexed:
        context["indexed"] = _indexed(here(request), settings.base_url)
    if sensitive:
        context["leave"] = settings.exit_url
    return Response(
        render(template, at or here(request), **context),
        status_code=status,
        media_type=MediaType.HTML,
        headers={
            **security_headers(settings.map_tiles_url),
            **(UNKEPT if sensitive else PRIVATE),
            **(headers or {}),
        },
    )


def _indexed(at: Here, base_url: str) -> Indexed:
    bare = replace(at, pairs=())
    codes = [*((code, code) for code in LANGUAGES), ("x-default", at.default)]
    return Indexed(
        base_url + bare.in_language(at.code),
        tuple((name, base_url + bare.in_language(code)) for name, code in codes),
    )


def search_link(at: Here, form: SearchForm) -> str:
    """Address of the results for a form."""
    return at.href("/search", form.pairs)


def saving(at: Here, saved: Iterable[str] = ()) -> str:
    """Address that adds a service to these; the service's id is put after it."""
    pairs = [("id", one) for one in saved]
    return with_query(at.href("/saved"), pairs) + ("&id=" if pairs else "?id=")


def absolute(request: PageRequest, path: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
    """The address of a page as somebody elsewhere must type it, in the reader's language."""
    return settings_of(request).base_url + here(request).href(path, pairs)
