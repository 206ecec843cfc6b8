"""An evening clinic for somebody who works six twelve-hour days: found, checked, sent, accepted."""

from playwright.sync_api import expect

from directory.codes import CATEGORY, codes
from tests.browser.journeys.conftest import AtWork
from tests.browser.journeys.walking import said_by

PATIENT, CLINIC = "Tomás Andamio", "Bellwether Night Clinic"
NEED = codes(CATEGORY)["evening-clinic"].name()
ANSWERED_IN = 3  # interactions at most


def test_a_clinic_that_is_open_after_work_is_found_asked_and_accepts(at_work: AtWork) -> None:
    walk = at_work("coordinator@loblolly", "/staff", "evening")
    page = walk.page
    walk.station("1-worklist")
    walk.enter("Patients", "Your caseload")
    walk.enter(PATIENT, PATIENT)
    expect(page.locator(".ribbon .busy")).to_have_count(6)
    walk.station("2-record")
    walk.enter(NEED, NEED)
    walk.enter("Find help for this need", "near 27701")
    expect(page.get_by_role("button", name="Leave out: When they can go")).to_be_visible()
    walk.station("3-found")
    found = page.url
    page.goto(f"{found}&q=eye+exam")
    why = page.get_by_role("region", name="Why others are not shown")
    closed = why.get_by_role("link", name="Closed when you are free")
    expect(closed).to_have_attribute("href", "#heeded")  # where his hours can be left out
    walk.station("4-why-not")
    page.goto(found)
    result = page.locator(".result", has_text=CLINIC).first
    expect(result.locator(".fits").first).to_be_visible()
    walk.enter(said_by(result.locator("a.refer")), "^Refer: ")
    expect(page.locator(".askees li").first).to_contain_text(CLINIC)
    walk.station("5-refer")
    if page.get_by_role("radio", name="In words, spoken").is_visible():
        walk.toggle("In words, spoken")
    walk.enter("Send", ".")
    expect(page.get_by_role("status")).to_have_text("Sent.")
    walk.station("6-sent")
    assert "Andamio" not in page.url

    clinic = at_work("partner@bellwether-health", "/staff/inbox", "evening-clinic")
    clinic.station("1-inbox")
    clinic.press_enter("waits for an answer")  # what is due first has the focus
    clinic.station("2-asked")
    clinic.enter("Accept", "Accepted")
    expect(clinic.page.get_by_role("status")).to_be_visible()
    clinic.station("3-accepted")
    assert clinic.interactions <= ANSWERED_IN, clinic.interactions
