"""The first page of each role: what is due for a coordinator, and the ways of everybody else."""

import pytest

from patients import caring
from patients.forms import NeedForm
from patients.models import NeedStatus, Urgency
from patients.sealing import Vault
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser
from tests.support.network_town import actor
from tests.support.statements import counted


def more_needs(staffed: Staffed, number: int) -> None:
    town, vault = staffed.town, Vault(staffed.client.app.state.keyring)
    with staffed.client.app.state.database.write() as session:
        ana = actor(session, town.people["clinic.coordinator"])
        for _ in range(number):
            form = NeedForm(category="respite", urgency=Urgency.URGENT)
            caring.open_need(session, ana, vault, town.ids["patient_id"], form)


def test_a_coordinator_begins_with_what_is_due_and_why(staffed: Staffed) -> None:
    browser = Browser(staffed)
    words = text_of(browser.open("/staff").text)
    assert "1 thing is due." in words and "Urgent needs come first" in words
    assert "Food for Canary Patient A request is written and not sent" in words
    assert f'href="/staff/referrals/{staffed.town.ids["referral_id"]}"' in browser.html
    more_needs(staffed, 1)
    words = text_of(browser.open("/staff").text)
    assert "2 things are due, 1 of them urgent." in words
    assert words.index("A break for caregivers for Canary Patient") < words.index("Food for")
    assert f'action="/staff/patients/{staffed.town.ids["patient_id"]}/find"' in browser.html


def test_who_stands_on_the_page_is_noted(staffed: Staffed) -> None:
    Browser(staffed).open("/staff")
    with staffed.client.app.state.database.read() as session:
        rows = session.connection().exec_driver_sql(
            "SELECT fields FROM audit_event WHERE action = 'patient.list'"
        )
        assert any(staffed.town.ids["patient_id"] in row.fields for row in rows)


def test_nothing_due_is_said(staffed: Staffed) -> None:
    town = staffed.town
    with staffed.client.app.state.database.write() as session:
        ana = actor(session, town.people["clinic.coordinator"])
        caring.set_need_status(session, ana, town.ids["need_id"], NeedStatus.WITHDRAWN, version=1)
    words = text_of(Browser(staffed).open("/staff").text)
    assert "Nothing is due. Nobody waits for an answer" in words


def test_a_long_list_has_pages_and_takes_no_more_statements(staffed: Staffed) -> None:
    browser, counts = Browser(staffed), []
    browser.open("/staff")
    for number in (0, 30):
        more_needs(staffed, number)
        with counted() as sent:
            browser.open("/staff")
        counts.append(len([text for text in sent if not text.startswith("PRAGMA")]))
    assert counts[0] == counts[1], counts
    assert "1 to 25 of 31" in text_of(browser.html)
    assert "26 to 31 of 31" in text_of(browser.open("/staff?page=2").text)
    assert "26 to 31 of 31" in text_of(browser.open("/staff?page=99").text)


@pytest.mark.parametrize(
    ("who", "ways"),
    [
        ("clinic.supervisor", ("/staff/reports", "/staff/caseloads", "/staff/members")),
        ("clinic.admin", ("/staff/audit", "/staff/members")),
        ("clinic.curator", ("/staff/members",)),
    ],
)
def test_everybody_else_begins_with_their_ways(
    shared_staffed: Staffed, who: str, ways: tuple[str, ...]
) -> None:
    browser = Browser(shared_staffed, who)
    page = browser.open("/staff").text
    assert "Canary" not in page and "Hello, " in page
    for way in ways:
        assert f'<li><a href="{way}">' in page


def test_partner_staff_begin_with_their_inbox(shared_staffed: Staffed) -> None:
    headers = shared_staffed.town.people["pantry.partner"].headers
    answer = shared_staffed.client.get("/staff", headers=headers, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/inbox")
