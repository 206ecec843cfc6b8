"""Old notices, links, visits and calls are forgotten, each category audited once; what waits is kept."""

from datetime import timedelta

from sqlmodel import col, select

from accounts.models import Role
from app import retention
from core import clock
from core.audit import AuditEvent
from core.settings import RETENTION
from notices import webhooks
from notices.models import Notice, WebhookCall
from notices.retention import CATEGORIES
from referrals import links
from referrals.links import LinkKind, ReferralLink, ReferralVisit
from tests.integration.notices.conftest import DESK, Correspondence, rows
from tests.support.post_office import text_of
from tests.support.referring import VAULT, Scene, somebody


def kept(mail: Correspondence) -> dict[str, int]:
    with mail.database.read() as session:
        return {name: len(rows(session, table)) for name, table in CATEGORIES.items()}


def prune(mail: Correspondence, *, dry_run: bool = False) -> dict[str, int]:
    """What the worker does once a day; how many, by category."""
    chosen = {name: days for name, days in RETENTION.items() if name in CATEGORIES}
    with clock.frozen(mail.at):
        return {
            outcome.category: outcome.count
            for outcome in retention.run(mail.database, chosen, dry_run=dry_run)
        }


def called(mail: Correspondence) -> None:
    """A webhook, and what it answered."""

    def do(scene: Scene) -> None:
        admin = somebody(scene.session, scene.clinic, Role.ADMIN, "Ada")
        url = "https://hook.example.org/"
        with clock.frozen(mail.at):
            row, _ = webhooks.add(scene.session, admin, VAULT, scene.clinic.id, url=url)
            scene.session.add(WebhookCall(webhook_id=row.id, delivery="d", event="send"))

    mail.play(do)


def visited(mail: Correspondence) -> None:
    """Somebody came by the link in the mail."""
    (letter,) = mail.office.to(DESK)
    token = next(word for word in text_of(letter).split() if "/respond/" in word).split("/")[-1]
    secret = mail.settings.secret_key
    with clock.frozen(mail.at):
        links.ask_code(mail.database, token, address="")
        with mail.database.read() as session:
            link = links.find(session, LinkKind.RESPOND, token)
        code = links.one_time_code(secret, link.id, link.codes_sent)
        assert links.give_code(mail.database, secret, token, code, address="")


def test_each_kind_is_forgotten_in_its_time_and_audited_once(mail_on_each: Correspondence) -> None:
    mail = mail_on_each
    mail.send()
    mail.work()
    visited(mail)
    called(mail)
    start = mail.at
    everything = {"notices": 1, "referral_visits": 1, "referral_links": 1, "webhook_calls": 1}
    assert kept(mail) == everything
    assert set(prune(mail).values()) == {0}
    for days, gone in ((8, "webhook_calls"), (31, "referral_visits"), (121, "referral_links"),
                       (181, "notices")):  # fmt: skip
        mail.at = start + timedelta(days=days)
        assert prune(mail, dry_run=True)[gone] == 1
        assert kept(mail)[gone] == 1
        assert {name for name, count in prune(mail).items() if count} == {gone}
        assert kept(mail)[gone] == 0
        assert set(prune(mail).values()) == {0}
    with mail.database.read() as session:
        erased = select(AuditEvent).where(col(AuditEvent.action) == "retention.erase")
        trail = session.exec(erased).all()
    assert {row.entity_type: row.fields for row in trail} == {
        key: {"count": 1} for key in CATEGORIES
    }
    assert len(trail) == len(CATEGORIES)


def test_a_notice_that_waits_is_kept_and_a_link_takes_its_visits_along(
    mail: Correspondence,
) -> None:
    mail.send()
    mail.work()
    visited(mail)
    with mail.database.write() as session:
        (notice,) = session.exec(select(Notice)).all()
        notice.sent_at = None
        (link,) = session.exec(select(ReferralLink)).all()
        link.revoked_at = mail.at
        (visit,) = session.exec(select(ReferralVisit)).all()
        visit.expires_at = mail.at + timedelta(days=400)
        session.add_all([notice, link, visit])
    mail.at += timedelta(days=200)
    assert prune(mail) == {
        "notices": 0, "referral_visits": 0, "referral_links": 1, "webhook_calls": 0,
    }  # fmt: skip
    assert kept(mail) == {
        "notices": 1, "referral_visits": 0, "referral_links": 0, "webhook_calls": 0,
    }  # fmt: skip
