"""From words to a mail: plain text, the same as simple HTML, in the reader's language. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from hashlib import sha256
from html import escape

STYLE = "font:18px/1.5 sans-serif;color:#221f1a;max-width:36em"


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph, with an address below it when there is something to open."""

    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. `key` is what it is known by: sent twice, it is the same mail."""

    key: str
    to: str
    subject: str
    lines: Sequence[Line]
    locale: str


def message(letter: Letter, sender: str) -> EmailMessage:
    """The mail. Its Message-ID comes from the key, so that mailboxes drop a repetition."""
    mail = EmailMessage()
    mail["Message-ID"] = f"<{message_name(letter.key)}@{sender.rpartition('@')[2]}>"
    mail["From"] = Address("Handrail", *sender.rsplit("@", 1))
    mail["To"] = letter.to
    mail["Subject"] = letter.subject
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies to a machine
    mail.set_content("\n\n".join(_plain(line) for line in letter.lines) + "\n")
    mail.add_alternative(_html(letter), subtype="html")
    mail["Content-Language"] = letter.locale
    return mail


def message_name(key: str) -> str:
    """What stands for a key where anybody may read it."""
    return sha256(key.encode()).hexdigest()[:32]


def _plain(line: Line) -> str:
    return f"{line.words}\n{line.href}" if line.href else line.words


def _html(letter: Letter) -> str:
    paragraphs = "".join(f"<p>{_paragraph(line)}</p>\n" for line in letter.lines)
    return (
        f'<!doctype html>\n<html lang="{letter.locale}"><head><meta charset="utf-8">'
        f'<title>{escape(letter.subject)}</title></head>\n<body style="{STYLE}">\n'
        f"{paragraphs}</body></html>\n"
    )


def _paragraph(line: Line) -> str:
    if not line.href:
        return escape(line.words)
    href = escape(line.href)
    return f'{escape(line.words)}<br><a href="{href}" style="color:#0a4a4c">{href}</a>'
