"""Templates to pages: one Jinja environment per language, and the headers every page carries."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from web import assets, snippets
from web.i18n import LANGUAGES, SOURCE_LANGUAGE, language
from web.links import page_path, with_query
from web.snippets import Ready

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True, slots=True)
class Here:
    """The page being shown: its bare path, its parameters, and the language it is read in."""

    path: str = "/"
    pairs: tuple[tuple[str, str], ...] = ()
    code: str = SOURCE_LANGUAGE
    default: str = SOURCE_LANGUAGE

    def href(self, path: str, pairs: Iterable[tuple[str, str]] = ()) -> str:
        """Address of another page in the same language."""
        return with_query(page_path(path, self.code, self.default), pairs)

    def in_language(self, code: str) -> str:
        """Address of this same page in another language."""
        return with_query(page_path(self.path, code, self.default), self.pairs)


def render(template: str, here: Here, **context: object) -> str:
    """The page as HTML."""
    return (
        _environment(here.code)
        .get_template(template)
        .render(
            path=here.href,
            here_in=here.in_language,
            **context,
        )
    )


def render_part(template: str, code: str, **context: object) -> str:
    """A piece of a page that does not depend on which page it is."""
    return _environment(code).get_template(template).render(context)


@cache
def _environment(code: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    reader = language(code)
    environment.install_gettext_translations(reader.catalog, newstyle=True)  # type: ignore[attr-defined]
    environment.globals.update(
        language=reader,
        other_languages=[language(other) for other in LANGUAGES if other != code],
        static=assets.url,
        marks=Ready(snippets.mark),
        lamps=Ready(snippets.lamp),
        lang_of=Ready(partial(snippets.lang_attribute, code)),
    )
    return environment


def security_headers(tiles_url: str | None, framed_by: str = "'none'") -> dict[str, str]:
    """What a page may do: load from here, and pictures of the map from the server that is set.

    `framed_by` says which sites may show it inside their own pages.
    """
    pictures = ["'self'", "data:"]
    if tiles_url:
        address = urlsplit(tiles_url)
        pictures.append(f"{address.scheme}://{address.netloc.replace('{s}', '*')}")
    policy = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": " ".join(pictures),
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": framed_by,
    }
    return {
        "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in policy.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": "geolocation=(), camera=(), microphone=()",
    }
