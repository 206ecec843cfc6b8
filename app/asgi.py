"""The application: everything is put together here.

    granian --interface asgi --factory app.asgi:create_app

`app.state` holds what handlers share: `settings`, `database`, `search` (a SearchEngine), `places`
(a geocoder), `drugs` (names of medicines), `answers_at_once`, `openings` (words for open and
closed, by language), `metrics`, `denials`, `keyring`; and the `door` before them.
"""

from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from threading import Thread

from litestar import Litestar
from litestar.concurrency import set_asyncio_executor, sync_to_thread
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.handlers.base import BaseRouteHandler
from litestar.types import HTTPScope

import app.tables  # noqa: F401 - what follows patients registers itself
import web
from api.opening import Openings
from api.routes import routes as api_routes
from app import health
from app.denials import Denials, denial
from app.engines import open_search
from app.errors import exception_handlers
from app.guards import Connection, Door
from app.metrics import Metrics, TimedEngine
from app.middleware import Edge
from app.requests import CarefulRequest
from core.db import POOL_SIZE, Database
from core.settings import Settings, get_settings
from directory.geocode import Places, make_geocoder
from directory.prices.catalog import Shelf
from search.engine import SearchEngine

BODY_MAX_BYTES = 1_000_000
COMPRESS_FROM_BYTES = 1_000
COMPRESS_LEVEL = 4  # the time of a higher one is better spent on the next request


@cache
def _threads() -> ThreadPoolExecutor:
    """The threads of all synchronous handlers: as many as the database has connections."""
    return ThreadPoolExecutor(POOL_SIZE, "handler")


def create_app(settings: Settings | None = None, *, search: SearchEngine | None = None) -> Litestar:
    """The application. `search` replaces the engine the settings name; both are closed at the end."""
    return fit_out(assemble(), settings or get_settings(), search)


def assemble() -> Litestar:
    """Every route behind one door, without settings: it serves after `fit_out`."""
    set_asyncio_executor(_threads())
    app = Litestar(
        [*web.routes, *api_routes, *health.routes],
        lifespan=[_opened],
        guards=[_check],
        exception_handlers=exception_handlers(),
        compression_config=CompressionConfig(
            backend="gzip",
            minimum_size=COMPRESS_FROM_BYTES,
            gzip_compress_level=COMPRESS_LEVEL,
            exclude=["^/static/"],  # compressed already
        ),
        request_class=CarefulRequest,
        request_max_body_size=BODY_MAX_BYTES,
        openapi_config=None,  # the API describes itself, see api/openapi.py
        logging_config=None,
    )
    app.asgi_handler = Edge(app.asgi_handler, _note)
    return app


def fit_out(app: Litestar, settings: Settings, search: SearchEngine | None = None) -> Litestar:
    """Gives an application that does not serve now its settings, and nothing of earlier ones."""
    app.state = State(
        {
            "settings": settings,
            "search": search,
            "metrics": Metrics(),
            "door": Door(settings),
        }
    )
    return app


def _note(scope: HTTPScope, status: int) -> None:
    """Whoever was refused something is in the audit trail."""
    if found := denial(scope, status):
        scope["litestar_app"].state.denials.note(found)


async def _check(connection: Connection, handler: BaseRouteHandler) -> None:
    await connection.app.state.door.check(connection, handler)


@asynccontextmanager
async def _opened(app: Litestar) -> AsyncIterator[None]:
    """What lives as long as the application: opened in its own process, closed at its end."""
    state = app.state
    settings: Settings = state.settings
    database = Database(settings.database_url)
    engine = state.search or open_search(settings)
    state.database = database
    state.denials = Denials(database)
    state.keyring = settings.keyring()
    state.search = TimedEngine(engine, state.metrics)
    state.answers_at_once = answers_at_once(settings)
    state.drugs = Shelf()
    state.places = await sync_to_thread(open_places, settings)
    # Its tables take a second to load; the first page need not wait for them.
    Thread(target=state.places.suggest, args=("1",), daemon=True).start()
    state.openings = {code: Openings(code, say) for code, say in web.translations().items()}
    try:
        yield
    finally:
        state.denials.close()
        engine.close()
        database.close()


def answers_at_once(settings: Settings) -> bool:
    """Whether a search takes milliseconds of this process and waits for no other.

    The embedded engine computes under one lock, and Python under another: in a thread it would
    not run beside anything else, and changing threads costs as much as a small search. A search
    server or a geocoder elsewhere is waited for, and must not keep every other request waiting.
    """
    return settings.geocoder == "offline" and settings.search_url is None


def open_places(settings: Settings) -> Places:
    """The geocoder the settings name."""
    return make_geocoder(
        settings.geocoder, settings.geocoder_options, settings.home / "geocoder.db"
    )
