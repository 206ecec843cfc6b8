"""Pages that somebody may have to leave fast: a way out first, a title that says nothing."""

import re
from collections.abc import Callable

import pytest

from core.db import Database
from directory.code_rows import attribute
from directory.codes import AUDIENCE, codes
from directory.commands import create_all
from tests.functional.conftest import Client
from tests.functional.pages import links_of
from tests.support.county import CLINIC_PLACE, LINE

OUT = "Leave this page now"


@pytest.fixture
def troubled(county_url: str, start: Callable[..., Client]) -> Client:
    """The site, with the ride line for people who leave violence."""
    database = Database(county_url)
    with database.write() as session:
        create_all(session, [attribute("service", LINE, codes(AUDIENCE)["survivors-of-violence"])])
    database.close()
    return start(county_url, exit_url="https://weather.example")


@pytest.mark.parametrize(
    "path",
    [
        f"/services/{LINE}",
        f"/services/{LINE}/print",
        f"/services/{LINE}/report",
        f"/services/{LINE}/thanks",
        f"/saved?id={CLINIC_PLACE}&id={LINE}",
        f"/saved/print?id={LINE}",
        "/search?for=survivors-of-violence",
        "/search?q=my+husband+hits+me",
        "/search?q=domestic+violence&near=nowhere+at+all",
    ],
)
def test_a_sensitive_page_has_a_way_out_and_a_title_that_says_nothing(
    troubled: Client, path: str
) -> None:
    answer = troubled.get(path)
    title = re.search("<title>(.*?)</title>", answer.text)
    assert title and title[1] == "Information for you – Handrail"
    body = answer.text.split("<body", 1)[1]
    assert links_of(body)[OUT] == "https://weather.example"
    assert body.index(OUT) < body.index("<header")
    assert 'rel="noreferrer' in body
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Salir de esta página ya" in troubled.get(f"/es{path}").text


@pytest.mark.parametrize("path", ["/", "/about", "/search?q=food", f"/services/{CLINIC_PLACE}"])
def test_other_pages_have_none(troubled: Client, path: str) -> None:
    assert OUT not in troubled.get(path).text
