"""The page that explains the others."""

from litestar import Response, get

from core.access import PUBLIC
from web.pages import page
from web.providers import PageRequest


@get("/about", opt=PUBLIC, sync_to_thread=True)
def about(request: PageRequest) -> Response[str]:
    """How the search, the week ribbon and distances work, and what happens to what you type."""
    return page(request, "about.html", indexed=True)
