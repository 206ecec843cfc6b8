"""A real browser on the real application: `handrail demo` with its invented county.

HANDRAIL_SCREENSHOTS=FOLDER keeps pictures of what the tests saw.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.browser.places import service_ids
from tests.support.processes import running

# Read before a fixture takes HANDRAIL_* away from the tests.
SCREENSHOTS = os.environ.get("HANDRAIL_SCREENSHOTS", "")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
ICON = re.compile(r"/static/icon[.\w-]*\.svg(?:\?|$)")
PATIENCE_MS = 30_000
WIDE, NARROW, NARROWEST = 1280, 375, 320  # pixels; the last is 1280 at 400 %

Open = Callable[..., Page]
State = dict[str, Any]


@pytest.fixture(scope="session")
def demonstration(
    tmp_path_factory: pytest.TempPathFactory, chromium: str
) -> Iterator[tuple[str, Path]]:
    """Address of a running demonstration, and its folder."""
    folder = tmp_path_factory.mktemp("site")
    with running(folder, "demo", RATE_LIMIT="0", LOG_LEVEL="error") as handrail:
        yield f"http://127.0.0.1:{handrail.port}", folder / "home"


@pytest.fixture(scope="session")
def site(demonstration: tuple[str, Path]) -> str:
    """Address of a running demonstration."""
    return demonstration[0]


@pytest.fixture(scope="session")
def ids(site: str) -> dict[str, str]:
    """Services to look at, by what is special about them."""
    return service_ids(site)


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def people(demonstration: tuple[str, Path]) -> dict[str, dict[str, str]]:
    """One person for each role, with e-mail address and password."""
    file = demonstration[1] / "demo" / "credentials.json"
    found: dict[str, dict[str, str]] = json.loads(file.read_text())
    return found


@pytest.fixture(scope="session")
def sign_in(demonstration: tuple[str, Path], browser: Browser) -> Callable[[str], State]:
    """What a browser carries in which that person (by e-mail address) has signed in."""
    file = demonstration[1] / "demo" / "people.json"
    passwords = {one["email"]: one["password"] for one in json.loads(file.read_text())}

    @cache
    def carried(email: str) -> State:
        context = browser.new_context(base_url=demonstration[0])
        entry = {"email": email, "password": passwords[email]}
        assert context.request.post("/api/v1/session", data=entry).status == 201
        state = dict(context.storage_state())
        context.close()
        return state

    return carried


@pytest.fixture(scope="session")
def signed_in(
    people: dict[str, dict[str, str]], sign_in: Callable[[str], State]
) -> dict[str, State]:
    """The same for one person of each role, by role."""
    return {role: sign_in(one["email"]) for role, one in people.items()}


@pytest.fixture
def troubles() -> Iterator[list[str]]:
    """What the browser complained of; a test fails when there is anything in the end."""
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def open_page(site: str, browser: Browser, troubles: list[str]) -> Iterator[Open]:
    """Opens a path: `open_page("/search?q=food", width=375, dark=True, javascript=False)`."""
    with ExitStack() as contexts:

        def open_one(
            path: str,
            width: int = WIDE,
            *,
            dark: bool = False,
            javascript: bool = True,
            **options: Any,
        ) -> Page:
            context = browser.new_context(
                base_url=site,
                viewport={"width": width, "height": 820},
                color_scheme="dark" if dark else "light",
                java_script_enabled=javascript,
                **options,
            )
            contexts.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            page = context.new_page()
            page.on("console", lambda message: _note(message, troubles))
            page.on("pageerror", lambda error: troubles.append(str(error)))
            page.on("requestfailed", lambda request: _note_failure(request, troubles))
            page.goto(path)
            return page

        yield open_one


def _note(message: ConsoleMessage, troubles: list[str]) -> None:
    # The browser says of each 4xx that it failed to load; the page itself is what we test then.
    if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
        troubles.append(message.text)


def _note_failure(request: Request, troubles: list[str]) -> None:
    # A page that is left while its icon loads gives that up; nothing failed.
    gave_up = request.failure == "net::ERR_ABORTED" and ICON.search(request.url)
    if not gave_up:
        troubles.append(f"failed: {request.url}: {request.failure}")


def picture(page: Page, name: str, *, whole: bool = True) -> None:
    """Keep what the page looks like now, when somebody wants to look."""
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SCREENSHOTS) / f"{name}.png", full_page=whole)
