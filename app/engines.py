"""The search engine the settings name."""

from core.settings import Settings
from search.engine import SearchEngine


def open_search(settings: Settings) -> SearchEngine:
    """The engine, opened; close it at the end."""
    if settings.search_url is None:
        return _embedded(settings)
    from search.meili import MeilisearchEngine

    server = MeilisearchEngine(settings.search_url, settings.search_key)
    if settings.search_fallback == "none":
        return server
    from search.fallback import FallbackEngine

    return FallbackEngine(server, _embedded(settings))


def _embedded(settings: Settings) -> SearchEngine:
    from search.embedded.engine import EmbeddedEngine  # numpy is slow to import

    return EmbeddedEngine(settings.home / "search")
