"""What handlers share, typed: app/asgi.py puts it into the application's state."""

from typing import Any, cast

from litestar import Request

from accounts.browser import Visitor
from api.opening import Openings
from core.db import Database
from core.settings import Settings
from directory.geocode import Places
from directory.prices.catalog import Shelf
from patients.sealing import Vault
from search.engine import SearchEngine

AnyRequest = Request[Any, Any, Any]


def settings(request: AnyRequest) -> Settings:
    """The settings of this application."""
    return cast(Settings, request.app.state.settings)


def database(request: AnyRequest) -> Database:
    """Where the directory is."""
    return cast(Database, request.app.state.database)


def engine(request: AnyRequest) -> SearchEngine:
    """What answers searches."""
    return cast(SearchEngine, request.app.state.search)


def places(request: AnyRequest) -> Places:
    """What knows ZIPs and towns."""
    return cast(Places, request.app.state.places)


def openings(request: AnyRequest, language: str) -> Openings:
    """What says in that language whether a place is open."""
    return cast(Openings, request.app.state.openings[language])


def visitor(request: AnyRequest) -> Visitor:
    """Who asks; on routes that need nobody to be signed in, nobody."""
    return cast(Visitor, request.state.get("visitor") or Visitor())


def vault(request: AnyRequest) -> Vault:
    """What seals and opens patient records."""
    return Vault(request.app.state.keyring)


def shelf(request: AnyRequest) -> Shelf:
    """What knows drugs by name."""
    return cast(Shelf, request.app.state.drugs)


def answers_at_once(request: AnyRequest) -> bool:
    """Whether a search waits for nobody, so that a thread for it would only cost time."""
    return cast(bool, request.app.state.answers_at_once)
