"""What admins look after: addresses that refuse mail, and systems that are told of referrals."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import pytest
from httpx import Response
from sqlmodel import col, select

from core.audit import AuditEvent
from notices import bounces
from notices.deliveries import TESTS, signature
from notices.models import Bounce, Webhook, WebhookCall
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.listener import Listener, listening
from tests.support.statements import counted

ADMIN = "clinic.admin"
WEBHOOKS = "/staff/webhooks"


@pytest.fixture
def listener(staffed: Staffed) -> Iterator[Listener]:
    """A system of the clinic's, which may be called from here."""
    state = staffed.client.app.state
    state.settings = replace(state.settings, webhook_private=True)
    with listening() as heard:
        yield heard


def flagged(staffed: Staffed, count: int) -> None:
    with staffed.client.app.state.database.write() as session:
        for organization in ("clinic", "pantry"):
            for number in range(count):
                bounces.note(
                    session,
                    staffed.town.organizations[organization].id,
                    f"desk{number}@{organization}.example.org",
                    "5.1.1",
                    "550 <b>no</b> such user",
                )


def test_returned_mail_is_listed_and_cleared_by_the_organizations_admin(staffed: Staffed) -> None:
    browser = Browser(staffed, ADMIN)
    assert "No mail has come back." in browser.open("/staff/bounces").text
    flagged(staffed, 2)
    page = browser.open("/staff/bounces").text
    assert "desk0@clinic.example.org" in page
    assert "550 &lt;b&gt;no&lt;/b&gt; such user" in page
    assert "pantry" not in page
    (first, _) = re.findall(r'action="(/staff/bounces/[\w-]+/clear)"', page)
    assert came_to(browser.send(first)) == "/staff/bounces?done=cleared"
    again = browser.open("/staff/bounces?done=cleared").text
    assert "Mail is sent to that address again." in again
    assert again.count("@clinic.example.org") < page.count("@clinic.example.org")
    assert browser.send(first).status_code == 404  # once
    with staffed.client.app.state.database.read() as session:
        theirs = session.exec(select(Bounce).where(col(Bounce.email).contains("pantry"))).first()
        trail = select(AuditEvent).where(AuditEvent.action == "bounce.clear")
        assert len(session.exec(trail).all()) == 1
    assert theirs is not None
    assert browser.send(f"/staff/bounces/{theirs.id}/clear").status_code == 404


def test_more_returned_mail_takes_no_more_statements(staffed: Staffed) -> None:
    browser, asked = Browser(staffed, ADMIN), []
    browser.open("/staff/bounces")
    for count in (1, 9):
        flagged(staffed, count)
        with counted() as sent:
            browser.open("/staff/bounces")
        asked.append(len([text for text in sent if not text.startswith("PRAGMA")]))
    assert asked[0] == asked[1]


def test_a_webhook_is_added_tried_and_removed(staffed: Staffed, listener: Listener) -> None:
    browser = Browser(staffed, ADMIN)
    assert "Your first webhook" in browser.open(WEBHOOKS).text
    added = browser.send(WEBHOOKS, url=f" {listener.url} ", events=["accept", "decline"])
    found = re.search(r'<code class="secret">([\w-]+)</code>', added.text)
    assert found is not None
    secret = found.group(1)
    page = browser.open(WEBHOOKS).text
    assert secret not in page
    assert "Nothing was sent yet" in page
    (path,) = set(re.findall(r'href="(/staff/webhooks/[\w-]+)"', page))
    detail = browser.open(path).text
    assert "It is told of: accept, decline." in detail
    assert "Nothing was sent in the last week." in detail
    assert came_to(browser.send(f"{path}/test")) == f"{path}?done=taken"
    ((headers, body),) = listener.got
    told = json.loads(body)
    assert told["type"] == "test"
    assert set(told) == {"id", "type", "at"}
    timestamp = headers["Handrail-Timestamp"]
    assert headers["Handrail-Signature"] == f"v1={signature(secret, timestamp, body)}"
    tested = browser.open(f"{path}?done=taken").text
    assert "It took the test." in tested
    assert "<td>taken</td>" in tested
    listener.status = 503
    refused = browser.send(f"{path}/test")
    assert "It did not take the test: the answer was 503." in refused.text
    for _ in range(8):
        browser.send(f"{path}/test")
    assert browser.send(f"{path}/test").status_code == 429
    assert came_to(browser.send(f"{path}/remove")) == f"{WEBHOOKS}?done=removed"
    assert browser.open(path).status_code == 404
    with staffed.client.app.state.database.read() as session:
        assert session.exec(select(Webhook)).all() == []
        assert session.exec(select(WebhookCall)).all() == []
        trail = select(AuditEvent.action).where(col(AuditEvent.action).startswith("webhook."))
        actions = session.exec(trail).all()
    assert {*actions} == {"webhook.add", "webhook.test", "webhook.remove"}


def test_a_webhook_is_tried_over_the_api_as_on_the_page(
    staffed: Staffed, listener: Listener
) -> None:
    clinic, headers = staffed.town.ids["organization_id"], staffed.town.people[ADMIN].headers

    def post(path: str, who: dict[str, str] = headers, **body: str) -> Response:
        return staffed.client.post(f"/api/v1{path}", headers=who, json=body or None)

    made = post(f"/organizations/{clinic}/webhooks", url=listener.url).json()
    there = f"/webhooks/{made['id']}/test"
    took = post(there)
    assert (took.status_code, took.json()) == (200, {"taken": True, "error": None})
    ((sent, body),) = listener.got
    assert (json.loads(body)["type"], set(json.loads(body))) == ("test", {"id", "type", "at"})
    signed = signature(made["secret"], sent["Handrail-Timestamp"], body)
    assert sent["Handrail-Signature"] == f"v1={signed}"
    listener.status = 503
    assert post(there).json() == {"taken": False, "error": "the answer was 503"}
    for who, status in (("pantry.admin", 404), ("clinic.coordinator", 403)):
        assert post(there, staffed.town.people[who].headers).status_code == status, who
    while (last := post(there)).status_code == 200:
        pass
    assert (last.status_code, len(listener.got)) == (429, TESTS.tries)
    with staffed.client.app.state.database.read() as session:
        calls = session.exec(select(WebhookCall.error)).all()
        tested = select(AuditEvent.id).where(AuditEvent.action == "webhook.test")
        # The one that came too often called nobody, and is a row of its own.
        assert (len(calls), calls.count(None)) == (TESTS.tries, 1)
        assert len(session.exec(tested).all()) == TESTS.tries + 1


def test_what_is_wrong_with_an_address_is_said_and_kept(staffed: Staffed) -> None:
    browser = Browser(staffed, ADMIN)
    browser.open(WEBHOOKS)
    wrong = browser.send(WEBHOOKS, url="http://inside.example/", events=["accept"])
    assert wrong.status_code == 400
    text = unescape(wrong.text)
    assert "The address must begin with https:// and name a host." in text
    assert 'value="http://inside.example/"' in text
    assert 'value="accept" checked' in text
    for number in range(10):
        browser.send(WEBHOOKS, url=f"https://hook{number}.example.org/")
    full = browser.send(WEBHOOKS, url="https://one-more.example.org/")
    assert (full.status_code, "at most 10 webhooks" in full.text) == (409, True)


def test_one_switched_off_is_switched_on_again(staffed: Staffed, listener: Listener) -> None:
    browser = Browser(staffed, ADMIN)
    browser.open(WEBHOOKS)
    browser.send(WEBHOOKS, url=listener.url)
    database = staffed.client.app.state.database
    with database.write() as session:
        row = session.exec(select(Webhook)).one()
        row.off_at, row.off_reason = row.created_at, "failed_for_days"
        session.add(row)
    assert "Switched off, after it failed for days" in browser.open(WEBHOOKS).text
    browser.open(f"{WEBHOOKS}/{row.id}")
    assert came_to(browser.send(f"{WEBHOOKS}/{row.id}/on")).endswith("?done=saved")
    with database.read() as session:
        assert session.exec(select(Webhook)).one().off_at is None


@pytest.mark.parametrize("who", ["clinic.coordinator", "pantry.admin"])
def test_nobody_else_sees_or_changes_them(staffed: Staffed, who: str) -> None:
    mine = Browser(staffed, ADMIN)
    mine.open(WEBHOOKS)
    mine.send(WEBHOOKS, url="https://hook.example.org/")
    with staffed.client.app.state.database.read() as session:
        row = session.exec(select(Webhook)).one()
    other = Browser(staffed, who)
    other.open("/staff/account")
    refused = {403} if who == "clinic.coordinator" else {404}
    for verb in ("test", "on", "remove"):
        assert other.send(f"{WEBHOOKS}/{row.id}/{verb}").status_code in refused
    assert other.open(f"{WEBHOOKS}/{row.id}").status_code in refused
    assert "hook.example.org" not in other.open(WEBHOOKS).text
