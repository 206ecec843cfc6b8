"""The first page: five signs, one search form."""

from dataclasses import dataclass

from litestar import Response, get

from core.access import PUBLIC
from core.clock import now
from core.errors import Unavailable
from directory.codes import CATEGORY, categories, codes
from search.query import SearchQuery
from web import times
from web.forms import SearchForm
from web.i18n import Language
from web.pages import page, reader
from web.providers import PageRequest, Site, site_of


@dataclass(frozen=True, slots=True)
class Sign:
    """One category to choose; `open_now` is blank when none is, or when that cannot be counted."""

    code: str
    name: str
    hint: str
    open_now: str


@get("/", opt=PUBLIC, sync_to_thread=True)
def start(request: PageRequest) -> Response[str]:
    """What do you need, where, when."""
    say = reader(request)
    return page(
        request,
        "start.html",
        indexed=True,
        form=SearchForm(),
        signs=signs(site_of(request), say),
        when_options=times.when_options(say),
        day_options=times.day_options(say),
    )


def signs(site: Site, say: Language) -> list[Sign]:
    """The five categories, with how many services are open now."""
    counts = _open_now(site)
    return [
        Sign(
            slug,
            code.name(say.code),
            code.descriptions.get(say.code, code.descriptions["en"]),
            say.ngettext("%(num)s open now", "%(num)s open now", counts[slug])
            if counts.get(slug)
            else "",
        )
        for slug, code in ((slug, codes(CATEGORY)[slug]) for slug in categories())
    ]


def _open_now(site: Site) -> dict[str, int]:
    at = now()
    try:
        found = site.engine.search(
            SearchQuery(now=at, open_at=at, per_page=1, facets=("categories",))
        )
    except Unavailable:
        return {}  # the signs lead on without counts
    return dict(found.facets.get("categories", {}))
