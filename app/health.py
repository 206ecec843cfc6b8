"""Is the process up, is it ready to answer, what does it count: for those who run it."""

from http import HTTPStatus
from typing import Any

from litestar import Request, Response, get
from litestar.types import ControllerRouterHandler
from msgspec import Struct
from prometheus_client import CONTENT_TYPE_LATEST
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.migrating import newest
from core.access import OPERATOR, PUBLIC
from core.db import Database
from search import sync

NO_STORE = {"Cache-Control": "no-store"}
RETRY = {"Retry-After": "5"}
UNKNOWN_LAG = -1


class Up(Struct):
    """The process answers."""

    status: str = "up"


class Ready(Struct):
    """Whether requests can be served, and what each part says.

    `search_lag_s` is the age of the oldest change that searches do not find yet; -1 when nobody knows.
    """

    ready: bool
    database: str
    search: str
    search_lag_s: int


@get("/healthz", opt=PUBLIC, sync_to_thread=False, response_headers=NO_STORE)
def healthz() -> Up:
    """Up, whatever its database and index do: restarting the process would not help them."""
    return Up()


@get("/readyz", opt=PUBLIC, sync_to_thread=True)
def readyz(request: Request[Any, Any, Any]) -> Response[Ready]:
    """200 when the database is at the newest migration and the engine answers, else 503."""
    state = request.app.state
    database, search = database_state(state.database), search_state(state.search)
    ready = database == search == "ok"
    return Response(
        Ready(ready, database, search, search_lag_s(state.database)),
        status_code=HTTPStatus.OK if ready else HTTPStatus.SERVICE_UNAVAILABLE,
        headers=NO_STORE if ready else NO_STORE | RETRY,
    )


@get("/metrics", opt=OPERATOR, sync_to_thread=True)
def metrics(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Prometheus' text format; for this machine, or with HANDRAIL_METRICS_TOKEN as bearer."""
    body = request.app.state.metrics.page(request.app.state.database)
    return Response(body, media_type=CONTENT_TYPE_LATEST, headers=NO_STORE)


def database_state(database: Database) -> str:
    """ "ok", or what is wrong in a few words."""
    try:
        with database.engine.connect() as connection:
            found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    except SQLAlchemyError:
        return "does not answer, or was never migrated"
    return "ok" if found == newest() else "not at the newest migration"


def search_state(engine: Any) -> str:
    """ "ok", or that it does not answer; the engine's own words are for the log."""
    return "ok" if engine.health().ok else "does not answer"


def search_lag_s(database: Database) -> int:
    """Whole seconds, or -1 when the database does not say."""
    try:
        with database.read() as session:
            return round(sync.lag_s(session))
    except SQLAlchemyError:
        return UNKNOWN_LAG


routes: list[ControllerRouterHandler] = [healthz, readyz, metrics]
