"""The saved list lives in its address: shared, printed, made longer and shorter without a script."""

import pytest
import segno

from tests.functional.conftest import Client
from tests.functional.pages import links_of, site, text_of
from tests.support.county import CLINIC, CLINIC_PLACE, LINE, SHELTER, STAFF
from web.qr import LONGEST, qr

__all__ = ["site"]
LIST = f"/saved?id={CLINIC_PLACE}&id={LINE}"


def test_a_list_shows_its_services_in_order_and_says_how_many(site: Client) -> None:
    html = site.get(LIST).text
    assert text_of(html).index("Evening clinic") < text_of(html).index("Ride line")
    assert '<h1 class="count-line">2 saved services</h1>' in html
    assert "<title>2 saved services" in html
    assert site.get(LIST).headers["Cache-Control"] == "no-store"


def test_what_is_not_public_or_gone_is_counted_and_not_named(site: Client) -> None:
    words = text_of(site.get(f"{LIST}&id={STAFF}&id=shelter-hidden-house&id=none").text)
    assert "3 services of this list are no longer offered." in words
    assert "Case conference" not in words and "Safe house" not in words


def test_without_a_script_services_are_added_and_taken_off_by_links(site: Client) -> None:
    found = site.get("/search", params={"saved": LINE, "near": "27701"}).text
    links = links_of(found)
    assert f'href="/saved?id={LINE}&amp;id={CLINIC_PLACE}"' in found
    assert f'<input type="hidden" name="saved" value="{LINE}">' in found
    assert links["Evening clinic"].endswith(f"?near=27701&saved={LINE}")
    detail = site.get(f"/services/{CLINIC_PLACE}?saved={LINE}").text
    assert links_of(detail)["Save : Evening clinic"] == f"/saved?id={LINE}&id={CLINIC_PLACE}"
    links = links_of(site.get(LIST).text)
    assert links["Take off the list: Evening clinic"] == f"/saved?id={LINE}"
    assert links["Add more"] == f"/search?saved={CLINIC_PLACE}&saved={LINE}"


def test_an_empty_list_says_how_to_fill_it(site: Client) -> None:
    words = text_of(site.get("/saved").text)
    assert "Nothing saved yet" in words and "Press “Save” beside a service." in words


def test_a_list_is_bounded_and_names_each_service_once(site: Client) -> None:
    many = "&".join(f"id=none-{number}" for number in range(200))
    words = text_of(site.get(f"{LIST}&id={LINE}&{many}&id={'x' * 5000}").text)
    assert "2 saved services" in words and "28 services of this list" in words


def test_the_packet_has_every_service_on_paper_and_a_square_back_to_the_list(site: Client) -> None:
    html = site.get(LIST.replace("?", "/print?")).text
    words = text_of(html)
    assert "919-555-0100" in words and "Tuesday 5 – 9 p.m." in words and "Ride line" in words
    assert "Printed March 3, 2026. Hours change" in words
    assert qr(f"https://h.example{LIST}") in html
    assert links_of(html)["Back to the list"] == LIST
    assert "<svg" not in site.get("/saved/print").text.split("<main", 1)[1]


def test_a_page_on_paper_has_a_square_that_leads_to_it(site: Client) -> None:
    assert (
        qr(f"https://h.example/services/{CLINIC_PLACE}")
        in site.get(f"/services/{CLINIC_PLACE}/print").text
    )
    spanish = site.get(f"/es/services/{CLINIC_PLACE}/print").text
    assert qr(f"https://h.example/es/services/{CLINIC_PLACE}") in spanish


def test_a_square_is_the_address_and_nothing_too_fine_is_drawn() -> None:
    drawn = qr("https://h.example/saved?id=a&id=b")
    same = segno.make_qr("https://h.example/saved?id=a&id=b", error="m")
    path = same.svg_inline(border=4, omitsize=True, lineclass=None).split("<path", 1)[1]
    assert path in drawn and "style=" not in drawn
    assert qr("x" * (LONGEST + 1)) == ""


def test_sharing_offers_the_address_without_what_was_searched(site: Client) -> None:
    html = site.get(f"/services/{CLINIC_PLACE}", params={"q": "clinic", "near": "27701"}).text
    assert f'value="https://h.example/services/{CLINIC_PLACE}" readonly' in html


@pytest.mark.parametrize("language", ["", "/es"])
def test_a_service_with_several_places_offers_them(site: Client, language: str) -> None:
    html = site.get(f"{language}/services/{CLINIC}", params={"near": "27701"}).text
    assert f'href="{language}/services/{CLINIC_PLACE}?near=27701"' in html
    assert f'href="{language}/services/clinic-east-side?near=27701"' in html
    assert site.get(f"/services/{SHELTER}").status_code == 404
