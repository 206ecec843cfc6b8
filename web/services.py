"""One service: its page, and the page to print."""

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect

from core.access import PUBLIC
from core.clock import now
from directory.moving import missing
from directory.views import ServiceView
from web.cards import Asked, card_html
from web.forms import SAVED, SearchForm, read_form
from web.i18n import language
from web.links import with_query
from web.listing import Listing, listing, text_of
from web.pages import absolute, here, page, saving, search_link
from web.providers import PageRequest, site_of
from web.qr import qr
from web.rendering import Here
from web.sensitive import any_sensitive, is_sensitive
from web.structured import structured
from web.units import hits, places_of, public_view, public_views


@get("/services/{id:str}", opt=PUBLIC, sync_to_thread=True)
def service(request: PageRequest, id: FromPath[str]) -> Response[str] | Redirect:
    """Everything about a service at one place, with the way back to the list it was found in.

    The id of a service that has several places leads to a choice of them.
    """
    at = here(request)
    form = read_form(at.pairs)
    found = public_views(site_of(request), [id])
    if not found:
        return _places(request, id, at, form)
    (view,) = found
    return page(
        request,
        "service.html",
        indexed=True,
        sensitive=is_sensitive(view),
        view=_listing(view, at),
        data=structured(view, now()),
        back_href=search_link(at, form) if form.pairs else "",
        print_href=at.href(f"/services/{id}/print", form.pairs),
        report_href=at.href(f"/services/{id}/report"),
        save_href=saving(at, form.chosen.get(SAVED, ())) + id,
        address=absolute(request, f"/services/{id}"),
        tiles=site_of(request).settings.map_tiles_url or "",
    )


@get("/services/{id:str}/print", opt=PUBLIC, sync_to_thread=True)
def printed(request: PageRequest, id: FromPath[str]) -> Response[str]:
    """The same on paper: large, black on white, without the way around the site."""
    at = here(request)
    site, say = site_of(request), language(at.code)
    address = absolute(request, f"/services/{id}")
    typed = address.removeprefix("https://").removeprefix("http://")
    view = public_view(site, id)
    return page(
        request,
        "print.html",
        sensitive=is_sensitive(view),
        view=_listing(view, at),
        href=at.href(f"/services/{id}", read_form(at.pairs).pairs),
        qr=qr(address),
        printed=say.gettext(
            "Printed %(date)s from %(address)s. Hours change: call before you go.",
            date=say.day(now().astimezone(site.zone).date()),
            address=typed,
        ),
    )


def _listing(view: ServiceView, at: Here) -> Listing:
    return listing(view, now(), language(at.code))


def _places(request: PageRequest, id: str, at: Here, form: SearchForm) -> Response[str] | Redirect:
    """Where a service is offered. Raises NotFound when that is nowhere to be shown."""
    site = site_of(request)
    views = places_of(site, id)
    if not views:
        with site.database.read() as session:
            raise missing(session, id, "There is no such service.")
    if len(views) == 1:
        return Redirect(at.href(f"/services/{views[0].id}", form.pairs), status_code=302)
    say = language(at.code)
    asked = Asked(
        say,
        now(),
        at.href("/services"),
        with_query("", form.pairs),
        saving=saving(at, form.chosen.get(SAVED, ())),
    )
    return page(
        request,
        "places.html",
        indexed=True,
        sensitive=any_sensitive(views),
        name=text_of(views[0], "name", say),
        organization=views[0].organization.name,
        cards=[card_html(hit, asked) for hit in hits(views)],
    )
