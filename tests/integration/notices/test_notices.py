"""Who is told of what, when, how often; what a mail holds and what it never holds."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

import web
from accounts.models import User
from app import work
from core import clock, outbox
from core.outbox import OutboxMessage
from notices import bounces, planning, sending
from notices.models import Bounce
from notices.office import office_of
from notices.words import WORDS, words_for
from referrals import links, routing
from referrals.drafting import Target
from referrals.links import LinkKind, ReferralLink
from referrals.models import Referral
from referrals.states import EVENTS
from tests.integration.notices.conftest import DESK, Correspondence, rows
from tests.support.post_office import everything_in, text_of
from tests.support.referring import VAULT, Scene, consenting, partner

CANARIES = ("Canary", "No food since Friday", "Food boxes", "food", "27701", "Ana ")


def test_a_sent_referral_is_a_mail_with_a_link_and_nothing_about_anybody(
    mail_on_each: Correspondence,
) -> None:
    mail = mail_on_each
    referral = mail.send()
    mail.work()
    (letter,) = mail.office.to(DESK)
    text = text_of(letter)
    assert letter["Subject"] == "A new referral waits for your answer"
    assert f"Referral {referral.id[:8].upper()} is new. Please answer by Wednesday, March 4" in text
    (token,) = re.findall(r"/respond/(\S+)", text)
    assert len(token) >= 43
    for canary in CANARIES:
        assert canary not in everything_in(letter).replace("sent-food", "")
    with mail.database.read() as session, clock.frozen(mail.at):
        link = links.find(session, LinkKind.RESPOND, token)
        assert (link.referral_id, link.organization_id) == (referral.id, mail.scene.pantry.id)
        assert token not in str([row.model_dump() for row in rows(session, ReferralLink)])
        assert token not in str([row.model_dump() for row in rows(session, OutboxMessage)])


def test_whoever_acted_is_not_told_and_the_coordinator_who_has_it_is(mail: Correspondence) -> None:
    referral = mail.send()
    mail.work()
    mail.at += timedelta(hours=1)
    referral = mail.act("partner", "view", referral)
    mail.act("partner", "accept", referral)
    mail.work()
    assert len(mail.office.to(DESK)) == 1
    (told,) = mail.office.to("ana@example.org")
    assert "was accepted by the partner" in text_of(told)
    assert "/respond/" not in text_of(told)


def test_the_same_message_twice_is_one_mail(mail: Correspondence) -> None:
    mail.send()
    mail.work()
    with mail.database.write() as session:
        for row in rows(session, OutboxMessage):
            row.done_at, row.due_at = None, mail.at
            session.add(row)
    mail.work()
    assert len(mail.office.mails) == 1


def test_a_worker_killed_after_sending_sends_the_same_mail_again(mail: Correspondence) -> None:
    mail.send()
    with clock.frozen(mail.at):
        mail.worker.run_once()  # plans
        with mail.database.write() as session:
            (message,) = [
                outbox.Message(row.id or 0, row.key, row.topic, row.payload, 1)
                for row in rows(session, OutboxMessage)
                if row.topic == sending.TOPIC
            ]
            found = sending.claim(session, message)
            office = office_of(mail.settings, web.translations())
            assert office is not None
            letter = sending.compose(session, office, found, message.key)
    mail.send()  # something else comes up for the same mailbox
    for _ in range(2):
        mail.at += timedelta(minutes=10)
        mail.work()
    texts = [text_of(one) for one in mail.office.mails]
    assert texts[0].startswith(letter.lines[0].words)
    assert letter.lines[0].href in texts[0]
    assert len(texts) == 2


def test_a_night_is_quiet_and_a_day_of_outage_is_one_mail_for_each_mailbox(
    mail: Correspondence,
) -> None:
    mail.at = datetime(2026, 3, 3, 2, tzinfo=UTC)  # nine in the evening
    sent = [mail.send() for _ in range(25)]
    mail.work()
    assert mail.office.mails == []
    mail.at = datetime(2026, 3, 3, 12, 1, tzinfo=UTC)  # one minute past seven
    mail.work()
    (digest,) = mail.office.mails
    assert digest["Subject"] == "A new referral waits for your answer (+24)"
    text = text_of(digest)
    assert text.count("/respond/") == sending.LISTED_MAX
    assert "And 5 more" in text
    assert all(notice.sent_at == mail.at for notice in mail.notices())
    assert len(mail.notices()) == len(sent)


def test_mails_to_one_mailbox_keep_their_distance(mail: Correspondence) -> None:
    mail.send()
    mail.work()
    mail.at += timedelta(minutes=1)
    mail.send()
    mail.send()
    mail.work()
    assert len(mail.office.mails) == 1
    mail.at += timedelta(minutes=5)
    mail.work()
    assert len(mail.office.mails) == 2


def test_a_decline_goes_to_the_next_of_an_approved_list_once(mail: Correspondence) -> None:
    def prepare(scene: Scene) -> str:
        other, service = partner(scene.session, "Shelf")
        other.notify_email = "intake@shelf.example.org"
        scene.session.add(other)
        who = scene.actors["coordinator"]
        consenting(scene.session, who, scene.patient, other.id)
        return service.id

    with clock.frozen(mail.at):
        service_id = mail.play(prepare)
    sent = mail.send()
    with mail.database.write() as session, clock.frozen(mail.at):
        who = mail.scene.actors["coordinator"]
        routing.approve(session, who, sent.need_id, [Target(service_id)])
    mail.worker = work.messenger(mail.database, mail.settings, vault=VAULT)
    mail.act("partner", "decline", sent)
    mail.work()
    (letter,) = mail.office.to("intake@shelf.example.org")
    assert letter["Subject"] == "A new referral waits for your answer"
    with mail.database.read() as session:
        (next_one,) = [row for row in rows(session, Referral) if row.replaces_id == sent.id]
        assert next_one.status == "sent"


def test_spanish_readers_get_spanish(mail: Correspondence) -> None:
    with mail.database.write() as session:
        mail.scene.pantry.locale = "es"
        session.add(mail.scene.pantry)
    mail.send()
    mail.work()
    (letter,) = mail.office.to(DESK)
    assert letter["Content-Language"] == "es"
    assert "/es/respond/" in text_of(letter)
    assert "Responda antes" in text_of(letter)
    assert "marzo" in text_of(letter)


def test_a_refusing_mailbox_is_flagged_and_others_are_told(mail: Correspondence) -> None:
    mail.office.refuse[DESK] = "550 5.1.1 no such mailbox"
    mail.send()
    mail.work()
    mail.at += timedelta(minutes=6)
    mail.work()
    with mail.database.read() as session:
        (bounce,) = rows(session, Bounce)
    assert (bounce.email, bounce.code) == (DESK, "550")
    (told,) = mail.office.to("ana@example.org")
    assert "Please call them" in text_of(told)
    mail.office.refuse.clear()
    mail.at += timedelta(minutes=6)
    mail.send()
    mail.work()
    assert mail.office.to(DESK) == []  # until somebody says that it works again
    with mail.database.write() as session:
        row = session.get_one(Bounce, bounce.id)
        row.cleared_at = mail.at
        session.add(row)
    mail.at += timedelta(minutes=6)
    mail.send()
    mail.work()
    assert len(mail.office.to(DESK)) == 1
    with mail.database.read() as session:
        assert not bounces.is_flagged(session, DESK)


def test_a_mail_refused_for_now_is_tried_again_and_stops_no_other(mail: Correspondence) -> None:
    mail.office.refuse[DESK] = "450 try later"
    mail.act("partner", "accept", mail.send())
    mail.work()
    assert len(mail.office.to("ana@example.org")) == 1
    mail.office.refuse.clear()
    mail.at += timedelta(hours=1)
    mail.work()
    assert len(mail.office.to(DESK)) == 1


def test_while_no_mail_server_is_named_everything_waits(mail: Correspondence) -> None:
    chosen = replace(mail.settings, smtp_host=None, demo=False)
    without = work.messenger(mail.database, chosen)
    mail.send()
    with clock.frozen(mail.at):
        while without.run_once():
            pass
    assert [row.topic for row in mail.waiting() if row.topic != "referral.webhook"] == [
        sending.TOPIC
    ]
    mail.work()
    assert len(mail.office.mails) == 1


def test_a_forgotten_password_is_a_link_to_that_account(mail: Correspondence) -> None:
    with mail.database.write() as session, clock.frozen(mail.at):
        user = session.exec(select(User).where(col(User.email) == "ana@example.org")).one()
        payload = {"purpose": "password_reset", "user_id": user.id}
        outbox.publish(session, "account.mail", payload)
    mail.work()
    (letter,) = mail.office.to("ana@example.org")
    assert re.search(r"/staff/reset/\S{43}", text_of(letter))


def test_every_event_is_told_to_somebody_or_to_nobody_on_purpose() -> None:
    silent = {"view", "discard"}
    for event in EVENTS:
        told = [side for side in WORDS if words_for(side, event)]
        assert bool(told) is (event not in silent), event
    assert planning.TOPIC == "referral.notice"
