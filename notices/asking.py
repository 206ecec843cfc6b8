"""The patient's own mail when a need was closed: did it help? One address to open, and nothing else.

It goes to an e-mail contact marked as safe, in its language, in its safe hours (or by day); never about a
restricted category. Everything is asked again when the mail leaves: who was erased, has answered, or may
no longer be written to, gets none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization
from core import audit, outbox
from core.actor import SYSTEM
from core.clock import now
from core.outbox import Message
from directory.hours import parse_windows
from notices.letters import Letter, Line
from notices.office import Office
from notices.quiet import earliest
from notices.single import Compose, Refusal
from notices.smtp import Refused
from patients.models import Patient, PatientContact
from patients.sealing import Vault
from referrals import links, status_links
from referrals.commands import NOTICE
from referrals.links import LinkKind
from referrals.models import Referral

TOPIC = "patient.mail"
COMPLETED = ("complete", "complete_on_behalf")
UNREACHED = "patient_unreached"
AHEAD = timedelta(days=8)
MINUTE = 60


@dataclass(frozen=True, slots=True)
class Way:
    """How this patient may be asked, and the first moment from now on when that is safe."""

    contact: PatientContact
    organization: NetworkOrganization
    language: str
    due_at: datetime


def schedule(session: Session, referral: Referral, event: str, key: str) -> None:
    """Have the patient asked once something was completed, if they may be written to."""
    if event not in COMPLETED:
        return
    way = find_way(session, referral)
    if way is not None:
        publish(session, referral, key, way.due_at)


def publish(session: Session, referral: Referral, key: str, due_at: datetime) -> None:
    """Leave the mail for that moment."""
    outbox.publish(
        session, TOPIC, {"referral_id": referral.id}, key=f"{TOPIC}:{key}", due_at=due_at
    )


def find_way(session: Session, referral: Referral) -> Way | None:
    """The best contact that is safe; None when there is none, or nothing to ask."""
    patient = session.get(Patient, referral.patient_id)
    if patient is None or patient.erased_at or referral.restricted or referral.training:
        return None
    if not status_links.asks(session, referral):
        return None
    statement = select(PatientContact).where(
        PatientContact.patient_id == patient.id,
        PatientContact.system == "email",
        col(PatientContact.safe),
    )
    contact = session.exec(statement.order_by(col(PatientContact.rank))).first()
    if contact is None:
        return None
    organization = session.get_one(NetworkOrganization, referral.organization_id)
    due_at = safe_from(now(), contact.safe_hours, organization.timezone)
    language = contact.language or next(iter(patient.languages), "")
    return Way(contact, organization, language, due_at) if due_at else None


def safe_from(at: datetime, safe_hours: Sequence[str], timezone: str) -> datetime | None:
    """The first moment from `at` on that is safe; by day when no hours were named."""
    if not safe_hours:
        return earliest(at, timezone)
    zone, start = ZoneInfo(timezone), -int(-at.timestamp() // MINUTE)
    until = start + int(AHEAD.total_seconds()) // MINUTE
    found = [
        max(begins, start)
        for text in safe_hours
        for window in parse_windows(text)
        for begins, _ in window.occurrences(zone, start, until)
    ]
    first = min(found, default=None)
    if first is None:
        return None
    return at if first == start else datetime.fromtimestamp(first * MINUTE, UTC)


def composer(vault: Vault) -> Compose:
    """What makes the mail of a message of TOPIC, and has a person ask where it cannot arrive."""

    def made(session: Session, office: Office, one: Message) -> tuple[Letter, Refusal] | None:
        letter = compose(session, office, vault, one)

        def refused(session: Session, _error: Refused) -> None:
            not_reached(session, one.payload["referral_id"], one.key)

        return (letter, refused) if letter else None

    return made


def compose(session: Session, office: Office, vault: Vault, one: Message) -> Letter | None:
    """The mail, with a link that is made good; None when it may not leave now."""
    referral = session.get(Referral, one.payload["referral_id"])
    way = find_way(session, referral) if referral else None
    if referral is None or way is None:
        return None
    if way.due_at > now():
        later = f"{one.key.removeprefix(TOPIC)[1:]}:{way.due_at:%Y%m%d%H%M}"
        publish(session, referral, later[-150:], way.due_at)
        return None
    token = links.mailed_token(office.secret, one.key)
    links.issue(session, LinkKind.STATUS, referral, token)
    audit.record(
        session, SYSTEM, "link.mail_status", "referral", referral.id,
        organization_id=referral.organization_id,
    )  # fmt: skip
    return _letter(office, one.key, vault.get(way.contact, "value") or "", way.language, token)


def _letter(office: Office, key: str, to: str, language: str, token: str) -> Letter | None:
    spoken = language.partition("-")[0]
    locale = spoken if spoken in office.sayings else office.language
    say = office.say(locale)
    lines = [
        Line(
            say("Something you asked for was closed. Please tell us whether it helped:"),
            office.href(f"/status/{token}", locale),
        ),
        Line(say("One press of a button is enough. If it did not help, we go on.")),
        Line(say("If you want no such mails, tell the person who helps you.")),
    ]
    return Letter(key, to, say("Did it help?"), lines, locale) if "@" in to else None


def not_reached(session: Session, referral_id: str, key: str) -> None:
    """Whoever coordinates it asks in person. The address is kept nowhere else."""
    payload = {"referral_id": referral_id, "event": UNREACHED, "sides": ["sender"], "sequence": 0}
    outbox.publish(session, NOTICE, payload, key=f"{NOTICE}:{UNREACHED}:{key}"[:200])
