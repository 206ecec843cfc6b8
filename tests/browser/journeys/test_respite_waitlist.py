"""A break for a caregiver: asked for, put on a waitlist with a day, and seen by who asked."""

from datetime import timedelta

from playwright.sync_api import expect

from core.clock import now
from directory.codes import CATEGORY, codes
from tests.browser.journeys.conftest import Admit, AtWork
from tests.browser.journeys.walking import said_by

PARTNER = "Porchlight Caregiver Center"
NEED = codes(CATEGORY)["respite"].name()


def test_a_caregiver_waits_for_respite_and_the_coordinator_knows_until_when(
    at_work: AtWork, admit: Admit
) -> None:
    _, need = admit("Hollis Plumleaf", "respite", "One free afternoon a week")
    walk = at_work("coordinator@loblolly", f"/staff/needs/{need}", "respite")
    page = walk.page
    walk.enter("Find help for this need", "near 27701")
    result = page.locator(".result", has_text=PARTNER).first
    walk.enter(said_by(result.locator("a.refer")), "^Refer: ")
    walk.toggle("In words, spoken")
    walk.enter("Send", ".")
    expect(page.get_by_role("status")).to_have_text("Sent.")
    referral, service = page.url.split("?")[0], page.get_by_role("heading", level=1).inner_text()

    center = at_work("partner@porchlight", "/staff/inbox", "respite-center")
    key = referral.rsplit("/", 1)[1]
    asked = center.page.locator(f'form[action="/staff/inbox/{key}/open"] button')
    center.enter(said_by(asked), "waits for an answer")
    center.enter("Put on the waitlist", "Why the waitlist, and until when?")
    center.station("1-waitlist")
    center.toggle("We are full, but there is a waitlist")
    day = now().date() + timedelta(days=30)
    center.fill("When do you expect a place?", f"{day:%m%d%Y}")
    center.enter("Put on the waitlist", "On your waitlist")
    center.station("2-waits")

    page.goto("/staff")
    walk.enter("Referrals", "Referrals")
    walk.station("1-referrals")
    walk.enter(f"Hollis Plumleaf : {service}", service)
    expect(
        page.get_by_text(f"A place is expected by {day:%B} {day.day}, {day.year}.")
    ).to_be_visible()
    expect(page.locator(".loop")).to_be_visible()
    walk.station("2-referral")
