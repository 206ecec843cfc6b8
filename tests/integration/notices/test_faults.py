"""A worker killed at every step of telling loses no notice, and repeats none under another name.

Small and in one process; `make faults` kills real processes during a thousand referrals (tests/faults).
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from email.message import EmailMessage

import pytest

from app import work
from notices import smtp
from notices.smtp import Send, Server
from tests.integration.notices.conftest import DESK, Correspondence

STEPS = 5


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_worker_killed_at_any_step(
    step: int, mail: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = step
    connected = smtp.connected

    def live() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    @contextmanager
    def deadly(server: Server) -> Iterator[Send]:
        live()
        with connected(server) as send:

            def sending(message: EmailMessage) -> None:
                live()
                send(message)
                live()

            yield sending

    monkeypatch.setattr(smtp, "connected", deadly)
    referral = mail.send()
    mail.act("partner", "accept", referral)
    for _ in range(3):
        with suppress(Killed):
            mail.work()
        mail.worker = work.messenger(mail.database, mail.settings)  # another one, after the lease
        mail.at += timedelta(minutes=10)
    assert left <= 0
    assert mail.waiting() == []
    names = Counter(str(one["Message-ID"]) for one in mail.office.mails)
    assert sum(names.values()) - len(names) == (1 if step in (3, 5) else 0)
    assert {one["To"] for one in mail.office.mails} == {DESK, "ana@example.org"}
    assert all(notice.sent_at for notice in mail.notices())
    assert len(mail.notices()) == 2
