"""The partner's inbox: what is due first, and every answer in one screen each."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from core.clock import now
from patients import caring
from patients.forms import ConsentForm, NeedForm, parse
from patients.sealing import Vault
from referrals.commands import apply, draft
from referrals.drafting import Target
from referrals.models import Referral
from referrals.states import Status
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.network_town import SERVICE, actor
from tests.support.partner_events import partner_events
from tests.support.statements import counted

PANTRY = "pantry.partner"
INBOX = "/staff/inbox"


def sent(staffed: Staffed, **values: Any) -> str:
    """A referral of a fresh need that was sent to the pantry; returns its id."""
    town, vault = staffed.town, Vault(staffed.client.app.state.keyring)
    with staffed.client.app.state.database.write() as session:
        ana = actor(session, town.people["clinic.coordinator"])
        patient = town.ids["patient_id"]
        form = NeedForm(**{"category": "food", "words": "Nothing since Friday", **values})
        need = caring.open_need(session, ana, vault, patient, form)
        fields = ["name", "need"]
        given = {
            "partners": [town.organizations["pantry"].id],
            "data_categories": fields,
            "given_how": "verbal",
        }
        caring.give_consent(session, ana, vault, patient, parse(ConsentForm, given))
        made = draft(session, ana, need_id=need.id, target=Target(SERVICE), fields=fields)
        return apply(session, ana, made.id, "send", version=made.version, vault=vault).id


def act(staffed: Staffed, who: str, event: str, referral: str, **values: Any) -> None:
    with staffed.client.app.state.database.write() as session:
        row = session.get_one(Referral, referral)
        by = actor(session, staffed.town.people[who])
        vault = Vault(staffed.client.app.state.keyring)
        apply(session, by, referral, event, version=row.version, vault=vault, **values)


def row(staffed: Staffed, referral: str) -> Referral:
    with staffed.client.app.state.database.read() as session:
        found: Referral = session.get_one(Referral, referral)
        return found


def text(browser: Browser) -> str:
    return unescape(browser.html)


def test_an_empty_inbox_says_what_will_come(staffed: Staffed) -> None:
    browser = Browser(staffed, PANTRY)
    first = staffed.client.get("/staff", headers=browser.headers, follow_redirects=False)
    assert came_to(first) == INBOX
    browser.open(INBOX)
    assert "Nothing waits for you" in browser.html
    assert "Canary" not in browser.html


def test_what_is_due_first_stands_first_and_lists_narrow_it(staffed: Staffed) -> None:
    calm, hurried = sent(staffed), sent(staffed, urgency="urgent")
    browser = Browser(staffed, PANTRY)
    html = browser.open(INBOX).text
    assert html.index(hurried) < html.index(calm)
    assert html.count("Answer by") >= 2
    assert "Canary" not in html and "Nothing since Friday" not in html
    act(staffed, PANTRY, "accept", calm)
    act(staffed, PANTRY, "decline", hurried, reason="no_capacity")
    for show, there in (
        ("", [calm]),
        ("answer", []),
        ("waiting", []),
        ("service", [calm]),
        ("closed", [hurried]),
    ):
        found = browser.open(f"{INBOX}?show={show}").text
        assert [key for key in (calm, hurried) if key in found] == there, show
    assert "Make contact by" in browser.open(INBOX).text
    assert browser.open(f"{INBOX}?show=nonsense&page=x").status_code == 200


def test_looking_changes_nothing_and_opening_tells_that_it_was_seen(staffed: Staffed) -> None:
    key = sent(staffed)
    browser = Browser(staffed, PANTRY)
    browser.open(INBOX)
    assert "Canary Patient" in browser.open(f"{INBOX}/{key}").text
    assert row(staffed, key).status is Status.SENT
    assert browser.open(f"{INBOX}/{key}/open").status_code == 405
    browser.open(INBOX)
    assert came_to(browser.send(f"{INBOX}/{key}/open")) == f"{INBOX}/{key}"
    assert row(staffed, key).status is Status.VIEWED
    assert came_to(browser.send(f"{INBOX}/{key}/open")) == f"{INBOX}/{key}"  # twice is once


def do(browser: Browser, key: str, event: str, **fields: str) -> None:
    """Open the screen of an event, fill it in, send it."""
    at_once = f'action="{INBOX}/{key}/act/{event}"' in browser.open(f"{INBOX}/{key}").text
    if not at_once:
        assert browser.open(f"{INBOX}/{key}/act/{event}").status_code == 200
    answer = browser.send(f"{INBOX}/{key}/act/{event}", **fields)
    assert came_to(answer) == f"{INBOX}/{key}?done={event}"


def test_a_whole_service_from_the_waitlist_to_the_outcome(staffed: Staffed) -> None:
    key, today = sent(staffed), now().date()
    soon = (today + timedelta(days=9)).isoformat()
    browser = Browser(staffed, PANTRY)
    do(browser, key, "ask_info", note="Is there an oven?")
    do(browser, key, "accept_waitlist", reason="no_capacity_has_waitlist", expected_by=soon)
    assert "A place is expected on" in browser.open(f"{INBOX}/{key}").text
    do(browser, key, "offer_slot")
    do(browser, key, "schedule", appointment_at=f"{soon}T10:30")
    do(browser, key, "reschedule", appointment_at=f"{soon}T15:00", note="The van")
    do(browser, key, "start")
    days = {"service_dates": today.isoformat(), "service_day_2": today.isoformat()}
    do(browser, key, "complete", outcome="service_received_full", provided="Two boxes", **days)
    assert row(staffed, key).outcome == "service_received_full"
    page = browser.open(f"{INBOX}/{key}?done=complete").text
    assert "The outcome is recorded" in page and "Nothing is left to do here." in page


def test_whatever_the_table_lets_a_partner_do_is_on_the_page(staffed: Staffed) -> None:
    key, browser = sent(staffed), Browser(staffed, PANTRY)
    for state, events in partner_events().items():
        with staffed.client.app.state.database.write() as session:
            found = session.get_one(Referral, key)
            found.status, found.appointment_at = (
                state,
                now() - timedelta(hours=1),
            )  # nobody is missed before the time
        page = browser.open(f"{INBOX}/{key}").text
        offered = set(re.findall(rf'(?:href|action)="{INBOX}/{key}/act/(\w+)"', page))
        assert offered == events, state


def test_ends_without_service_need_their_reason(staffed: Staffed) -> None:
    declined, ended = sent(staffed), sent(staffed)
    browser = Browser(staffed, PANTRY)
    do(browser, ended, "accept")
    do(browser, ended, "not_complete", reason="client_unreachable")
    assert row(staffed, ended).status is Status.NOT_COMPLETED
    browser.open(f"{INBOX}/{declined}/act/decline")
    refused = browser.send(f"{INBOX}/{declined}/act/decline", reason="other", note=" ")
    assert refused.status_code == 400
    assert "Say in words what the other reason is." in refused.text
    assert 'value="other" checked' in refused.text  # what was chosen is kept
    do(browser, declined, "decline", reason="other", note="Flooded")


@pytest.mark.parametrize(
    ("event", "fields", "said"),
    [
        ("schedule", {"appointment_at": "2001-01-01T10:00"}, "Choose a time in the future"),
        ("schedule", {"appointment_at": "soon"}, "Give day and time."),
        ("complete", {"outcome": "", "service_dates": "2001-01-01"}, "Choose from the list how it ended."),
        ("complete", {"outcome": "enrolled", "service_dates": "2001-01-01"}, "when the need was opened"),
        ("waitlist", {"reason": ""}, "Choose a reason from the list."),
        ("waitlist", {"reason": "awaiting_documents", "expected_by": "2001-01-01"}, "from tomorrow"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_at_its_field(
    staffed: Staffed, event: str, fields: dict[str, str], said: str
) -> None:
    key = sent(staffed)
    act(staffed, PANTRY, "accept", key)
    browser = Browser(staffed, PANTRY)
    browser.open(f"{INBOX}/{key}/act/{event}")
    answer = browser.send(f"{INBOX}/{key}/act/{event}", **fields)
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert row(staffed, key).status is Status.ACCEPTED


def test_who_was_quicker_is_told_who_acted_and_where_it_stands(staffed: Staffed) -> None:
    key = sent(staffed)
    browser = Browser(staffed, PANTRY)
    browser.open(f"{INBOX}/{key}")
    act(staffed, "clinic.coordinator", "cancel", key, reason="need_met_elsewhere")
    answer = browser.send(f"{INBOX}/{key}/act/accept")
    assert answer.status_code == 409
    assert "Somebody acted meanwhile." in answer.text
    assert "The clinic acted on" in answer.text
    assert "It is now: Withdrawn." in answer.text
    assert browser.open(f"{INBOX}/{key}/act/accept").status_code == 409
    browser.open(f"{INBOX}/{key}")
    assert came_to(browser.send(f"{INBOX}/{key}/acknowledge")) == f"{INBOX}/{key}?done=acknowledge"
    assert row(staffed, key).acknowledged_at is not None
    assert "I have seen it" not in browser.open(f"{INBOX}/{key}").text


def test_nobody_else_finds_it(staffed: Staffed) -> None:
    key = sent(staffed)
    unsent = staffed.town.ids["referral_id"]
    browser = Browser(staffed, PANTRY)
    for path in (unsent, f"{unsent}/act/accept", "none", "no/act/accept"):
        assert browser.open(f"{INBOX}/{path}").status_code == 404, path
    for who in ("clinic.coordinator", "pantry.admin", "other.coordinator"):
        for path in ("", f"/{key}", f"/{key}/act/accept"):
            assert Browser(staffed, who).open(f"{INBOX}{path}").status_code == 403, (who, path)


def test_more_rows_take_no_more_statements(staffed: Staffed) -> None:
    browser, counts = Browser(staffed, PANTRY), []
    for more in (1, 7):
        for _ in range(more):
            sent(staffed)
        with counted() as asked:
            assert browser.open(INBOX).status_code == 200
        counts.append(len([one for one in asked if not one.startswith("PRAGMA")]))
    assert counts[0] == counts[1], counts
