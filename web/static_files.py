"""Static files over HTTP: named by content, so they may be kept for a year."""

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from core.access import PUBLIC
from web.assets import PREFIX, assets
from web.providers import PageRequest

A_YEAR = "public, max-age=31536000, immutable"


@get(PREFIX + "{name:path}", opt=PUBLIC, sync_to_thread=False)
def static_file(request: PageRequest, name: FromPath[str]) -> Response[bytes]:
    """One file by its published name, compressed for those who can read that."""
    asset = assets().get(name.removeprefix("/"))
    if asset is None:
        raise NotFoundException
    headers = {"Cache-Control": A_YEAR, "X-Content-Type-Options": "nosniff"}
    body = asset.body
    if asset.packed is not None:
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            body = asset.packed
    return Response(body, media_type=asset.media_type, headers=headers)
