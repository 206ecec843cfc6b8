"""The partner's own listing: switches that hold at once, and corrections that wait for a curator."""

from datetime import timedelta
from html import unescape

from sqlmodel import select

from accounts.models import NetworkOrganization
from core.audit import AuditEvent
from core.clock import now
from core.outbox import OutboxMessage
from directory.models import Proposal, ProposalStatus, Service, ServiceCapacity
from referrals.models import ProgramCapacity
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.network_town import SERVICE
from tests.support.statements import counted

PANTRY = "pantry.partner"
LISTINGS, ONE = "/staff/listings", f"/staff/listings/{SERVICE}"


def room(staffed: Staffed) -> ProgramCapacity:
    with staffed.client.app.state.database.read() as session:
        found: ProgramCapacity = session.exec(select(ProgramCapacity)).one()
        return found


def service(staffed: Staffed) -> Service:
    with staffed.client.app.state.database.read() as session:
        found: Service = session.get_one(Service, SERVICE)
        return found


def press(browser: Browser, words: str) -> None:
    """Press the button with these words on the list: its own form is sent, nothing else."""
    html = browser.open(LISTINGS).text
    form = next(
        part for part in html.split("<form ")[1:] if f">{words}<" in part.split("</form>")[0]
    )
    path = form.split('action="')[1].split('"')[0]
    browser.html = form.split("</form>")[0]
    assert came_to(browser.send(path)) == f"{LISTINGS}?done=saved"


def test_what_can_be_taken_is_said_dated_and_known_to_searches(staffed: Staffed) -> None:
    browser = Browser(staffed, PANTRY)
    assert "you have not said yet" in browser.open(LISTINGS).text
    browser.open(ONE)
    said = {"slots_total": "3", "waitlist_open": "open", "expected_wait_days": "9"}
    assert came_to(browser.send(ONE, **said)) == f"{LISTINGS}?done=saved"
    found = room(staffed)
    assert (found.slots_total, found.waitlist_open, found.asked_on) == (3, True, now().date())
    with staffed.client.app.state.database.read() as session:
        listed = session.exec(select(ServiceCapacity)).one()
        messages = [row.payload for row in session.exec(select(OutboxMessage))]
        trail = session.exec(select(AuditEvent.action).where(AuditEvent.entity_id == SERVICE)).all()
    assert (listed.available, listed.maximum) == (3, 3)
    assert {"entity": "service", "id": SERVICE} in messages
    assert "capacity.set" in trail
    now_promised = service(staffed)
    assert (now_promised.wait_days, now_promised.wait_asked_on) == (9, now().date())
    html = browser.open(LISTINGS).text
    assert "0 of 3 places taken" in html and "Waitlist: open" in html


def test_each_switch_is_one_tap(staffed: Staffed) -> None:
    browser = Browser(staffed, PANTRY)
    press(browser, "Take no referrals")
    assert not service(staffed).accepts_referrals
    assert "Takes no referrals" in browser.open(LISTINGS).text
    assert room(staffed).asked_on == now().date()
    press(browser, "Take referrals")
    assert service(staffed).accepts_referrals
    press(browser, "Open the waitlist")
    press(browser, "Close the waitlist")
    assert room(staffed).waitlist_open is False
    browser.open(ONE)
    browser.send(ONE, slots_total="1", waitlist_open="closed", expected_wait_days="")
    press(browser, "One place more")
    assert room(staffed).slots_total == 2
    press(browser, "One place less")
    press(browser, "One place less")
    assert room(staffed).slots_total == 0
    assert "Full: 0 of 0 places taken" in browser.open(LISTINGS).text
    with staffed.client.app.state.database.write() as session:
        row = session.exec(select(ProgramCapacity)).one()
        row.asked_on -= timedelta(days=40)
        session.add(row)
    press(browser, "Still right")
    assert room(staffed).asked_on == now().date()


def test_a_number_that_is_none_and_an_old_page_are_told(staffed: Staffed) -> None:
    browser = Browser(staffed, PANTRY)
    browser.open(ONE)
    wrong = browser.send(ONE, slots_total="many", waitlist_open="", expected_wait_days="")
    assert wrong.status_code == 400
    assert "Give a whole number" in wrong.text and 'value="many"' in wrong.text
    browser.open(LISTINGS)
    old = browser.html
    browser.send(ONE, slots_total="2", version="", expected_wait_days="")
    browser.html = old
    stale = browser.send(ONE, slots_total="5", version="", switch="yes", expected_wait_days="")
    assert stale.status_code == 409
    assert "Somebody changed the capacity meanwhile." in stale.text
    assert room(staffed).slots_total == 2


def test_a_correction_waits_for_a_curator_and_says_what_became_of_it(staffed: Staffed) -> None:
    browser = Browser(staffed, PANTRY)
    page = browser.open(f"{ONE}/correct").text
    assert "A curator looks at it before it holds." in page
    said = {"phone": "919-555-0177", "cost": ["free"], "languages": ["en", "es"], "documents": ["any-id"],
            "other_documents": "A bag", "note": "The door is green."}  # fmt: skip
    said[f"hours-{SERVICE}-MO"] = "9:00-12:00, 13:00-17:00"
    sent = browser.send(f"{ONE}/correct", **said)
    assert came_to(sent) == f"{LISTINGS}?done=proposed"
    with staffed.client.app.state.database.read() as session:
        kept = session.exec(select(Proposal)).one()
    assert set(kept.changes) == {"phone", "cost", "languages", "documents", "hours"}
    assert [one["opens"] for one in kept.changes["hours"][SERVICE]] == ["09:00", "13:00"]
    html = browser.open(f"{LISTINGS}?done=proposed").text
    assert "A curator looks at it, and you see here" in html


def test_a_trusted_organization_puts_it_right_at_once(staffed: Staffed) -> None:
    admin = Browser(staffed, "clinic.admin")
    assert "A curator decides about corrections" in admin.open("/staff/partners").text
    trust = f"/staff/partners/{staffed.town.organizations['pantry'].id}/trust"
    assert came_to(admin.send(trust, trusted="yes")) == "/staff/partners?done=saved"
    assert "Trusted: corrections hold at once" in admin.open("/staff/partners").text
    assert Browser(staffed, "pantry.admin").open("/staff/partners").status_code == 404
    browser = Browser(staffed, PANTRY)
    assert "It holds as soon as you save." in browser.open(f"{ONE}/correct").text
    closed = (now() + timedelta(days=3)).date().isoformat()
    sent = browser.send(f"{ONE}/correct", fees="Nothing", starts_on=closed, reason="Painting")
    assert came_to(sent) == f"{LISTINGS}?done=saved"
    assert service(staffed).fees_description == "Nothing"
    with staffed.client.app.state.database.read() as session:
        assert session.exec(select(Proposal.status)).one() is ProposalStatus.DIRECT


def test_what_is_wrong_stands_at_its_field_and_nothing_typed_is_lost(staffed: Staffed) -> None:
    browser = Browser(staffed, PANTRY)
    for fields, words in (
        ({"phone": "call us"}, "Type a telephone number"),
        ({f"hours-{SERVICE}-MO": "late"}, "Type times like 9:00-17:00"),
        ({"starts_on": "2001-01-01"}, "the last may be today or within two years"),
        ({}, "Nothing was changed."),
    ):
        browser.open(f"{ONE}/correct")
        refused = browser.send(f"{ONE}/correct", **fields)
        assert refused.status_code == 400, fields
        assert words in unescape(refused.text)
        assert all(f'value="{value}"' in refused.text for value in fields.values())


def test_nobody_else_speaks_for_it(staffed: Staffed) -> None:
    with staffed.client.app.state.database.write() as session:
        strange = session.get_one(NetworkOrganization, staffed.town.organizations["pantry"].id)
        strange.directory_organization_id = None
        session.add(strange)
    browser = Browser(staffed, PANTRY)
    assert "lists no service of yours yet" in browser.open(LISTINGS).text
    for path in (ONE, f"{ONE}/correct", f"{LISTINGS}/none"):
        assert browser.open(path).status_code == 404, path
    browser.open(LISTINGS)
    assert browser.send(f"{ONE}/referrals", takes="no").status_code == 404
    assert Browser(staffed, "clinic.curator").open(LISTINGS).status_code == 403


def test_more_services_take_no_more_statements(staffed: Staffed) -> None:
    browser, counts = Browser(staffed, PANTRY), []
    for more in (0, 6):
        with staffed.client.app.state.database.write() as session:
            for number in range(more):
                session.add(Service(organization_id="org-pantry", name=f"Box {number}"))
        with counted() as asked:
            assert browser.open(LISTINGS).status_code == 200
        counts.append(len([one for one in asked if not one.startswith("PRAGMA")]))
    assert counts[0] == counts[1], counts
