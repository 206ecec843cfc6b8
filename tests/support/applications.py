"""Applications for tests. Putting one together takes longer than most tests, so they serve again."""

from collections.abc import Iterator
from contextlib import contextmanager

from litestar import Litestar

from app.asgi import assemble, fit_out
from core.settings import Settings
from search.engine import SearchEngine

_spare: list[Litestar] = []


@contextmanager
def application(settings: Settings, search: SearchEngine | None = None) -> Iterator[Litestar]:
    """An application that nobody else has meanwhile, with nothing of those who had it before."""
    app = _spare.pop() if _spare else assemble()
    try:
        yield fit_out(app, settings, search)
    finally:
        _spare.append(app)
