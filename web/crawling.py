"""For programs that read the site: what they may read, and every page there is."""

from collections.abc import Iterable
from typing import Annotated
from urllib.parse import quote

from litestar import Response, get
from litestar.enums import MediaType
from litestar.params import FromPath, QueryParameter

from core.access import PUBLIC
from core.errors import NotFound
from core.settings import Settings
from directory.addresses import Kind, beginnings, page
from web.i18n import LANGUAGES
from web.links import page_path
from web.providers import PageRequest, site_of

XML = "application/xml"
AN_HOUR = {"Cache-Control": "public, max-age=3600"}
NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
FIRST_PAGES = ("/", "/about", "/embed")
UNLISTED = ("/search", "/saved", "/staff", "/api/", "/around")
"""Pages that are only for whoever asked for them."""
Text = Response[str]


@get("/robots.txt", opt=PUBLIC, sync_to_thread=False)
def robots(request: PageRequest) -> Text:
    """What programs may read. A demonstration is invented, so nothing of it may be found."""
    settings = site_of(request).settings
    if settings.demo:
        rules = [
            "# This is a demonstration: its services are invented.",
            "User-agent: *",
            "Disallow: /",
        ]
    else:
        prefixes = [page_path("/", code, settings.language).rstrip("/") for code in LANGUAGES]
        closed = [f"Disallow: {prefix}{path}" for path in UNLISTED for prefix in prefixes]
        rules = ["User-agent: *", *closed, "", f"Sitemap: {settings.base_url}/sitemap.xml"]
    return Response("\n".join(rules) + "\n", media_type=MediaType.TEXT, headers=AN_HOUR)


@get("/sitemap.xml", opt=PUBLIC, sync_to_thread=True)
def sitemap_index(request: PageRequest) -> Text:
    """The list of sitemaps."""
    site = site_of(request)
    base = site.settings.base_url
    addresses = [f"{base}/sitemaps/pages.xml"]
    with site.database.read() as session:
        for kind in Kind:
            for after in beginnings(session, kind):
                addresses.append(f"{base}/sitemaps/{kind}.xml?after={quote(after)}")
    items = (f"<sitemap><loc>{_escaped(address)}</loc></sitemap>" for address in addresses)
    return _xml("sitemapindex", items)


@get("/sitemaps/{name:str}", opt=PUBLIC, sync_to_thread=True)
def sitemap(
    request: PageRequest,
    name: FromPath[str],
    after: Annotated[str, QueryParameter(max_length=36)] = "",
) -> Text:
    """One sitemap: pages in every language, with the day they last changed."""
    site = site_of(request)
    if name == "pages.xml":
        return _xml("urlset", _urls(((path, "") for path in FIRST_PAGES), site.settings))
    kind = name.removesuffix(".xml")
    if kind not in set(Kind) or not after.isprintable():
        raise NotFound("There is no such sitemap.")
    with site.database.read() as session:
        found = page(session, Kind(kind), after)
    pages = ((f"/services/{id}", at.date().isoformat()) for id, at in found)
    return _xml("urlset", _urls(pages, site.settings))


def _urls(pages: Iterable[tuple[str, str]], settings: Settings) -> Iterable[str]:
    for path, changed in pages:
        last = f"<lastmod>{changed}</lastmod>" if changed else ""
        for code in LANGUAGES:
            address = settings.base_url + page_path(path, code, settings.language)
            yield f"<url><loc>{_escaped(address)}</loc>{last}</url>"


def _xml(root: str, items: Iterable[str]) -> Text:
    body = "\n".join(items)
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} xmlns="{NAMESPACE}">\n{body}\n</{root}>\n'
    )
    return Response(text, media_type=XML, headers=AN_HOUR)


def _escaped(address: str) -> str:
    return address.replace("&", "&amp;")
