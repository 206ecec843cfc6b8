"""One service: its page, and the page to print."""

from litestar import Response, get
from litestar.params import FromPath

from core.access import PUBLIC
from core.clock import now
from core.errors import NotFound
from directory.models import ServiceStatus, Visibility
from directory.queries import service_views
from directory.views import ServiceView
from web.forms import read_form
from web.i18n import language
from web.listing import Listing, listing
from web.pages import here, page, search_link
from web.providers import PageRequest, Site, site_of

OFFERED = (ServiceStatus.ACTIVE, ServiceStatus.TEMPORARILY_CLOSED)


@get("/services/{id:str}", opt=PUBLIC, sync_to_thread=True)
def service(request: PageRequest, id: FromPath[str]) -> Response[str]:
    """Everything about a service at one place, with the way back to the list it was found in."""
    at = here(request)
    form = read_form(at.pairs)
    return page(
        request,
        "service.html",
        view=_listing(request, id),
        back=search_link(at, form) if form.pairs else "",
        print_href=at.href(f"/services/{id}/print", form.pairs),
        tiles=site_of(request).settings.map_tiles_url or "",
    )


@get("/services/{id:str}/print", opt=PUBLIC, sync_to_thread=True)
def printed(request: PageRequest, id: FromPath[str]) -> Response[str]:
    """The same on paper: large, black on white, without the way around the site."""
    at = here(request)
    site, say = site_of(request), language(at.code)
    address = site.settings.base_url + at.href(f"/services/{id}")
    return page(
        request,
        "print.html",
        view=_listing(request, id),
        href=at.href(f"/services/{id}", read_form(at.pairs).pairs),
        printed=say.gettext(
            "Printed %(date)s from %(address)s. Hours change: call before you go.",
            date=say.day(now().astimezone(site.zone).date()),
            address=address.removeprefix("https://").removeprefix("http://"),
        ),
    )


def _listing(request: PageRequest, id: str) -> Listing:
    view = _public(site_of(request), id)
    return listing(view, now(), language(here(request).code))


def _public(site: Site, id: str) -> ServiceView:
    """The view that everybody may see. Raises NotFound also for what exists and is not public."""
    with site.database.read() as session:
        found = service_views(session, [id], timezone=site.settings.time_zone)
    if not found or not _is_public(found[0]):
        raise NotFound("There is no such service.")
    return found[0]


def _is_public(view: ServiceView) -> bool:
    """Not at a confidential place: that somebody is served there must not be found out by its id."""
    hidden = view.location is not None and view.location.confidential
    return view.visibility == Visibility.PUBLIC and view.status in OFFERED and not hidden
