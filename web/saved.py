"""The saved list. It lives in the address, so it can be shared, printed and read without JavaScript;
a browser with JavaScript keeps the ids for its owner. The server keeps nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from litestar import Response, get

from core.access import PUBLIC
from core.clock import now
from directory.models import ServiceStatus
from directory.views import ServiceView
from web.cards import Asked, card_html
from web.forms import SAVED
from web.i18n import SOURCE_LANGUAGE, language
from web.listing import listing, text_of
from web.pages import UNKEPT, absolute, here, page, saving
from web.providers import PageRequest, site_of
from web.qr import qr
from web.rendering import Here
from web.sensitive import any_sensitive
from web.units import hits, listed_now
from web.words import Text

SAVED_MAX = 30
ID_LENGTH = 36  # characters


@dataclass(frozen=True, slots=True)
class Item:
    """One service of the list: its card, and the list without it."""

    id: str
    name: Text
    card: str  # HTML
    remove: str
    closed: bool


@get("/saved", opt=PUBLIC, sync_to_thread=True)
def saved(request: PageRequest) -> Response[str]:
    """The list that the address names, with ways to print it, share it and make it shorter."""
    at, ids = here(request), asked_ids(here(request))
    views, moved = listed_now(site_of(request), ids)
    found = [view.id for view in views]
    pairs = as_pairs(found)
    return page(
        request,
        "saved.html",
        headers=UNKEPT,
        sensitive=any_sensitive(views),
        items=_items(views, at),
        found=found,
        gone=len([id for id in ids if moved.get(id, id) not in found]),
        moved=moved,
        more=at.href("/search", [(SAVED, id) for id in found]),
        print_href=at.href("/saved/print", pairs),
        address=absolute(request, "/saved", pairs),
    )


@get("/saved/print", opt=PUBLIC, sync_to_thread=True)
def packet(request: PageRequest) -> Response[str]:
    """The list on paper: every service as on its own page to print, and the way back to the list."""
    at, site = here(request), site_of(request)
    say, moment = language(at.code), now()
    views, _ = listed_now(site, asked_ids(at))
    pairs = as_pairs([view.id for view in views])
    address = absolute(request, "/saved", pairs)
    return page(
        request,
        "packet.html",
        headers=UNKEPT,
        sensitive=any_sensitive(views),
        views=[listing(view, moment, say) for view in views],
        href=at.href("/saved", pairs),
        qr=qr(address) if views else "",
        printed=say.gettext(
            "Printed %(date)s. Hours change: call before you go.",
            date=say.day(moment.astimezone(site.zone).date()),
        ),
    )


def asked_ids(at: Here) -> list[str]:
    """The ids in the address, each once, as many as a list may have."""
    ids = (value for name, value in at.pairs if name == "id" and 0 < len(value) <= ID_LENGTH)
    return list(dict.fromkeys(ids))[:SAVED_MAX]


def as_pairs(ids: Sequence[str]) -> list[tuple[str, str]]:
    """The parameters of a list."""
    return [("id", id) for id in ids]


def _items(views: Sequence[ServiceView], at: Here) -> list[Item]:
    say = language(at.code)
    asked = Asked(say, now(), at.href("/services"), saving=saving(at))
    ids = [view.id for view in views]
    return [
        Item(
            view.id,
            text_of(view, "name", say) or Text(view.name, SOURCE_LANGUAGE),
            card_html(hit, asked),
            at.href("/saved", as_pairs([id for id in ids if id != view.id])),
            view.status == ServiceStatus.TEMPORARILY_CLOSED,
        )
        for view, hit in zip(views, hits(views), strict=True)
    ]
