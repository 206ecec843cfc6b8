"""For programs: robots, sitemaps, the feed of changes, the search box on other sites."""

import re
from collections.abc import Callable
from datetime import datetime
from xml.etree import ElementTree

import pytest
from sqlmodel import select

from core.actor import SYSTEM
from core.db import Database
from core.settings import Settings, SettingsError
from directory import addresses
from directory.addresses import Kind
from directory.commands import save
from directory.models import Service, ServiceAtLocation
from tests import factories as make
from tests.functional.conftest import Client
from tests.functional.pages import links_of, text_of
from tests.support.county import CLINIC_PLACE, HELPERS, LINE, STAFF
from tests.support.secrets import SECRETS

KEYS = {name.lower(): value for name, value in SECRETS.items()}
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"


@pytest.fixture
def public(county_url: str, start: Callable[..., Client]) -> Client:
    return start(county_url, base_url="https://h.example", demo=False, **KEYS)


def locations(text: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(text).iter(SITEMAP)]


def test_robots_are_led_to_the_sitemap_and_away_from_searches(public: Client) -> None:
    lines = public.get("/robots.txt").text.splitlines()
    assert "Sitemap: https://h.example/sitemap.xml" in lines
    assert {"Disallow: /search", "Disallow: /es/search", "Disallow: /saved"} <= set(lines)
    assert "Disallow: /" not in lines


def test_nothing_of_a_demonstration_may_be_found(
    start: Callable[..., Client], county_url: str
) -> None:
    assert "Disallow: /" in start(county_url, demo=True).get("/robots.txt").text.splitlines()


def test_every_public_page_is_in_a_sitemap_once_in_each_language(public: Client) -> None:
    found = [
        page
        for address in locations(public.get("/sitemap.xml").text)
        for page in locations(public.get(address.removeprefix("https://h.example")).text)
    ]
    bare = {"/", "/about", "/embed", f"/services/{CLINIC_PLACE}", f"/services/{LINE}"}
    bare |= {"/services/clinic-east-side"}
    expected = {f"https://h.example{path}" for path in bare}
    expected |= {f"https://h.example/es{path}".rstrip("/") for path in bare}
    assert sorted(found) == sorted(expected)
    assert all(
        public.get(page.removeprefix("https://h.example")).status_code == 200 for page in found
    )


def test_a_sitemap_that_does_not_exist_is_not_there(public: Client) -> None:
    assert public.get("/sitemaps/none.xml").status_code == 404
    assert locations(public.get("/sitemaps/services.xml?after=zzz").text) == []
    assert public.get(f"/sitemaps/services.xml?after={'x' * 99}").status_code == 400


def test_long_lists_are_cut_into_pages_that_meet(county_url: str) -> None:
    database = Database(county_url)
    with database.write() as session:
        helpers = make.organization(id=HELPERS)
        save(session, SYSTEM, [make.service(helpers, id=f"s{n:02}") for n in range(23)])
    with database.read() as session:
        begins = list(addresses.beginnings(session, Kind.SERVICES, per_page=5))
        pages = [addresses.page(session, Kind.SERVICES, after, per_page=5) for after in begins]
        ids = [id for page in pages for id, _ in page]
        public = {f"s{n:02}" for n in range(23)} | {LINE}
        assert len(begins) == 5 and sorted(ids) == ids and set(ids) == public
        assert len(list(session.exec(select(ServiceAtLocation.id)))) == 3
        assert list(addresses.beginnings(session, Kind.PLACES, per_page=3)) == [""]
    database.close()


@pytest.mark.parametrize(
    ("path", "language", "name"),
    [("/feed.xml", "en", "New: Evening clinic"), ("/es/feed.xml", "es", "Nuevo: Clínica nocturna")],
)
def test_the_feed_tells_what_is_new_in_each_language(
    public: Client, path: str, language: str, name: str
) -> None:
    answer = public.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.text)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == language
    assert name in [one.findtext(f"{ATOM}title") for one in feed.iter(f"{ATOM}entry")]
    for entry in feed.iter(f"{ATOM}entry"):
        link = entry.find(f"{ATOM}link")
        assert link is not None
        assert (
            public.get(str(link.get("href")).removeprefix("https://h.example")).status_code == 200
        )
        assert datetime.fromisoformat(str(entry.findtext(f"{ATOM}updated"))).tzinfo
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)


def test_who_has_seen_the_feed_is_sent_nothing_until_something_changes(
    public: Client, county_url: str
) -> None:
    seen = {"If-None-Match": public.get("/feed.xml").headers["ETag"]}
    again = public.get("/feed.xml", headers=seen)
    assert (again.status_code, again.content) == (304, b"")
    assert public.get("/es/feed.xml", headers=seen).status_code == 200
    database = Database(county_url)
    with database.write() as session:
        old = session.get(Service, LINE)
        assert old is not None
        values = {**old.model_dump(), "status": "defunct", "name": "Ride\x0bline & <more>"}
        save(session, SYSTEM, [Service.model_validate(values)])
    database.close()
    answer = public.get("/feed.xml", headers=seen)
    assert answer.status_code == 200
    first = next(ElementTree.fromstring(answer.text).iter(f"{ATOM}entry"))
    assert first.findtext(f"{ATOM}title") == "No longer offered: Ride line & <more>"
    assert first.find(f"{ATOM}link") is None
    assert STAFF not in answer.text


def test_the_box_to_copy_is_a_plain_form_that_works(public: Client) -> None:
    html = public.get("/es/embed").text
    assert "&lt;form action=&#34;https://h.example/es/search&#34;" in html
    code = html.split('translate="no">', 1)[1].split("</textarea>", 1)[0]
    assert "script" not in code and "http" not in code.replace("https://h.example", "")
    assert "Aquí los marcos están desactivados." in text_of(html)
    assert links_of(html)["Canal de servicios nuevos, cambiados y cerrados"] == "/es/feed.xml"


def test_a_frame_is_offered_only_to_the_sites_that_are_named(
    public: Client, start: Callable[..., Client], county_url: str
) -> None:
    assert public.get("/embed/frame").status_code == 404
    framed = start(county_url, embed_origins=("https://clinic.example", "https://*.example.org"))
    assert "&lt;iframe src=" in framed.get("/embed").text
    answer = framed.get("/embed/frame")
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors https://clinic.example https://*.example.org" in policy
    assert "set-cookie" not in answer.headers and "<script" not in answer.text
    assert re.search(r'action="/search" method="get" target="_top"', answer.text)
    assert "frame-ancestors 'none'" in framed.get("/").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "text", ["clinic.example", "https://x/y", "javascript:x", "https://a b", "'self'"]
)
def test_only_sites_may_be_named(text: str) -> None:
    with pytest.raises(SettingsError, match="HANDRAIL_EMBED_ORIGINS"):
        Settings.from_env({"HANDRAIL_EMBED_ORIGINS": text})
