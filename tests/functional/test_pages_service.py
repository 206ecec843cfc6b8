"""One service: its page, its paper, and who may see it."""

import pytest

from core.clock import frozen
from tests.functional.conftest import Client
from tests.functional.pages import TUESDAY_NOON, links_of, site, text_of
from tests.support.county import CLINIC_PLACE, LINE, STAFF

__all__ = ["site"]


def test_the_page_says_everything_that_is_known(site: Client) -> None:
    words = text_of(site.get(f"/services/{CLINIC_PLACE}").text)
    for said in (
        "Evening clinic",
        "Eno River Helpers",
        "Open until 9 p.m.",
        "Doctors after work.",
        "1 Main Street",
        "Step-free with a wheelchair",
        "Walk in",
        "Wait: about 6 days (asked February 20, 2026)",
        "Photo ID",
        "Sliding scale by income",
        "From 18 years",
        "People without insurance",
        "Serves Durham County",
        "Spanish",
        "Checked February 20, 2026",
    ):
        assert said in words, said


def test_hours_are_a_table_with_holidays_after_it(site: Client) -> None:
    words = text_of(site.get(f"/services/{CLINIC_PLACE}").text)
    assert "Tuesday 5 – 9 p.m." in words
    assert "Saturday Closed" in words
    assert "Apr 3 Closed: Good Friday" not in words  # a Friday: closed anyway
    with frozen(TUESDAY_NOON.replace(month=5, day=5)):
        words = text_of(site.get(f"/services/{CLINIC_PLACE}").text)
    assert "May 25 Closed: Memorial Day" in words
    assert "Opens at 5 p.m." in words


def test_the_way_back_is_the_list_it_was_found_in(site: Client) -> None:
    found = site.get("/search", params={"near": "27701", "category": "evening-clinic"}).text
    assert 'near=27701&amp;category=evening-clinic">Evening clinic</a>' in found
    detail = links_of(found)["Evening clinic"]
    assert detail.endswith("?near=27701&category=evening-clinic")
    links = links_of(site.get(detail).text)
    assert links["Back to the list"] == "/search?near=27701&category=evening-clinic"
    assert links["Page to print"].endswith("/print?near=27701&category=evening-clinic")
    assert "Back to the list" not in links_of(site.get(f"/services/{CLINIC_PLACE}").text)


def test_paper_has_the_number_the_hours_and_where_it_came_from(site: Client) -> None:
    words = text_of(site.get(f"/services/{CLINIC_PLACE}/print").text)
    assert "919-555-0100" in words
    assert "Tuesday 5 – 9 p.m." in words
    assert f"Printed March 3, 2026 from h.example/services/{CLINIC_PLACE}." in words


def test_a_line_without_a_place_has_a_page(site: Client) -> None:
    words = text_of(site.get(f"/services/{LINE}").text)
    assert "Hours unknown – call" in words
    assert "By phone" in words


@pytest.mark.parametrize(
    "path", [STAFF, "shelter", "shelter-hidden-house", "none", "%00", "a" * 5000]
)
def test_what_is_not_public_does_not_exist(site: Client, path: str) -> None:
    for page in (f"/services/{path}", f"/services/{path}/print"):
        answer = site.get(page)
        assert answer.status_code == 404
        assert "Nobody Knows" not in answer.text and "Case conference" not in answer.text


def test_translated_texts_are_shown_and_the_rest_is_marked(site: Client) -> None:
    html = site.get(f"/es/services/{CLINIC_PLACE}").text
    assert '<h1 itemprop="name">Clínica nocturna</h1>' in html
    assert "Médicos después del trabajo. (traducido por una máquina)" in text_of(html)
    assert '<small lang="en">Appointments</small>' in html
    card = site.get("/es/search", params={"category": "evening-clinic"}).text
    assert ">Clínica nocturna</a>" in card
    line = site.get(f"/es/services/{LINE}").text
    assert '<h1 itemprop="name" lang="en">Ride line</h1>' in line
