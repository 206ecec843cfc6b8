"""What a patient has in hand: a packet with a page of its own, and a page that says how far it is."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.journeys.conftest import Admit, AtWork
from tests.browser.journeys.walking import Walk, said_by
from tests.browser.test_budget import stays_within_budget

RIDES = "Piedmont Lark Transit"


def test_a_patient_takes_a_packet_home_and_sees_how_far_the_request_is(
    open_page: Open, at_work: AtWork, admit: Admit, site: str
) -> None:
    _, need = admit("Basil Hornbeam", "transport", "To dialysis", languages=["es"])
    walk = at_work("coordinator@loblolly", f"/staff/needs/{need}", "packet")
    page = walk.page
    walk.enter("Find help for this need", "near 27701")
    found = page.get_by_role("heading", level=1).inner_text()
    result = page.locator(".result", has_text=RIDES).first
    refer = said_by(result.locator("a.refer"))
    name = result.locator("h2").inner_text()
    walk.enter(said_by(result.locator(".aside button")), re.escape(found))
    page.goto(f"/staff/needs/{need}")
    walk.enter("To take home", "To take home")
    walk.station("1-packets")
    walk.enter("Make the packet", "Lugares")  # in the patient's language
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.locator("svg.qr")).to_be_visible()
    walk.station("2-paper")
    address = page.locator(".address").first.inner_text().strip()
    token = re.search(r"/p/[\w-]+", address)
    assert token is not None
    home = Walk(open_page("about:blank"), "packet-page")
    stays_within_budget(home.page, token.group(), site)
    expect(home.page.get_by_role("heading", level=2).first).to_contain_text(name)
    assert "Hornbeam" not in home.page.content()
    home.station("1-services")

    page.goto(f"/staff/needs/{need}/refer")
    expect(page.locator(".askees li").first).to_contain_text(RIDES)
    assert refer.startswith("Refer")
    walk.toggle("In words, spoken")
    walk.enter("Send", ".")
    walk.enter("Make a link", "A link for the patient")
    walk.station("3-link")
    link = re.search(r"/status/[\w-]+", page.locator("code.secret").inner_text())
    assert link is not None
    standing = Walk(open_page("about:blank"), "status-page")
    stays_within_budget(standing.page, link.group(), site)
    expect(standing.page.locator(".loop")).to_be_visible()
    assert not {"Hornbeam", RIDES, "dialysis"} & set(standing.page.content().split())
    standing.station("1-how-far")
