"""A real geopy client against a service of our own on this machine."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

import pytest

from core.errors import Unavailable
from directory.geocode import UnknownPlace, make_geocoder

MAIN_STREET = {
    "lat": "35.9941",
    "lon": "-78.8986",
    "display_name": "120, East Main Street, Durham, North Carolina, 27701, United States",
}


class Service(ThreadingHTTPServer):
    """Answers as Nominatim does; `status` and `delay_s` say how badly."""

    status = 200
    delay_s = 0.0

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.asked: list[dict[str, list[str]]] = []
        self.agents: list[str] = []


class Handler(BaseHTTPRequestHandler):
    server: Service

    def do_GET(self) -> None:
        query = parse_qs(urlparse(self.path).query)
        self.server.asked.append(query)
        self.server.agents.append(self.headers["User-Agent"])
        time.sleep(self.server.delay_s)
        found = [MAIN_STREET] if "main" in query["q"][0].lower() else []
        body = json.dumps(found).encode()
        with suppress(BrokenPipeError):  # who asked may have stopped waiting
            self.send_response(self.server.status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def service() -> Iterator[Service]:
    server = Service()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def nominatim(service, tmp_path):
    return make_geocoder(
        "nominatim",
        {
            "domain": f"127.0.0.1:{service.server_address[1]}",
            "scheme": "http",
            "user_agent": "clinic",
            "timeout": 0.5,
            "country_codes": "us",
            "home": "Durham, NC",
        },
        tmp_path / "geocoder.db",
        rate_limit=1_000,
    )


def test_an_address_is_found_once_and_then_remembered(service, nominatim):
    place = nominatim.resolve("120 E Main St, Durham")
    assert (place.lat, place.lng, place.postal_code) == (35.9941, -78.8986, "27701")
    assert nominatim.resolve("120 e. main st. durham").lat == 35.9941
    assert len(service.asked) == 1
    assert service.asked[0]["countrycodes"] == ["us"]
    assert service.agents == ["clinic"]


def test_what_the_service_does_not_know_is_unknown(nominatim):
    with pytest.raises(UnknownPlace):
        nominatim.resolve("77 Sunset Strip")


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_service_that_refuses_is_unavailable(service, nominatim, status):
    service.status = status
    with pytest.raises(Unavailable):
        nominatim.resolve("120 E Main St, Durham")


def test_a_service_that_hangs_is_unavailable_in_time(service, nominatim):
    service.delay_s = 1.5
    started = time.monotonic()
    with pytest.raises(Unavailable):
        nominatim.resolve("120 E Main St, Durham")
    assert time.monotonic() - started < 1.4
    assert len(service.asked) == 1


def test_a_service_that_is_gone_is_unavailable(tmp_path):
    geocoder = make_geocoder(
        "nominatim", {"domain": "127.0.0.1:9", "scheme": "http"}, tmp_path / "geocoder.db"
    )
    with pytest.raises(Unavailable):
        geocoder.resolve("120 E Main St, Durham")
