"""Addresses of pages, in the reader's language.

The language is the first part of the path (`/es/search`), so it needs no cookie and every link can
be shared. The default language has no prefix.
"""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote, urlencode

from web.i18n import LANGUAGES, SOURCE_LANGUAGE

Pairs = Sequence[tuple[str, str]]


def split_language(path: str, default: str = SOURCE_LANGUAGE) -> tuple[str, str]:
    """("es", "/search") of "/es/search"; the default language when the path names none."""
    first, _, rest = path.lstrip("/").partition("/")
    code, bare = (first, rest) if first in LANGUAGES else (default, path)
    return code, f"/{bare.lstrip('/')}"  # two slashes would name another host


def page_path(path: str, code: str, default: str = SOURCE_LANGUAGE) -> str:
    """The bare path as readers of that language see it, ready for a link."""
    found = quote(path)
    return found if code == default else f"/{code}{found}".rstrip("/")


def with_query(path: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The path with these parameters; blank ones are left out."""
    kept = [(name, value) for name, value in pairs if value != ""]
    return f"{path}?{urlencode(kept)}" if kept else path


def without(pairs: Pairs, name: str, value: str | None = None) -> list[tuple[str, str]]:
    """The parameters less one (or less one of its values), and back on the first page."""
    return [
        (key, had)
        for key, had in pairs
        if key != "page" and not (key == name and value in (None, had))
    ]


def replacing(pairs: Pairs, changes: Mapping[str, str]) -> list[tuple[str, str]]:
    """The parameters with these set anew, and back on the first page unless `page` is one."""
    dropped = {*changes, "page"}
    kept = [(name, value) for name, value in pairs if name not in dropped]
    return kept + list(changes.items())
