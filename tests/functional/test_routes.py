"""Rules for every route of the application, whoever wrote it."""

from collections.abc import Iterator

import pytest
from litestar import Litestar, get
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.testing import TestClient

from app.asgi import create_app
from app.errors import exception_handlers
from app.guards import Door
from core.access import WHO
from core.settings import Settings
from tests.support.engines import CannedEngine

WHO_MAY = {"public", "operator", "staff", "pending"}
DEMO = Settings.from_env({"HANDRAIL_DEMO": "1", "HANDRAIL_HOME": "/nonexistent"})


def handlers() -> Iterator[tuple[str, HTTPRouteHandler]]:
    """(path, handler) of every route that was written by somebody."""
    for route in create_app(DEMO, search=CannedEngine()).routes:
        for handler in getattr(route, "route_handlers", []):
            if handler.http_methods != {"OPTIONS"}:
                yield route.path, handler


ROUTES = sorted({f"{path} {handler}": (path, handler) for path, handler in handlers()}.items())


@pytest.mark.parametrize(("path", "handler"), [pair for _, pair in ROUTES], ids=dict(ROUTES))
def test_every_route_says_who_may_call_it(path: str, handler: HTTPRouteHandler) -> None:
    assert handler.opt.get(WHO) in WHO_MAY


@pytest.mark.parametrize(("path", "handler"), [pair for _, pair in ROUTES], ids=dict(ROUTES))
def test_every_route_is_documented(path: str, handler: HTTPRouteHandler) -> None:
    assert handler.fn.__doc__


def test_a_route_that_does_not_say_is_closed() -> None:
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "secret"

    guarded = Litestar(
        [forgotten],
        guards=[Door(DEMO).check],
        exception_handlers=exception_handlers(),
        state=State({"settings": DEMO}),
        logging_config=None,
        openapi_config=None,
    )
    with TestClient(guarded) as client:
        answer = client.get("/forgotten")
    assert answer.status_code == 404
    assert "secret" not in answer.text
