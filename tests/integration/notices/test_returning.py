"""A mail that comes back later: recorded with what it was about, the address left alone, people told."""

import mailbox
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from sqlmodel import col, select

from accounts.models import Role
from app.cli import main
from core import clock
from core.audit import AuditEvent
from notices import bounces, returning
from notices.models import Bounce, Notice
from notices.returning import Counts
from tests.integration.notices.conftest import DESK, Correspondence, rows
from tests.support.post_office import text_of
from tests.support.referring import somebody
from tests.unit.test_returned import COPY, GONE, NAME, fields, report

ADA = "ada@example.org"


def came_back(letter: EmailMessage, said: str = GONE) -> bytes:
    """A report about that mail."""
    name = str(letter["Message-ID"]).strip("<>").partition("@")[0]
    assert NAME in COPY
    return report(said).replace(NAME, name).encode()


def sent(mail: Correspondence) -> EmailMessage:
    """A mail the mail server took."""
    mail.play(lambda scene: somebody(scene.session, scene.pantry, Role.ADMIN, "Ada"))
    mail.send()
    mail.work()
    (letter,) = mail.office.to(DESK)
    mail.at += timedelta(hours=1)
    return letter


def take(mail: Correspondence, *raw: bytes) -> Counts:
    with clock.frozen(mail.at):
        counts = returning.take_all(mail.database, raw)
    mail.work()
    return counts


def test_a_mail_that_comes_back_flags_the_address_and_somebody_is_told(
    mail_on_each: Correspondence,
) -> None:
    mail = mail_on_each
    letter = sent(mail)
    counts = take(mail, came_back(letter), b"Subject: hello\n\nWe answer on Monday.")
    assert (counts.mails, counts.flagged, counts.others) == (2, 1, 1)
    with mail.database.read() as session:
        (bounce,) = rows(session, Bounce)
        notices = session.exec(select(Notice).where(Notice.email == DESK)).all()
        (audited,) = session.exec(
            select(AuditEvent).where(col(AuditEvent.action) == "mail.returned")
        ).all()
    assert (bounce.email, bounce.code, bounce.organization_id) == (
        DESK,
        "5.1.1",
        mail.scene.pantry.id,
    )
    assert [notice.dropped for notice in notices] == ["returned"]
    assert audited.fields == {"code": "5.1.1", "verdict": "dead"}
    (told,) = mail.office.to("ana@example.org")
    assert "Please call them" in text_of(told)
    (admin,) = mail.office.to(ADA)
    assert "Mails to an address of your organization come back" in text_of(admin)
    assert DESK not in text_of(told) + text_of(admin)
    mail.at += timedelta(hours=1)
    mail.send()
    mail.work()
    assert len(mail.office.to(DESK)) == 1  # nothing more to a dead address


def test_read_again_it_changes_nothing_even_once_the_address_works(mail: Correspondence) -> None:
    letter = sent(mail)
    raw = came_back(letter)
    assert take(mail, raw).flagged == 1
    assert take(mail, raw).known == 1
    with mail.database.write() as session:
        (row,) = rows(session, Bounce)
        row.cleared_at = mail.at
        session.add(row)
    assert take(mail, raw).known == 1
    with mail.database.read() as session:
        assert not bounces.is_flagged(session, DESK)


def test_a_mail_that_is_lost_is_told_and_the_address_is_kept(mail: Correspondence) -> None:
    counts = take(mail, came_back(sent(mail), fields("failed", "5.2.2", "smtp; 552 full")))
    assert counts.lost == 1
    assert "Please call them" in text_of(mail.office.to("ana@example.org")[0])
    with mail.database.read() as session:
        assert not bounces.is_flagged(session, DESK)


def test_a_report_that_somebody_made_up_silences_nobody(mail: Correspondence) -> None:
    sent(mail)
    assert take(mail, report(GONE).encode()).foreign == 1
    with mail.database.read() as session:
        assert rows(session, Bounce) == []


def test_a_code_that_comes_back_flags_the_mailbox(mail: Correspondence) -> None:
    from referrals import links

    letter = sent(mail)
    (token,) = [word for word in text_of(letter).split() if "/respond/" in word]
    with clock.frozen(mail.at):
        links.ask_code(mail.database, token.rpartition("/")[2], address="192.0.2.1")
    mail.work()
    code = mail.office.to(DESK)[-1]
    assert code["Subject"] == "Your code for a referral"
    assert take(mail, came_back(code)).flagged == 1


@pytest.mark.parametrize("kind", ["mbox", "maildir", "file"])
def test_the_command_reads_every_kind_of_mailbox(
    mail: Correspondence, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    raw, path = report(GONE).encode(), tmp_path / "box"
    if kind == "file":
        path.write_bytes(raw)
    else:
        box = mailbox.mbox(path) if kind == "mbox" else mailbox.Maildir(path)
        for _ in range(2):
            box.add(raw)
        box.close()
    monkeypatch.setattr("app.checks.require_migrated", lambda _settings: None)
    monkeypatch.setenv("HANDRAIL_DATABASE_URL", mail.database.url)
    assert main(["bounces", "read", str(path)]) == 0
    count = 1 if kind == "file" else 2
    assert f"{count} mails read: 0 addresses flagged" in capsys.readouterr().out
    assert main(["bounces", "read", str(tmp_path / "nothing")]) == 2
