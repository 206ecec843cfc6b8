"""Every route of the API, for app/asgi.py."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from api.home import home, openapi
from api.resources import PREFIX, resources
from api.staff.routes import staff_resources

routes: list[ControllerRouterHandler] = [
    resources(),
    staff_resources(),
    Router(PREFIX, route_handlers=[home, openapi]),
]
