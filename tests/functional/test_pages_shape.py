"""What holds for every page: headers, languages, links, and files that are kept."""

import gzip
import re
from collections.abc import Callable

import pytest

from tests.contract.documents import make_document
from tests.functional.conftest import Client
from tests.functional.pages import links_of, site, text_of
from tests.support.county import CLINIC_PLACE
from tests.support.engines import CannedEngine
from web.assets import assets, url

__all__ = ["site"]
PAGES = [
    "/",
    "/search?near=27701",
    f"/services/{CLINIC_PLACE}",
    f"/services/{CLINIC_PLACE}/print",
    f"/services/{CLINIC_PLACE}/report",
    f"/services/{CLINIC_PLACE}/thanks",
    f"/saved?id={CLINIC_PLACE}",
    "/saved",
    f"/saved/print?id={CLINIC_PLACE}",
    "/about",
    "/search?near=x",
    "/nope",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["", "/es"])
def test_pages_set_no_cookie_and_allow_only_what_is_ours(
    site: Client, path: str, language: str
) -> None:
    answer = site.get(f"{language}{path}".rstrip("/") or "/")
    policy = answer.headers["Content-Security-Policy"]
    assert "set-cookie" not in answer.headers
    assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy and "http" not in policy
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert not re.search(r'<[^>]+ (style|on[a-z]+)="', answer.text)
    assert not re.search(r"<script(?![^>]* src=)", answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_everything_a_page_loads_is_from_here(site: Client, path: str) -> None:
    html = re.sub(
        '<link (?:itemprop|rel="canonical"|rel="alternate")[^>]*>', "", site.get(path).text
    )
    loaded = re.findall(r'(?:<(?:link|script|img|use)[^>]*?(?:href|src))="([^"]*)"', html)
    assert loaded and all(address.startswith("/static/") for address in loaded)


@pytest.mark.parametrize("path", PAGES)
def test_the_other_language_is_one_link_away_and_links_stay_in_it(site: Client, path: str) -> None:
    english, spanish = site.get(path).text, site.get(f"/es{path}".rstrip("/")).text
    assert '<html lang="en"' in english and '<html lang="es"' in spanish
    assert re.search(r'<a href="(/es[^"]*)" lang="es" hreflang="es">Español</a>', english)
    assert re.search(r'<a href="/[^"]*" lang="en" hreflang="en">English</a>', spanish)
    inside = re.findall(r'(?:href|action)="(/(?!static/)[^"]*)"', spanish.split("</nav>", 1)[1])
    assert all(address.startswith("/es") for address in inside)


def test_the_language_link_keeps_the_search(site: Client) -> None:
    html = site.get("/search", params={"near": "27701", "q": "clinic"}).text
    assert links_of(html)["Español"] == "/es/search?near=27701&q=clinic"


def test_spanish_pages_hold_no_english_of_ours(site: Client) -> None:
    for path in PAGES:
        words = text_of(site.get(f"/es{path}".rstrip("/")).text)
        for english in (" the ", " open ", " Find ", " search", " with ", " where ", "Closed"):
            assert english.lower() not in words.lower().replace("handrail", ""), (path, english)


def test_static_files_are_kept_for_a_year_by_their_content(site: Client) -> None:
    for path in ("handrail.css", "marks.svg", "extras.js", "vendor/leaflet/leaflet.js"):
        answer = site.get(url(path))
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Content-Encoding"] == "gzip"
    assert site.get("/static/handrail.0000000000.css").status_code == 404
    assert site.get("/static/../rendering.py").status_code == 404
    plain = site.get(url("handrail.css"), headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers


def test_our_stylesheet_is_at_most_20_kb_compressed() -> None:
    name = url("handrail.css").removeprefix("/static/")
    assert len(gzip.compress(assets()[name].body)) <= 20_000


def test_style_sheets_name_files_that_exist() -> None:
    for asset in assets().values():
        if asset.name.endswith(".css"):
            for address in re.findall(r"url\((/static/[^)]+)\)", asset.body.decode()):
                assert address.removeprefix("/static/") in assets()


def test_landmarks_for_a_map_are_zips_in_the_box(site: Client) -> None:
    found = site.get("/around", params={"box": "-79.1,35.8,-78.7,36.2"}).json()["zips"]
    assert "27701" in {code for code, *_ in found}
    assert all(-79.1 <= lng <= -78.7 and 35.8 <= lat <= 36.2 for _, _, lat, lng in found)
    for wrong in ("", "1,2", "a,b,c,d", "-180,-90,180,90", "nan,nan,nan,nan", "1,1,0,0"):
        assert site.get("/around", params={"box": wrong}).status_code == 400


def test_a_site_may_speak_spanish_first(start: Callable[..., Client], county_url: str) -> None:
    client = start(county_url, language="es")
    assert '<html lang="es"' in client.get("/search").text
    assert links_of(client.get("/search").text)["English"] == "/en/search"
    english = client.get("/en/search").text
    assert '<html lang="en"' in english
    assert links_of(english)["Español"] == "/search"


@pytest.mark.parametrize(
    "path", ["/es//evil.example/x", "//evil.example", "/es/%2F%2Fevil.example"]
)
def test_no_link_leaves_for_a_host_that_the_address_names(site: Client, path: str) -> None:
    html = site.get(f"https://testserver{path}").text
    outside = [address for address in links_of(html).values() if address.startswith("//")]
    assert outside == []


def test_addresses_may_end_in_a_slash(site: Client) -> None:
    for path in ("/es/", "/about/", "/es/search/"):
        assert site.get(path).status_code == 200, path


def test_map_tiles_are_allowed_only_from_the_server_that_is_set(
    start: Callable[..., Client], county_url: str, canned: CannedEngine
) -> None:
    canned.put([make_document("one", lat=36.0, lng=-78.9)])
    plain = start(county_url).get("/search")
    assert 'data-tiles=""' in plain.text
    assert "img-src 'self' data:;" in plain.headers["Content-Security-Policy"]
    tiles = "https://{s}.tiles.example/{z}/{x}/{y}.png"
    answer = start(county_url, map_tiles_url=tiles).get("/search")
    assert f'data-tiles="{tiles}"' in answer.text
    assert (
        "img-src 'self' data: https://*.tiles.example;" in answer.headers["Content-Security-Policy"]
    )
