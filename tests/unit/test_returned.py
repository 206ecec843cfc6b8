"""Reports of mails that came back, as RFC 3464 has them and as servers really send them."""

from base64 import encodebytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notices.letters import message_name
from notices.returned import Returned, Verdict, read

NAME = message_name("mail:1")
DESK = "desk@pantry.example.org"
COPY = f"Message-ID: <{NAME}@handrail.example.org>\nTo: {DESK}\nSubject: A new referral\n"
HEAD = "From: MAILER-DAEMON@mx.example.org\nSubject: Undelivered Mail\nMIME-Version: 1.0\n"


def report(
    fields: str,
    *,
    words: str = "It did not arrive.",
    kind: str = "message/delivery-status",
    encoding: str = "",
) -> str:
    """A multipart/report with that second part."""
    return (
        f'{HEAD}Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        f"--b\nContent-Type: text/plain; charset=utf-8\n\n{words}\n\n"
        f"--b\nContent-Type: {kind}\n{encoding}\n{fields}\n"
        f"--b\nContent-Type: text/rfc822-headers\n\n{COPY}\n--b--\n"
    )  # fmt: skip


def fields(
    action: str, status: str, diagnostic: str = "", recipient: str = f"rfc822; {DESK}"
) -> str:
    """What RFC 3464 says of one recipient."""
    told = f"Diagnostic-Code: {diagnostic}\n" if diagnostic else ""
    return (f"Reporting-MTA: dns; mx.example.org\n\nFinal-Recipient: {recipient}\n"
            f"Action: {action}\nStatus: {status}\n{told}")  # fmt: skip


GONE = fields("failed", "5.1.1", "smtp; 550 5.1.1 <desk@pantry.example.org>: no such user")
QMAIL = f"""From: MAILER-DAEMON@mx.example.org
Subject: failure notice

Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.

<{DESK}>:
192.0.2.7 does not like recipient.
Remote host said: 550 sorry, no mailbox here by that name
Giving up on 192.0.2.7.

--- Below this line is a copy of the message.

Return-Path: <handrail@example.org>
{COPY}
"""
EXIM = f"""From: Mail Delivery System <Mailer-Daemon@mx.example.org>
X-Failed-Recipients: {DESK}
Auto-Submitted: auto-replied
Subject: Mail delivery failed: returning message to sender

A message that you sent could not be delivered to one or more of its recipients.

  {DESK}
    SMTP error from remote mail server after RCPT TO:<{DESK}>:
    550 5.1.1 The email account does not exist

------ This is a copy of the message, including all the headers. ------

{COPY}
"""
EXCHANGE = f"""From: postmaster@pantry.example.org
Subject: Undeliverable: A new referral
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="x"

--x
Content-Type: text/html; charset=us-ascii

<html><body><p>Your message to <b>{DESK}</b> couldn't be delivered.</p>
<p>Remote Server returned &#39;550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found&#39;</p>
<p>Original message headers:</p><pre>Message-ID: &lt;{NAME}@handrail.example.org&gt;</pre></body></html>

--x--
"""
GMAIL = report(
    fields("failed", "5.2.1", "smtp; 550-5.2.1 The email account that you tried to reach is\n"
           " 550-5.2.1 disabled. For more, see\n 550 5.2.1 https://support.example/ x1 - gsmtp"),
    words="** Address not found **",
)  # fmt: skip
TWO = report(
    fields("delivered", "2.1.5", recipient="rfc822;other@pantry.example.org")
    + f"\nFinal-Recipient: rfc822;{DESK}\nAction: failed\nStatus: 5.1.1\n"
)
HOLIDAY = f"""From: Desk <{DESK}>
Auto-Submitted: auto-replied
Subject: Out of office: A new referral
In-Reply-To: <{NAME}@handrail.example.org>

We are closed until 5.1.2027. Call 550 5555.
"""
CASES: dict[str, tuple[str, Verdict, str]] = {
    "as the standard says": (report(GONE), Verdict.DEAD, "5.1.1"),
    "with CRLF": (report(GONE).replace("\n", "\r\n"), Verdict.DEAD, "5.1.1"),
    "fields under a wrong name": (report(GONE, kind="text/plain"), Verdict.DEAD, "5.1.1"),
    "fields as a file": (report(GONE, kind="application/octet-stream"), Verdict.DEAD, "5.1.1"),
    "fields in base64": (
        report(encodebytes(GONE.encode()).decode(), kind="text/plain",
               encoding="Content-Transfer-Encoding: base64\n"), Verdict.DEAD, "5.1.1"),
    "without a type of address": (
        report(fields("Failed", "5.1.1 (bad mailbox)", recipient=f"<{DESK}>")), Verdict.DEAD, "5.1.1"),
    "without an action": (report(GONE.replace("Action: failed\n", "")), Verdict.DEAD, "5.1.1"),
    "without a status": (
        report(f"Final-Recipient: rfc822;{DESK}\nAction: failed\n"
               "Diagnostic-Code: X-Postfix; 550 no such user here\n"), Verdict.DEAD, "550"),
    "status of a program": (report(fields("failed", "550")), Verdict.DEAD, "550"),
    "fields flat in a text": (f"{HEAD}\n{GONE}\n{COPY}", Verdict.DEAD, "5.1.1"),
    "of a charset nobody knows": (
        report(GONE).replace("charset=utf-8", "charset=x-klingon"), Verdict.DEAD, "5.1.1"),
    "cut off": (report(GONE).split("--b--")[0], Verdict.DEAD, "5.1.1"),
    "qmail": (QMAIL, Verdict.DEAD, "550"),
    "Exim": (EXIM, Verdict.DEAD, "5.1.1"),
    "Exchange without fields": (EXCHANGE, Verdict.DEAD, "5.1.10"),
    "folded": (GMAIL, Verdict.DEAD, "5.2.1"),
    "one of two": (TWO, Verdict.DEAD, "5.1.1"),
    "mailbox full": (
        report(fields("failed", "5.2.2", "smtp; 552 5.2.2 mailbox full")), Verdict.LOST, "5.2.2"),
    "given up after days": (
        report(fields("failed", "4.4.7", "smtp; 451 4.4.7 expired")), Verdict.LOST, "4.4.7"),
    "tried again": (
        report(fields("delayed", "4.4.1"), words="Will keep trying for 4 days."), Verdict.NONE, ""),
    "delivered": (report(fields("delivered", "2.0.0")), Verdict.NONE, ""),
    "on holiday": (HOLIDAY, Verdict.NONE, ""),
    "a person's answer": (
        f"From: {DESK}\nSubject: Re: A new referral\n\nWe answer on 5.1.1. {COPY}", Verdict.NONE, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_a_report_says(name: str) -> None:
    text, verdict, code = CASES[name]
    found = read(text.encode())
    assert found.names == {NAME}
    assert found.verdict is verdict
    if verdict is not Verdict.NONE:
        assert (found.code, found.recipient) == (code, DESK)


def test_the_servers_words_are_kept() -> None:
    assert read(GMAIL.encode()).reason.startswith("550-5.2.1 The email account that you tried")
    assert "no mailbox here by that name" in read(QMAIL.encode()).reason
    assert read(report(GONE).encode()).reason.startswith("550 5.1.1")


@given(st.binary(max_size=400))
def test_nothing_that_comes_in_stops_the_reading(raw: bytes) -> None:
    assert isinstance(read(raw), Returned)
    assert isinstance(read(HEAD.encode() + raw), Returned)
    whole = report(GONE).encode()
    cut = len(raw) % len(whole)
    assert isinstance(read(whole[:cut] + raw + whole[cut:]), Returned)
