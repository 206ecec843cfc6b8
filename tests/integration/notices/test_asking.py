"""The patient's own mail at the end: only where, when and in the language that is safe, and about nothing."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from app import work
from core import clock
from core.audit import AuditEvent
from core.outbox import OutboxMessage
from notices import asking, returning
from patients import commands, lifecycle
from patients.forms import ContactForm, parse
from referrals import status_links
from referrals.models import Referral
from referrals.states import Status
from tests.integration.notices.conftest import Correspondence, rows
from tests.support.post_office import everything_in, text_of
from tests.support.referring import VAULT, Scene
from tests.unit.test_returned import GONE, NAME, report

MAILBOX = "canary.reader@mail.example.org"
CANARIES = (
    "Canary Patient",
    "No food since Friday",
    "Food boxes",
    "food",
    "Pantry",
    "Clinic",
    "27701",
)


@pytest.fixture(autouse=True)
def patients_mail(mail: Correspondence) -> None:
    """The worker has the keys of sealed addresses."""
    mail.worker = work.messenger(mail.database, mail.settings, vault=VAULT)


def reachable(mail: Correspondence, *contacts: dict[str, Any]) -> None:
    def do(scene: Scene) -> None:
        forms = [parse(ContactForm, {"system": "email", **contact}) for contact in contacts]
        coordinator = scene.actors["coordinator"]
        commands.set_contacts(scene.session, coordinator, VAULT, scene.patient.id, forms)

    mail.play(do)


def completed(mail: Correspondence) -> Referral:
    row: Referral = mail.play(lambda scene: scene.at(Status.COMPLETED))
    mail.work()
    return row


def test_one_mail_with_a_link_and_nothing_about_anybody(mail: Correspondence) -> None:
    reachable(mail, {"value": "unsafe@mail.example.org", "safe": False, "rank": 1},
              {"value": MAILBOX, "rank": 2})  # fmt: skip
    row = completed(mail)
    (letter,) = mail.office.to(MAILBOX)
    assert mail.office.to("unsafe@mail.example.org") == []
    for canary in CANARIES:
        assert canary not in everything_in(letter)
    assert row.id[:8].upper() not in text_of(letter)
    (token,) = re.findall(r"/status/(\S+)", text_of(letter))
    with mail.database.write() as session, clock.frozen(mail.at):
        assert status_links.standing(session, token).asks
        status_links.confirm(session, token, met=True, address="192.0.2.1")
    with mail.database.read() as session:
        messages = rows(session, OutboxMessage)
        assert MAILBOX not in str([message.payload for message in messages])
        trail = select(AuditEvent).where(col(AuditEvent.action) == "link.mail_status")
        assert len(session.exec(trail).all()) == 1
    mail.work()
    assert len(mail.office.to(MAILBOX)) == 1


def test_the_language_is_the_contacts(mail: Correspondence) -> None:
    reachable(mail, {"value": MAILBOX, "language": "es"})
    completed(mail)
    (letter,) = mail.office.to(MAILBOX)
    assert (letter["Subject"], letter["Content-Language"]) == ("¿Le ayudó?", "es")
    assert "/es/status/" in text_of(letter)


def test_it_waits_for_the_hours_that_are_safe(mail: Correspondence) -> None:
    reachable(mail, {"value": MAILBOX, "safe_hours": ["tue 10:00-11:00"]})
    completed(mail)
    assert mail.office.to(MAILBOX) == []
    mail.at = datetime(2026, 3, 3, 15, tzinfo=UTC)  # Tuesday, ten in New York
    mail.work()
    assert len(mail.office.to(MAILBOX)) == 1


def test_a_worker_that_comes_too_late_waits_for_the_next_safe_hour(mail: Correspondence) -> None:
    reachable(mail, {"value": MAILBOX, "safe_hours": ["tue 10:00-11:00"]})
    completed(mail)
    mail.at = datetime(2026, 3, 3, 18, tzinfo=UTC)
    mail.work()
    assert mail.office.to(MAILBOX) == []
    mail.at = datetime(2026, 3, 10, 14, tzinfo=UTC)  # summer time began on Sunday
    mail.work()
    assert len(mail.office.to(MAILBOX)) == 1


def test_it_does_not_come_at_night(mail: Correspondence) -> None:
    reachable(mail, {"value": MAILBOX})
    mail.at = datetime(2026, 3, 3, 3, tzinfo=UTC)  # ten in the evening
    completed(mail)
    assert mail.office.to(MAILBOX) == []
    mail.at = datetime(2026, 3, 3, 12, tzinfo=UTC)
    mail.work()
    assert len(mail.office.to(MAILBOX)) == 1


@pytest.mark.parametrize("why", ["unsafe", "phone only", "restricted", "erased", "answered"])
def test_whoever_may_not_be_written_to_gets_no_mail(mail: Correspondence, why: str) -> None:
    contact = {"value": MAILBOX, "safe": why != "unsafe"}
    reachable(mail, {**contact, "system": "phone" if why == "phone only" else "email"})
    mail.at = datetime(2026, 3, 3, 3, tzinfo=UTC)  # it waits for the morning
    row = completed(mail)
    if why == "restricted":
        mail.play(lambda scene: _change(scene, row, restricted="violence"))
    if why == "erased":
        mail.play(lambda s: lifecycle.erase(s.session, s.actors["coordinator"], s.patient.id))
    if why == "answered":
        mail.play(lambda scene: _confirm(scene, row))
    mail.at += timedelta(hours=12)
    mail.work()
    assert [letter for letter in mail.office.mails if MAILBOX in str(letter["To"])] == []


def _change(scene: Scene, row: Referral, **values: object) -> None:
    found = scene.session.get_one(Referral, row.id)
    found.sqlmodel_update(values)
    scene.session.add(found)


def _confirm(scene: Scene, row: Referral) -> None:
    token, _ = status_links.make(scene.session, scene.actors["coordinator"], row.id)
    status_links.confirm(scene.session, token, met=True, address="192.0.2.1")


@pytest.mark.parametrize("later", [False, True])
def test_when_it_does_not_arrive_the_coordinator_asks(mail: Correspondence, *, later: bool) -> None:
    reachable(mail, {"value": MAILBOX})
    if not later:
        mail.office.refuse[MAILBOX] = "550 5.1.1 no such mailbox"
    completed(mail)
    if later:
        name = str(mail.office.to(MAILBOX)[0]["Message-ID"]).strip("<>").partition("@")[0]
        with clock.frozen(mail.at):
            returning.take_all(mail.database, [report(GONE).replace(NAME, name).encode()])
    mail.at += timedelta(minutes=10)
    mail.work()
    told = [text_of(letter) for letter in mail.office.to("ana@example.org")]
    assert any("did not arrive. Please ask whether it helped." in text for text in told)
    assert MAILBOX not in "".join(told)
    with mail.database.read() as session:
        tables = [*rows(session, AuditEvent), *rows(session, OutboxMessage)]
    assert MAILBOX not in str([row.model_dump() for row in tables])


@pytest.mark.parametrize(
    ("at", "hours", "expected"),
    [
        (datetime(2026, 3, 2, 17, tzinfo=UTC), [], datetime(2026, 3, 2, 17, tzinfo=UTC)),
        (datetime(2026, 3, 2, 17, 0, 30, tzinfo=UTC), ["mon 11:00-13:00"],
         datetime(2026, 3, 2, 17, 0, 30, tzinfo=UTC)),
        (datetime(2026, 3, 2, 17, tzinfo=UTC), ["sat 09:00-10:00", "wed 22:00-02:00"],
         datetime(2026, 3, 5, 3, tzinfo=UTC)),
        (datetime(2026, 3, 5, 6, tzinfo=UTC), ["wed 22:00-02:00"],
         datetime(2026, 3, 5, 6, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_the_first_safe_moment(at: datetime, hours: list[str], expected: datetime) -> None:
    assert asking.safe_from(at, hours, "America/New_York") == expected
