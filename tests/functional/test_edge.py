"""What surrounds every request: errors, headers, limits, the log, health and counts."""

import gzip
import json
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
import structlog
from sqlalchemy.exc import OperationalError

from app.limiting import WINDOW_S, Limiter
from core import outbox
from core.clock import frozen, now
from core.db import Database
from search import sync
from tests.contract.documents import make_document
from tests.functional.conftest import Client
from tests.support.engines import CannedEngine

SEARCH = "/api/v1/search"
SECRET = "metastatic"  # what a patient typed: never in a log, whatever happens


class Broken(CannedEngine):
    """Fails in a way nobody foresaw, quoting what was searched for."""

    error: Exception = RuntimeError(f"cannot find {SECRET}")

    def search(self, query: Any) -> Any:
        raise self.error


class Slow(CannedEngine):
    """A server far away: a search waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.entered, self.let_go = threading.Event(), threading.Event()

    def search(self, query: Any) -> Any:
        self.entered.set()
        assert self.let_go.wait(30)
        return super().search(query)


Log = Callable[[], list[Any]]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    """Everything logged so far, by us and by libraries (those of the client aside)."""
    with caplog.at_level(logging.INFO), structlog.testing.capture_logs() as entries:
        yield lambda: [*entries, *(r for r in caplog.records if not r.name.startswith("httpx"))]


@pytest.fixture
def canned(request: pytest.FixtureRequest) -> CannedEngine:
    if "slow_search" in request.node.name:
        return Slow()
    return Broken() if "broken" in request.node.name else CannedEngine()


PROBLEMS = [
    ("GET", f"{SEARCH}?category=x", 400),
    ("GET", "/api/v1/services/none", 404),
    ("GET", "/api/v1/none", 404),
    ("POST", SEARCH, 405),
    ("GET", f"{SEARCH}?q={'x' * 40_000}", 414),
]


@pytest.mark.parametrize(("method", "path", "status"), PROBLEMS)
def test_every_error_of_the_api_is_a_problem_document(
    client: Client, method: str, path: str, status: int
) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    problem = answer.json()
    assert (problem["type"], problem["status"]) == ("about:blank", status)
    assert problem["title"] and problem["detail"]
    assert problem.keys() <= {"type", "title", "status", "detail", "errors", "id"}


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"{" + b" " * 2_000_000 + b"}", 413), (b'{"email":', 400), (b"[]", 400), (b"\xff", 400)],
)
def test_a_body_that_cannot_be_read_is_a_problem_document(
    client: Client, body: bytes, status: int
) -> None:
    answer = client.post("/api/v1/session", content=body)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_wrong_fields_of_a_body_are_named(client: Client) -> None:
    answer = client.post("/api/v1/session", json={"email": 7, "password": SECRET})
    assert answer.status_code == 400
    assert [wrong["parameter"] for wrong in answer.json()["errors"]] == ["email"]
    assert SECRET not in answer.text


def test_elsewhere_errors_are_pages(client: Client) -> None:
    answer = client.get("/<script>")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "<script>" not in answer.text


def test_an_error_page_that_fails_itself_leaves_a_few_words(
    client: Client, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr("web.problem", fail)
    answer = client.get("/none")
    assert (answer.status_code, answer.text) == (404, "404 Not Found\n")
    assert [entry["kind"] for entry in log() if entry["event"] == "failed"] == ["RuntimeError"]
    assert SECRET not in str(log())


def test_a_broken_part_is_logged_without_what_was_asked(client: Client, log: Log) -> None:
    answer = client.get(SEARCH, params={"q": SECRET})
    assert answer.status_code == 500
    problem = answer.json()
    assert problem["id"] in problem["detail"]
    (entry,) = [entry for entry in log() if entry["event"] == "failed"]
    assert (entry["id"], entry["kind"]) == (problem["id"], "RuntimeError")
    assert any("test_edge.py" in line for line in entry["where"])
    assert SECRET not in str(log()) + answer.text


def test_a_broken_database_is_unavailable(
    client: Client, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    monkeypatch.setattr(Broken, "error", OperationalError(SECRET, {"q": SECRET}, Exception()))
    answer = client.get(SEARCH, params={"q": SECRET})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert [entry["kind"] for entry in log() if entry["event"] == "failed"] == ["OperationalError"]
    assert SECRET not in str(log()) + answer.text


def test_requests_are_logged_by_route_alone(client: Client, log: Log) -> None:
    client.get(SEARCH, params={"q": SECRET}, headers={"User-Agent": SECRET})
    client.get(f"/{SECRET}")
    client.get(f"/api/v1/services/{SECRET}")
    assert [(entry["route"], entry["status"]) for entry in log()] == [
        (SEARCH, 200),
        ("unmatched", 404),
        ("/api/v1/services/{service_id}", 404),
    ]
    assert SECRET not in str(log())
    assert "testclient" not in str(log())


@pytest.mark.parametrize("path", ["/", "/healthz", SEARCH, "/api/v1/none", "/none"])
def test_every_answer_is_guarded(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers
    assert "Strict-Transport-Security" not in headers


def test_browsers_are_told_to_stay_on_https(county_url: str, start: Callable[..., Client]) -> None:
    client = start(county_url, base_url="https://handrail.example.org")
    assert "max-age" in client.get("/healthz").headers["Strict-Transport-Security"]


def test_the_api_may_be_read_from_any_page_and_nothing_else(client: Client) -> None:
    assert client.get(SEARCH).headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in client.get(SEARCH).headers
    asked = client.options(SEARCH, headers={"Origin": "https://example.org"})
    assert asked.status_code == 204
    assert asked.headers["Access-Control-Allow-Methods"] == "GET, HEAD"
    assert "authorization" not in asked.headers["Access-Control-Allow-Headers"].lower()
    for path in ("/healthz", "/api/v1/session"):
        assert "Access-Control-Allow-Origin" not in client.get(path).headers


@pytest.mark.parametrize("path", ["/healthz", SEARCH, "/api/v1/none"])
def test_head_is_get_without_the_body(client: Client, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers["Content-Length"] == str(len(get.content))


def test_long_answers_are_compressed_for_those_who_can(
    client: Client, canned: CannedEngine
) -> None:
    canned.put([make_document(f"d-{n}") for n in range(20)])
    with client.stream("GET", SEARCH, headers={"Accept-Encoding": "gzip"}) as answer:
        body = b"".join(answer.iter_raw())
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["total"] == 20
    plain = client.get(SEARCH, headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in client.get("/healthz").headers


def test_one_address_may_search_only_so_often(
    county_url: str, start: Callable[..., Client]
) -> None:
    client = start(county_url, rate_limit=3)
    assert [client.get(SEARCH).status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = client.get("/api/v1/places?q=d")
    assert refused.status_code == 429
    assert 1 <= int(refused.headers["Retry-After"]) <= 20
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "handrail.example.org.evil.example", ""])
def test_other_host_names_are_refused_when_some_are_named(
    county_url: str, start: Callable[..., Client], host: str
) -> None:
    client = start(county_url, allowed_hosts=("handrail.example.org",))
    assert client.get(SEARCH, headers={"Host": host}).status_code == 400
    for good in ("handrail.example.org", "Handrail.Example.org:8000"):
        assert client.get(SEARCH, headers={"Host": good}).status_code == 200


def test_ready_when_migrated_and_searching(client_on_each: Client, canned: CannedEngine) -> None:
    assert client_on_each.get("/readyz").json() == {
        "ready": True,
        "database": "ok",
        "search": "ok",
        "search_lag_s": 0,
    }
    canned.down = True
    answer = client_on_each.get("/readyz")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json()["ready"] is False
    assert answer.json()["search"] == "does not answer"
    assert client_on_each.get("/healthz").status_code == 200


def test_a_slow_search_server_keeps_only_its_own_requests_waiting(
    county_url: str, start: Callable[..., Client], canned: Slow
) -> None:
    client = start(county_url, search_url="http://search.invalid")
    searching = threading.Thread(target=client.get, args=(SEARCH,))
    searching.start()
    try:
        assert canned.entered.wait(30)
        asked = threading.Thread(target=client.get, args=("/healthz",))
        asked.start()
        asked.join(10)
        assert not asked.is_alive()
    finally:
        canned.let_go.set()
        searching.join(30)


def test_not_ready_before_the_migration(database_url: str, start: Callable[..., Client]) -> None:
    client = start(database_url)
    assert client.get("/readyz").status_code == 503
    assert client.get("/readyz").json()["database"] != "ok"


def test_how_far_searches_are_behind_is_told(county_url: str, start: Callable[..., Client]) -> None:
    client = start(county_url)
    database = Database(county_url)
    with frozen(now() - timedelta(seconds=90)), database.write() as session:
        outbox.publish(session, sync.TOPIC, {"entity": "unit", "id": "x"})
    [message] = outbox.claim(database, {sync.TOPIC})
    outbox.put_back(database, [message], "away", 3600)
    assert 90 <= client.get("/readyz").json()["search_lag_s"] < 120
    counts = client.app.state.metrics.page(database).decode().splitlines()
    [lag] = [line.split()[1] for line in counts if line.startswith("handrail_search_lag_seconds")]
    assert 90 <= float(lag) < 120
    database.close()


def test_counts_are_for_the_operator(county_url: str, start: Callable[..., Client]) -> None:
    token = "0123456789abcdef"
    client = start(county_url, metrics_token=token)
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 404
    assert client.get("/metrics", headers={b"Authorization": b"Bearer \xff"}).status_code == 404
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_refusals_are_counted_with_their_status(
    county_url: str, start: Callable[..., Client]
) -> None:
    token = "0123456789abcdef"
    client = start(county_url, metrics_token=token)
    client.get(SEARCH, params={"q": SECRET})
    client.get(SEARCH, params={"category": SECRET})
    client.get(f"/{SECRET}")
    text = client.get("/metrics", headers={"Authorization": f"Bearer {token}"}).text
    counted = 'handrail_requests_total{method="GET",route="%s",status="%s"} 1.0'
    assert counted % (SEARCH, 200) in text
    assert counted % (SEARCH, 400) in text
    assert counted % ("unmatched", 404) in text
    assert "handrail_search_seconds_count 1.0" in text
    assert "handrail_outbox_waiting" in text
    assert SECRET not in text


def test_parts_are_closed_at_the_end(
    county_url: str,
    start: Callable[..., Client],
    running: ExitStack,
    canned: CannedEngine,
) -> None:
    start(county_url)
    assert not canned.closed
    running.close()
    assert canned.closed


def test_a_limit_lets_a_burst_through_and_then_a_trickle() -> None:
    clock = [0.0]
    limiter = Limiter(60, clock=lambda: clock[0])
    assert [limiter.wait_s("search", "a") for _ in range(60)] == [0] * 60
    assert limiter.wait_s("search", "a") == 1
    assert limiter.wait_s("search", "b") == limiter.wait_s("other", "a") == 0
    clock[0] += 1
    assert [limiter.wait_s("search", "a") for _ in range(2)] == [0, 1]
    clock[0] += 2 * WINDOW_S
    assert [limiter.wait_s("search", "a") for _ in range(61)] == [0] * 60 + [1]


def test_a_limit_forgets_who_was_idle_longest() -> None:
    limiter = Limiter(1, remembered=2, clock=lambda: 0.0)
    assert [limiter.wait_s("s", who) for who in "abc"] == [0, 0, 0]
    assert limiter.wait_s("s", "c") > 0
    assert limiter.wait_s("s", "a") == 0
