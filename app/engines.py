"""The search engine the settings name."""

from core.settings import Settings
from search.engine import SearchEngine


def open_search(settings: Settings) -> SearchEngine:
    """The engine, opened; close it at the end."""
    from search.embedded.engine import EmbeddedEngine  # numpy is slow to import

    return EmbeddedEngine(settings.home / "search")
