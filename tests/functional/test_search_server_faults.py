"""The whole application while its search server is in trouble, and afterwards.

Pages and API say so and when to come back, or the fallback answers; edits are saved as fast as ever; and when
the trouble is over, searches find what was edited meanwhile.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient

from app import work, worker
from app.asgi import create_app
from app.engines import open_search
from core import outbox
from core.actor import SYSTEM
from core.db import Database
from core.settings import Settings
from directory import commands
from search.meili import breaker, pool
from search.meili.client import Client
from search.rebuild import reindex
from search.verify import verify
from tests import factories as make
from tests.conftest import missing
from tests.functional.conftest import Client as Browser
from tests.support import meilisearch
from tests.support.county import HELPERS
from tests.support.meilisearch import MASTER_KEY, OwnServer, own_server
from tests.support.proxy import Proxy, proxied

PROMPTLY_S = 2.0
PATIENCE_S = 30.0


@dataclass
class Trouble:
    """What can be made to go wrong."""

    proxy: Proxy
    server: OwnServer


Fault = Any  # Callable[[Trouble], AbstractContextManager[None]], with a name


@contextmanager
def absent(trouble: Trouble) -> Iterator[None]:
    trouble.server.kill()
    yield
    trouble.server.start()


@contextmanager
def slow(trouble: Trouble) -> Iterator[None]:
    trouble.proxy.delay_s = 0.6
    yield
    trouble.proxy.delay_s = 0.0


@contextmanager
def cut_short(trouble: Trouble) -> Iterator[None]:
    trouble.proxy.cut = True
    yield
    trouble.proxy.cut = False


@contextmanager
def wrong_key(trouble: Trouble) -> Iterator[None]:
    trouble.proxy.headers = {"Authorization": "Bearer not-the-key"}
    yield
    trouble.proxy.headers = {}


@contextmanager
def deleted_index(trouble: Trouble) -> Iterator[None]:
    client = Client(trouble.server.url, MASTER_KEY)
    client.wait(client.delete_index("services"))
    client.close()
    yield


@contextmanager
def rewriting(trouble: Trouble, path: str, **changes: Any) -> Iterator[None]:
    """Answers of that path say something else."""

    def rewritten(asked: str, answer: bytes) -> bytes:
        if not asked.startswith(path):
            return answer
        return msgspec.json.encode({**msgspec.json.decode(answer), **changes})

    trouble.proxy.rewritten = rewritten
    yield
    trouble.proxy.rewritten = lambda _path, answer: answer


def unknown_version(trouble: Trouble) -> AbstractContextManager[None]:
    return rewriting(trouble, "/version", pkgVersion="2.1.0")


def failing_tasks(trouble: Trouble) -> AbstractContextManager[None]:
    """As on a full disk: what is there can be searched, no change is carried out."""
    error = {"code": "no_space_left_on_device", "type": "system", "message": "", "link": ""}
    return rewriting(trouble, "/tasks/", status="failed", error=error)


@pytest.fixture(scope="module")
def server() -> Iterator[OwnServer]:
    if not meilisearch.is_there():
        missing(meilisearch.INSTALL)
    running = own_server()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def trouble(server: OwnServer) -> Iterator[Trouble]:
    with proxied(server.url) as proxy:
        yield Trouble(proxy, server)


@pytest.fixture(scope="module")
def chosen(trouble: Trouble, _filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of an installation whose server is in order and whose fallback is built.

    Each test leaves it so.
    """
    home = tmp_path_factory.mktemp("home")
    shutil.copyfile(_filled, home / "handrail.db")
    environ = {"HOME": str(home), "DEMO": "1", "RATE_LIMIT": "0", "SEARCH_FALLBACK": "embedded"}
    environ |= {"SEARCH_URL": trouble.proxy.url, "SEARCH_KEY": MASTER_KEY}
    made = Settings.from_env({f"HANDRAIL_{name}": value for name, value in environ.items()})
    database, engine = Database(made.database_url), open_search(made)
    reindex(database, engine, made.time_zone)
    engine.close()
    database.close()
    return made


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "ANSWER_TIMEOUT_S", 0.3)
    monkeypatch.setattr(breaker, "FIRST_PAUSE_S", 0.05)
    monkeypatch.setattr(breaker, "LONGEST_PAUSE_S", 0.1)


@pytest.fixture
def start() -> Iterator[Callable[[Settings], Browser]]:
    with ExitStack() as stack:
        yield lambda settings: stack.enter_context(TestClient(create_app(settings)))


def edit(settings: Settings, name: str) -> float:
    """Save a service; the seconds that took."""
    started = time.monotonic()
    database = Database(settings.database_url)
    with database.write() as session:
        helpers = make.organization(id=HELPERS, website="https://helpers.example.org")
        commands.save(session, SYSTEM, [make.service(helpers, id="edited", name=name)])
    database.close()
    return time.monotonic() - started


def names(browser: Browser, text: str) -> list[str]:
    answer = browser.get("/api/v1/search", params={"q": text})
    return [one["name"] for one in answer.json()["results"]] if answer.is_success else []


def wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up, "it never happened"
        time.sleep(0.05)


FAULTS: list[tuple[Fault, int]] = [
    (absent, 503),
    (slow, 503),
    (cut_short, 503),
    (wrong_key, 503),
    (unknown_version, 503),
    (deleted_index, 503),
    (failing_tasks, 200),
]


@pytest.mark.parametrize(
    ("fault", "status"), FAULTS, ids=lambda value: getattr(value, "__name__", "")
)
def test_trouble_is_said_or_bridged_and_nothing_is_lost(
    chosen: Settings,
    trouble: Trouble,
    start: Callable[[Settings], Browser],
    fault: Fault,
    status: int,
) -> None:
    name = f"Zebra {fault.__name__}"
    alone = start(replace(chosen, search_fallback="none"))
    bridged = start(chosen)
    database = Database(chosen.database_url)
    with work.prepared(chosen) as prepared:
        with fault(trouble):
            page = alone.get("/search", params={"q": "clinic"})
            answer = alone.get("/api/v1/search", params={"q": "clinic"})
            assert (page.status_code, answer.status_code) == (status, status)
            if status == 503:
                assert page.headers["Content-Type"].startswith("text/html")
                assert "Try again" in page.text and "Traceback" not in page.text
                assert answer.headers["Content-Type"] == "application/problem+json"
                assert int(page.headers["Retry-After"]) >= 1 <= int(answer.headers["Retry-After"])
            assert "Evening clinic" in names(bridged, "clinic")
            assert alone.get("/").status_code == 200
            assert edit(chosen, name) < PROMPTLY_S
            prepared.run_once()
            with database.read() as session:
                backlog = outbox.backlog(session)
            assert (backlog.waiting, backlog.parked) == (1, 0)
        with worker.running(prepared):
            wait_until(lambda: names(alone, "zebra") == names(bridged, "zebra") == [name])
    engine = open_search(chosen)
    assert verify(database, engine, chosen.time_zone).differences == ()
    engine.close()
    database.close()
