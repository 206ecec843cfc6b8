"""The pages, public and for staff: rendered on the server, in English and Spanish, whole without
JavaScript.

`routes` are the handlers, `problem` is the page for what went wrong, `translations` says English
source strings in other languages.
"""

from litestar import Router
from litestar.types import ControllerRouterHandler

from web import admin, curator, partner, respond, staff
from web.about import about
from web.crawling import robots, sitemap, sitemap_index
from web.embed import embed, embed_frame
from web.feed import feed
from web.i18n import LANGUAGES, translations
from web.maps import around
from web.prices.call import call
from web.prices.compare import compare
from web.prices.past import history
from web.problems import problem
from web.report import report_form, send_report, thanks
from web.saved import packet, saved
from web.searching import results
from web.services import printed, service
from web.staff import referring
from web.staff.problems import is_for_staff
from web.staff.working.packets import handed_out
from web.start import start
from web.static_files import static_file
from web.status import statuses
from web.styleguide import styleguide

pages: list[ControllerRouterHandler] = [
    start,
    results,
    service,
    printed,
    report_form,
    send_report,
    thanks,
    saved,
    packet,
    compare,
    call,
    history,
    about,
    embed,
    embed_frame,
    feed,
    styleguide,
]
routes: list[ControllerRouterHandler] = [
    Router("/", route_handlers=pages),
    *(Router(f"/{code}", route_handlers=pages) for code in LANGUAGES),
    *(staff.doors(path) for path in ("/", *(f"/{code}" for code in LANGUAGES))),
    staff.inside(),
    admin.administering(),
    curator.looking_after(),
    partner.inside(),
    referring.inside(),
    *(handed_out(path) for path in ("/", *(f"/{code}" for code in LANGUAGES))),
    *(statuses(path) for path in ("/", *(f"/{code}" for code in LANGUAGES))),
    *(respond.visits(path) for path in ("/", *(f"/{code}" for code in LANGUAGES))),
    around,
    robots,
    sitemap_index,
    sitemap,
    static_file,
]

__all__ = ["is_for_staff", "problem", "routes", "translations"]
