"""Mails to the mail server: one connection for a batch, encrypted, with the server's word kept.

Three things can go wrong. The server is away or refuses us: nobody's fault, everything waits
(Unavailable). It refuses one mail for now: that one is tried again later (Deferred). It will never
take it: that address is noted (Refused).
"""

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from pathlib import Path

from core.errors import Unavailable
from core.saying import Saying
from core.settings import Settings

TIMEOUT_S = 15
GONE = 421  # the server is about to close the connection
PERMANENT = 500
REASON_LENGTH = 300

Send = Callable[[EmailMessage], None]


@dataclass(frozen=True, slots=True)
class Server:
    """Where mails go. `security` is "starttls", "tls" or "none"."""

    host: str
    port: int
    security: str
    user: str | None = None
    password: str = field(default="", repr=False)


class Deferred(Exception):
    """The server does not take this mail now."""


class Refused(Exception):
    """The server will never take this mail. `code` is its answer's."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(f"{code} {reason}")
        self.code, self.reason = code, reason[:REASON_LENGTH]


def server_of(settings: Settings) -> Server | None:
    """The mail server the settings name; None when they name none."""
    if settings.smtp_host is None:
        return None
    return Server(
        settings.smtp_host,
        settings.smtp_port,
        settings.smtp_security,
        settings.smtp_user,
        settings.smtp_password,
    )


@contextmanager
def connected(server: Server) -> Iterator[Send]:
    """A function that sends one mail after the other, over one connection.

    Raises Unavailable; the function raises that, Deferred or Refused.
    """
    try:
        client = _open(server)
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(
            Saying("The mail server does not answer: %(kind)s", kind=type(error).__name__)
        ) from None
    try:
        yield lambda message: _send(client, message)
    finally:
        try:
            client.quit()
        except (OSError, smtplib.SMTPException):
            client.close()


@contextmanager
def kept_in(folder: Path) -> Iterator[Send]:
    """The same for a machine without a mail server: each mail becomes a file that mail programs read."""
    folder.mkdir(parents=True, exist_ok=True)

    def keep(message: EmailMessage) -> None:
        name = str(message["Message-ID"]).strip("<>").partition("@")[0]
        (folder / f"{name}.eml").write_bytes(bytes(message))

    yield keep


def _open(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.security == "tls":
        client: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=TIMEOUT_S, context=context
        )
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
    try:
        if server.security == "starttls":
            client.starttls(context=context)
        if server.user is not None:
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _send(client: smtplib.SMTP, message: EmailMessage) -> None:
    if message["Date"] is None:
        message["Date"] = formatdate()
    try:
        client.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise _answered(code, words) from None
    except smtplib.SMTPSenderRefused as error:  # about us, not about the reader
        raise Unavailable(
            Saying("The mail server refuses the sender: %(code)s", code=error.smtp_code)
        ) from None
    except smtplib.SMTPResponseException as error:
        raise _answered(error.smtp_code, error.smtp_error) from None
    except (OSError, smtplib.SMTPException) as error:
        raise Unavailable(
            Saying("The mail server went away: %(kind)s", kind=type(error).__name__)
        ) from None


def _answered(code: int, words: bytes | str) -> Exception:
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    if code == GONE:
        return Unavailable("The mail server is closing")
    if code >= PERMANENT:
        return Refused(str(code), text)
    return Deferred(f"the mail server answered {code}")  # its words may name the mailbox
