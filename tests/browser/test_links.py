"""Pages behind mailed links in a real browser, without JavaScript: axe on each, and pictures."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from playwright.sync_api import Browser, Page

from app import work
from referrals import status_links
from tests.browser.conftest import NARROW, WIDE, picture
from tests.browser.test_access import violations
from tests.faults.referrals import Network
from tests.support import post_office
from tests.support.correspondence import TOKEN
from tests.support.post_office import text_of


@pytest.fixture(scope="module")
def network(chromium: str) -> Iterator[tuple[Network, str, str]]:
    """A web server, a sent referral, and the tokens of the partner's and the patient's links."""
    with TemporaryDirectory() as folder, post_office.opened() as office:
        network = Network(Path(folder), office)
        (need_id,) = network.prepare(1)
        network.start("web")
        try:
            target = {"need_id": need_id, "service_id": network.service_id}
            draft = network.ask("Ana", "/referrals", "draft", **target)
            path = f"/referrals/{draft['id']}/events"
            network.ask("Ana", path, "send", event="send", version=draft["version"])
            carry(network)
            (letter,) = office.mails
            with network.database.write() as session:
                patient, _ = status_links.make(session, network.coordinator, draft["id"])
            yield network, TOKEN.findall(text_of(letter))[0], patient
        finally:
            network.stop()


def carry(network: Network) -> None:
    worker = work.messenger(network.database, network.settings)
    while worker.run_once():
        pass


@pytest.mark.parametrize(("width", "dark"), [(WIDE, False), (NARROW, True), (NARROW, False)])
def test_axe_finds_nothing_behind_links(
    network: tuple[Network, str, str], browser: Browser, width: int, dark: bool
) -> None:
    town, token, patient = network
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{town.port}",
        viewport={"width": width, "height": 820},
        color_scheme="dark" if dark else "light",
    )
    page = context.new_page()

    def look(name: str) -> None:
        picture(page, f"link-{name}-{width}-{'dark' if dark else 'light'}")
        assert violations(page) == [], name

    page.goto(f"/es/respond/{token}")
    look("door")
    page.goto(f"/respond/{token}")
    press(page, "Send the code" if page.get_by_role("button", name="Send the code").count()
          else "Send another code")  # fmt: skip
    look("code")
    carry(town)
    page.fill("#code", text_of(town.office.mails[-1]).split("code is ")[1][:9])
    press(page, "Open the referral")
    look("overview")
    for event in ("decline", "accept_waitlist", "ask_info"):
        page.goto(f"/respond/act/{event}")
        look(event)
    page.goto("/respond/capacity")
    look("capacity")
    page.goto(f"/status/{patient}")
    look("status")
    page.goto("/respond/x")
    look("over")
    context.close()


def press(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click()
