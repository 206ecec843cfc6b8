"""Whoever asks by the id of a merged record is led to the one that was kept, and never elsewhere."""

import pytest
from litestar.testing import RequestFactory

from app.errors import exception_handlers
from core.errors import Moved


@pytest.mark.parametrize(
    ("path", "location"),
    [("/services/old", "/services/new"), ("//services/old", "/services/new")],
)
def test_the_way_stays_on_this_host(path: str, location: str) -> None:
    request = RequestFactory().get("/")
    request.scope["path"] = path
    answer = exception_handlers()[Moved](request, Moved("It moved.", "old", "new"))
    assert answer.headers["Location"] == location
