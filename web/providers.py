"""What pages are made from, found in the state of the application on every request."""

from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request

from core.clock import now
from core.db import Database
from core.settings import Settings
from directory.geocode import Places
from search.engine import SearchEngine
from search.request import Context

PageRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Site:
    """The parts pages ask, and the settings they heed."""

    engine: SearchEngine
    database: Database
    places: Places
    settings: Settings

    def context(self) -> Context:
        """What reading a search needs, as of now."""
        return Context(self.places, self.settings.time_zone, now())

    @property
    def zone(self) -> ZoneInfo:
        """The zone of places that do not say their own, and of the dates we print."""
        return ZoneInfo(self.settings.time_zone)


def settings_of(request: PageRequest) -> Settings:
    """The settings alone: all that a page about a failure may need."""
    found: Settings = request.app.state.settings
    return found


def site_of(request: PageRequest) -> Site:
    """The site this request was made to; app/asgi.py keeps its parts."""
    state = request.app.state
    return Site(state.search, state.database, state.places, state.settings)
