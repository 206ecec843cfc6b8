"""The search box for other sites: a plain form to copy, and a frame where that is allowed."""

from litestar import Response, get

from core.access import PUBLIC
from core.errors import NotFound
from web.pages import absolute, here, page
from web.providers import PageRequest, settings_of
from web.rendering import security_headers


@get("/embed", opt=PUBLIC, sync_to_thread=True)
def embed(request: PageRequest) -> Response[str]:
    """What to copy into a page of one's own. The form brings no script and no cookie along."""
    return page(
        request,
        "embed.html",
        indexed=True,
        action=absolute(request, "/search"),
        frame=absolute(request, "/embed/frame") if settings_of(request).embed_origins else "",
    )


@get("/embed/frame", opt=PUBLIC, sync_to_thread=True)
def embed_frame(request: PageRequest) -> Response[str]:
    """The search box alone, for a frame on the sites that HANDRAIL_EMBED_ORIGINS names."""
    settings = settings_of(request)
    if not settings.embed_origins:
        raise NotFound("The search box is not offered in a frame.")
    headers = security_headers(None, " ".join(settings.embed_origins))
    return page(request, "embed_frame.html", headers=headers, action=here(request).href("/search"))
