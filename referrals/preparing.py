"""What a coordinator looks at before a need is sent: who would take it, and what they would see."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization
from core.actor import Actor
from core.scope import check_owned
from directory.models import Service, ServiceStatus
from patients.models import Need, Patient
from patients.recording import record
from patients.sealing import Vault
from referrals.models import ProgramCapacity, Referral
from referrals.next_best import Reason, partners_of, room_reason
from referrals.permissions import check_send
from referrals.snapshot import Content, digest, fields_of, of_need


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that may be shared for a need, as every partner would see it now.

    `digest` stands for exactly this: what is sent later is that, or nothing.
    """

    fields: tuple[str, ...]
    content: Content
    digest: str


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a service would do with a referral of this need.

    No `partner_id`: whoever offers it takes no part in the network. `with_them` is the referral of
    this need that is open there already. `room` says what the partner last said of its capacity.
    """

    service_id: str
    partner_id: str | None
    takes_referrals: bool
    room: Reason
    with_them: str | None

    @property
    def can_be_asked(self) -> bool:
        """Whether it can be sent there at all."""
        return self.partner_id is not None and self.takes_referrals and self.with_them is None


def preview(session: Session, actor: Actor, vault: Vault, need_id: str) -> Shown:
    """What partners would be shown of a need. Audited."""
    need = session.get(Need, need_id)
    check_owned(actor, need, "need")
    assert need is not None
    check_send(actor, need.organization_id)
    fields = fields_of(need)
    shown = of_need(session, vault, need, fields)
    patient = session.get_one(Patient, need.patient_id)
    record(session, actor, "need.preview", patient, fields=fields, entity=("need", need.id))
    return Shown(fields, shown, digest(shown))


def prospects(
    session: Session, actor: Actor, need_id: str, service_ids: Collection[str]
) -> dict[str, Prospect]:
    """What is known of these services for this need, by id, in a constant number of statements."""
    need = session.get(Need, need_id)
    check_owned(actor, need, "need")
    services = session.exec(select(Service).where(col(Service.id).in_(service_ids))).all()
    partners = partners_of(session, {row.organization_id for row in services})
    rooms = _rooms(session, service_ids)
    asked = _open_at(session, need_id)
    return {
        row.id: _prospect(row, partners.get(row.organization_id), rooms, asked) for row in services
    }


def _prospect(
    row: Service,
    partner: NetworkOrganization | None,
    rooms: dict[tuple[str, str], ProgramCapacity],
    asked: dict[str, str],
) -> Prospect:
    room = rooms.get((partner.id, row.id)) if partner else None
    return Prospect(
        service_id=row.id,
        partner_id=partner.id if partner else None,
        takes_referrals=row.accepts_referrals and row.status is ServiceStatus.ACTIVE,
        room=room_reason(room),
        with_them=asked.get(row.id),
    )


def _rooms(
    session: Session, service_ids: Collection[str]
) -> dict[tuple[str, str], ProgramCapacity]:
    statement = select(ProgramCapacity).where(col(ProgramCapacity.service_id).in_(service_ids))
    return {(row.organization_id, row.service_id): row for row in session.exec(statement)}


def _open_at(session: Session, need_id: str) -> dict[str, str]:
    """Referrals of the need that are out, by service."""
    statement = select(Referral.service_id, Referral.id).where(
        Referral.need_id == need_id,
        col(Referral.closed_at).is_(None),
        col(Referral.sent_at).is_not(None),
    )
    return dict(session.exec(statement).all())
