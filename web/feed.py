"""What changed, as an Atom feed in each language: for newsletters, other sites, and the curious."""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from litestar import Response, get

from core.access import PUBLIC
from core.clock import now
from directory.news import Change, News, changes, stamp
from web.i18n import Language, language
from web.pages import absolute, here
from web.providers import PageRequest, site_of
from web.rendering import Here, render

ATOM = "application/atom+xml"
KEPT = "public, max-age=900"


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in words. `href` is blank when there is no page to go to any more."""

    id: str
    title: str
    summary: str
    at: str
    href: str
    news: str


@get("/feed.xml", opt=PUBLIC, sync_to_thread=True)
def feed(request: PageRequest) -> Response[str]:
    """The newest changes; 304 for who has seen them."""
    site, at = site_of(request), here(request)
    with site.database.read() as session:
        etag = _etag(stamp(session), at.code, site.settings.base_url)
        headers = {"ETag": etag, "Cache-Control": KEPT}
        if etag in request.headers.get("if-none-match", ""):
            return Response("", status_code=304, headers=headers)
        found = changes(session, at.code)
    return Response(_atom(request, found, at), media_type=ATOM, headers=headers)


def _atom(request: PageRequest, found: list[Change], at: Here) -> str:
    say = language(at.code)
    return render(
        "feed.xml",
        at,
        title=say.gettext("Handrail: what changed"),
        about=say.gettext("Services that are new, changed or closed"),
        own=absolute(request, "/feed.xml"),
        home=absolute(request, "/"),
        updated=(found[0].at if found else now()).isoformat(),
        entries=[_entry(request, one, say) for one in found],
    )


def _entry(request: PageRequest, one: Change, say: Language) -> Entry:
    address = absolute(request, f"/services/{one.service_id}")
    return Entry(
        id=f"{address}#{one.at:%Y%m%dT%H%M%S%f}",
        title=_clean(_title(one, say)),
        summary=_clean(" · ".join(filter(None, (one.organization, _what(one.parts, say))))),
        at=one.at.isoformat(),
        href="" if one.news == News.CLOSED else address,
        news=one.news.value,
    )


def _title(one: Change, say: Language) -> str:
    match one.news:
        case News.NEW:
            return say.gettext("New: %(name)s", name=one.name)
        case News.PAUSED:
            return say.gettext("Closed for now: %(name)s", name=one.name)
        case News.CLOSED:
            return say.gettext("No longer offered: %(name)s", name=one.name)
        case _:
            return say.gettext("Changed: %(name)s", name=one.name)


def _what(parts: Collection[str], say: Language) -> str:
    """What changed of a service, in the order of its page."""
    words = {
        "service": say.gettext("what it is"),
        "schedule": say.gettext("hours"),
        "schedule_exception": say.gettext("hours"),
        "phone": say.gettext("phone numbers"),
        "location": say.gettext("place"),
        "address": say.gettext("place"),
        "service_at_location": say.gettext("place"),
        "service_area": say.gettext("area served"),
        "cost_option": say.gettext("cost"),
        "required_document": say.gettext("what to bring"),
        "language": say.gettext("languages"),
    }
    return ", ".join(dict.fromkeys(said for part, said in words.items() if part in parts))


def _etag(*parts: str) -> str:
    return f'"{hashlib.sha256(" ".join(parts).encode()).hexdigest()[:20]}"'


def _clean(text: str) -> str:
    """Without the control characters that XML has no way to say."""
    return "".join(letter if letter.isprintable() else " " for letter in text)
