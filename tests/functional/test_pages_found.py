"""What search engines are told: addresses in each language, and the facts of a service."""

import re

import pytest

from core.clock import frozen
from tests.functional.conftest import Client
from tests.functional.pages import TUESDAY_NOON, site
from tests.support.county import CLINIC_PLACE, LINE
from tests.support.microdata import microdata

__all__ = ["site"]


@pytest.mark.parametrize(
    ("path", "bare"),
    [
        ("/", "/"),
        ("/about", "/about"),
        (f"/services/{CLINIC_PLACE}?near=27701", f"/services/{CLINIC_PLACE}"),
    ],
)
def test_a_page_names_its_own_address_and_that_in_each_language(
    site: Client, path: str, bare: str
) -> None:
    english, spanish = f"https://h.example{bare}", f"https://h.example/es{bare}".rstrip("/")
    for html, own in ((site.get(path).text, english), (site.get(f"/es{path}").text, spanish)):
        assert f'<link rel="canonical" href="{own}">' in html
        assert dict(
            re.findall(r'<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">', html)
        ) == {
            "en": english,
            "es": spanish,
            "x-default": english,
        }
        assert "noindex" not in html


@pytest.mark.parametrize(
    "path",
    ["/search", "/saved", f"/services/{CLINIC_PLACE}/print", f"/services/{LINE}/report", "/x"],
)
def test_what_is_only_for_the_moment_is_not_kept_by_search_engines(site: Client, path: str) -> None:
    html = site.get(path).text
    assert '<meta name="robots" content="noindex">' in html and "canonical" not in html


def test_a_service_tells_who_where_when_and_how_to_call(site: Client) -> None:
    with frozen(TUESDAY_NOON.replace(month=5, day=5)):
        html = site.get(f"/services/{CLINIC_PLACE}").text
    (service,) = microdata(html)
    assert service["@type"] == ["https://schema.org/Service"]
    assert service["name"] == ["Evening clinic"]
    assert service["url"] == [f"https://h.example/services/{CLINIC_PLACE}"]
    assert service["provider"][0]["name"] == ["Eno River Helpers"]
    channel = service["availableChannel"][0]
    assert channel["servicePhone"][0]["telephone"] == ["919-555-0100"]
    place = channel["serviceLocation"][0]
    assert place["address"][0]["streetAddress"] == ["1 Main Street"]
    assert float(place["geo"][0]["latitude"][0]) == pytest.approx(35.99, abs=0.1)
    hours = service["hoursAvailable"]
    weekly = {one["dayOfWeek"][0]: one for one in hours if "dayOfWeek" in one}
    assert weekly.keys() == {
        f"https://schema.org/{d}day" for d in ("Mon", "Tues", "Wednes", "Thurs")
    }
    tuesday = weekly["https://schema.org/Tuesday"]
    assert (tuesday["opens"], tuesday["closes"]) == (["17:00"], ["21:00"])
    holidays = {one["validFrom"][0]: one for one in hours if "validFrom" in one}
    memorial = holidays["2026-05-25"]
    assert (memorial["opens"], memorial["closes"]) == (["00:00"], ["00:00"])


def test_a_line_without_a_place_tells_no_place(site: Client) -> None:
    (service,) = microdata(site.get(f"/services/{LINE}").text)
    assert "hoursAvailable" not in service
    assert all("serviceLocation" not in one for one in service.get("availableChannel", []))
