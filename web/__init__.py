"""The public pages: server-rendered, in English and Spanish, all of them whole without JavaScript.

`routes` are the handlers, `problem` is the page for what went wrong, `translations` says English
source strings in other languages.
"""

from litestar import Router
from litestar.types import ControllerRouterHandler

from web.about import about
from web.i18n import LANGUAGES, translations
from web.maps import around
from web.problems import problem
from web.saved import packet, saved
from web.searching import results
from web.services import printed, service
from web.start import start
from web.static_files import static_file

pages: list[ControllerRouterHandler] = [
    start,
    results,
    service,
    printed,
    saved,
    packet,
    about,
]
routes = [
    *pages,
    *(Router(f"/{code}", route_handlers=pages) for code in LANGUAGES),
    around,
    static_file,
]

__all__ = ["problem", "routes", "translations"]
