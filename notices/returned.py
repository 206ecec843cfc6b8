"""Mails that came back, read: RFC 3464 delivery reports, and what real servers make of them. Pure.

A report counts only for what it says of a mail of ours, known by the Message-ID it quotes: that cannot
be guessed, so nobody silences an address by making a report up.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from enum import StrEnum
from html import unescape

TEXT_MAX = 200_000
REASON_LENGTH = 300
OURS = re.compile(r"<?([0-9a-f]{32})@[\w.-]+>?")
FIELD = re.compile(
    r"^[> \t]*(Original-Recipient|Final-Recipient|Action|Status|Diagnostic-Code)\s*:"
    r"[ \t]*(.*(?:\n[ \t]+\S.*)*)",
    re.IGNORECASE | re.MULTILINE,
)
ENHANCED = re.compile(r"(?<![\d.])([245])[.](\d{1,3})[.](\d{1,3})(?![\d.])")
BASIC = re.compile(r"(?:^|[\s:#;<(])([45]\d\d)(?=[\s\-;#,>)]|$)", re.MULTILINE)
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
COPY = re.compile(
    r"^(?:-+ ?(?:this is a copy|original message|below this line|the header|your original|"
    r"undelivered message|returned message|message header).*|original message headers:.*)",
    re.IGNORECASE | re.MULTILINE,
)
SENDERS = re.compile(r"mailer-daemon|postmaster|mail delivery|<>", re.IGNORECASE)
SUBJECTS = re.compile(
    r"undeliver|deliver\w* (?:status|fail)|fail\w* (?:notice|permanent)|returned (?:mail|to sender)|"
    r"no se pudo entregar|rebotad|non remis|unzustellbar",
    re.IGNORECASE,
)
NOT_YET = re.compile(
    r"\b(?:delayed|will (?:be retried|keep trying)|still trying|warning)\b", re.IGNORECASE
)
TAGS = re.compile(r"<[^<>@]{1,200}>")
REPORT, HEADERS = "message/delivery-status", "text/rfc822-headers"
FULL = {"2.2", "3.1"}
"""Mailbox or disk full (X.2.2, X.3.1): somebody may empty it, whatever the first digit says."""
ENDED, UNDER_WAY = ("failed", "failure"), ("delayed", "delivered", "relayed", "expanded")


class Verdict(StrEnum):
    """What a report says: the address is dead, this mail alone was lost, or nothing is wrong yet."""

    DEAD = "dead"
    LOST = "lost"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Returned:
    """One report. `names` are the mails of ours it quotes (letters.message_name)."""

    verdict: Verdict
    names: frozenset[str] = frozenset()
    recipient: str = ""
    code: str = ""
    reason: str = ""


def read(raw: bytes) -> Returned:
    """What a mail reports; Verdict.NONE for whatever is no report of a failure."""
    mail = message_from_bytes(raw, policy=policy.compat32)
    said = "\n".join(_texts(mail))[:TEXT_MAX]
    names = frozenset(OURS.findall(_headers(mail) + "\n" + said))
    blocks = list(_blocks(mail, said))
    if not blocks and not _looks_returned(mail):
        return Returned(Verdict.NONE, names)
    told = COPY.split(said)[0]
    found = [_judged(block, told, names) for block in blocks or [{}]]
    worst = [one for verdict in Verdict for one in found if one.verdict is verdict]
    return worst[0]


def _judged(block: Mapping[str, str], told: str, names: frozenset[str]) -> Returned:
    action = (block.get("action", "").split() or [""])[0].strip(".;").lower()
    about = " ".join(block.get(name, "") for name in ("status", "diagnostic-code"))
    code = _code(block.get("status", "")) or _code(about) or _code(told)
    recipient = _recipient(block) or next(iter(ADDRESS.findall(told)), "")
    reason = _plain(block.get("diagnostic-code", "")) or _sentence(told)
    verdict = _verdict(action, code, told)
    return Returned(verdict, names, recipient.lower(), code, reason)


def _verdict(action: str, code: str, told: str) -> Verdict:
    if action in UNDER_WAY or code.startswith("2"):
        return Verdict.NONE
    if action not in ENDED and (not code or NOT_YET.search(told) and code.startswith("4")):
        return Verdict.NONE
    if code.partition(".")[2] in FULL or code == "552" or not code.startswith("5"):
        return Verdict.LOST
    return Verdict.DEAD


def _code(text: str) -> str:
    """The enhanced code (5.1.1), else the basic one (550): the gravest the text names."""
    enhanced = sorted((".".join(parts) for parts in ENHANCED.findall(text)), reverse=True)
    return next(iter(enhanced or sorted(BASIC.findall(text), reverse=True)), "")


def _recipient(block: Mapping[str, str]) -> str:
    """The address as we wrote it, else the one it was passed on to."""
    for name in ("original-recipient", "final-recipient"):
        if found := ADDRESS.search(block.get(name, "").rpartition(";")[2]):
            return found.group()
    return ""


def _blocks(mail: Message, said: str) -> Iterator[dict[str, str]]:
    """Fields of each recipient, wherever the server has put them."""
    fields = [(name.lower(), _unfolded(value)) for name, value in FIELD.findall(said)]
    block: dict[str, str] = {}
    for name, value in fields:
        repeated = name in block or (name == "original-recipient" and "final-recipient" in block)
        if repeated and name != "diagnostic-code":
            yield block
            block = {}
        block[name] = value
    if failed := mail.get("X-Failed-Recipients"):
        block.setdefault("final-recipient", str(failed))
    if block:
        yield block


def _texts(mail: Message) -> Iterator[str]:
    """All that is text, however it is wrapped: reports are often sent under a wrong name."""
    for part in mail.walk():
        if part.is_multipart() and part.get_content_type() != REPORT:
            if part is not mail:
                yield _headers(part)
            continue
        if part.get_content_type() == REPORT and part.is_multipart():
            inside = part.get_payload()
            yield "\n\n".join(_headers(each) for each in inside if isinstance(each, Message))
        elif part.get_content_maintype() in ("text", "message") or _is_unnamed(part):
            yield _decoded(part)


def _is_unnamed(part: Message) -> bool:
    return part.get_content_type() == "application/octet-stream"


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    raw = (
        content
        if isinstance(content, bytes)
        else str(part.get_payload()).encode("utf-8", "replace")
    )
    try:
        text = raw[:TEXT_MAX].decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = raw[:TEXT_MAX].decode("latin-1")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unescape(TAGS.sub(" ", text)) if part.get_content_subtype() == "html" else text


def _headers(mail: Message) -> str:
    return "\n".join(f"{name}: {value}" for name, value in mail.items()).replace("\r", "")


def _looks_returned(mail: Message) -> bool:
    """Mails by which servers say that something came back; not a person who is on holiday."""
    if str(mail.get("Auto-Submitted", "")).lower().startswith("auto-replied"):
        subject = str(mail.get("Subject", ""))
        return bool(SUBJECTS.search(subject) and SENDERS.search(str(mail.get("From", ""))))
    sender = f"{mail.get('From', '')} {mail.get('Return-Path', '')}"
    return bool(SENDERS.search(sender) or mail.get_content_type() == "multipart/report")


def _unfolded(value: str) -> str:
    return " ".join(value.split())


def _plain(diagnostic: str) -> str:
    kind, semicolon, words = diagnostic.partition(";")
    return (words if semicolon and " " not in kind.strip() else diagnostic).strip()[:REASON_LENGTH]


def _sentence(told: str) -> str:
    """The line with the code in it, of a report that has no fields."""
    lines = [" ".join(line.split()) for line in told.splitlines()]
    return next((line for line in lines if _code(line)), "")[:REASON_LENGTH]
