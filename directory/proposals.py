"""Corrections by those who run a service: proposed, and decided by a curator; or made at once by an
organization that is trusted. Who runs what, and who is trusted, is known above (accounts/listings.py).

Nothing here commits; a change leaves field history, an audit row and messages for the index.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from core import audit
from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.paging import PER_PAGE_DEFAULT, Page, check_paging, offset
from directory.corrections import apply, check_places, checked, standing
from directory.models import Organization, Proposal, ProposalStatus, Service

CURATOR = "curator"
NOTE_MAX = 2_000  # characters
OPEN_MAX = 20
"""Open proposals of one service, beyond which a curator has to catch up first."""
BY_UNIT = ("hours", "place_note")


@dataclass(frozen=True, slots=True)
class Change:
    """One field of a proposal, as it was and as it should be. `unit` names the place, if one does."""

    field: str
    unit: str | None
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with what it is about. `place_names` are by unit."""

    id: str
    service_id: str
    service_name: str
    organization_name: str
    proposed_by: str
    proposed_for: str
    proposed_at: datetime
    changes: tuple[Change, ...]
    note: str
    status: ProposalStatus
    decided_at: datetime | None
    decision: str


def propose(
    session: Session,
    actor: Actor,
    service_id: str,
    changes: Mapping[str, Any],
    *,
    organization_id: str,
    note: str = "",
    direct: bool = False,
) -> Proposal:
    """Keep what differs from what stands there, for a curator; with `direct`, put it right now.

    `organization_id` is the organization of the network that speaks: check before that it runs the
    service. Raises NotFound, Invalid by field, and Conflict when too much is open already.
    """
    if len(note) > NOTE_MAX:
        raise Invalid(f"note may have {NOTE_MAX} characters", parameter="note")
    found = standing(session, service_id)
    said = _differing(found.values, checked(changes))
    check_places(found, said)
    if not said and not note:
        raise Invalid("Nothing was changed.", parameter="form")
    _check_room(session, service_id)
    told: dict[str, Any] = {
        "service_id": service_id,
        "proposed_for": organization_id,
        "proposed_by": actor.id,
    }
    before = _same_fields(found.values, said)
    if not direct or not said:
        return _keep(session, actor, Proposal(changes=said, before=before, note=note, **told))
    apply(session, actor, found, said)
    done: dict[str, Any] = {
        "status": ProposalStatus.DIRECT,
        "decided_at": now(),
        "decided_by": actor.id,
    }
    made = _keep(session, actor, Proposal(changes=said, before=before, **told, **done))
    if note:  # words need somebody who reads them, whoever is trusted
        _keep(session, actor, Proposal(changes={}, before={}, note=note, **told))
    return made


def _keep(session: Session, actor: Actor, row: Proposal) -> Proposal:
    session.add(row)
    session.flush()
    fields = {
        "service": row.service_id,
        "fields": sorted(row.changes),
        "direct": row.status is ProposalStatus.DIRECT,
    }
    audit.record(session, actor, "directory.propose", "proposal", row.id, fields,
                 organization_id=row.proposed_for, address=actor.address)  # fmt: skip
    return row


def decide(
    session: Session, actor: Actor, proposal_id: str, *, accept: bool, decision: str = ""
) -> None:
    """Put it right as proposed, or leave it as it is and say why. For curators, once."""
    check_decide(actor)
    if len(decision) > NOTE_MAX or "\0" in decision:
        raise Invalid(f"decision may have {NOTE_MAX} characters of text", parameter="decision")
    row = session.get(Proposal, proposal_id, with_for_update=True)
    if row is None:
        raise NotFound("There is no such proposal.")
    if row.status is not ProposalStatus.OPEN:
        raise Conflict("This proposal has been decided already.")
    if accept:
        apply(session, actor, standing(session, row.service_id), row.changes)
    row.status = ProposalStatus.ACCEPTED if accept else ProposalStatus.DECLINED
    row.decision, row.decided_at, row.decided_by = decision, now(), actor.id
    session.flush()
    fields = {"status": row.status.value, "service": row.service_id}
    audit.record(session, actor, "directory.propose.decide", "proposal", row.id, fields,
                 address=actor.address)  # fmt: skip


def overtaken(session: Session, actor: Actor, proposal_id: str) -> tuple[str, ...]:
    """The fields of a proposal that somebody changed since it was made. Raises NotFound."""
    check_decide(actor)
    row = session.get(Proposal, proposal_id)
    if row is None:
        raise NotFound("There is no such proposal.")
    now_there = _same_fields(standing(session, row.service_id).values, row.changes)
    known = (name for name in row.changes if name in now_there and name in row.before)
    return tuple(n for n in known if _as_set(now_there[n]) != _as_set(row.before[n]))


def proposals(
    session: Session,
    actor: Actor,
    *,
    status: ProposalStatus = ProposalStatus.OPEN,
    page: int = 1,
    per_page: int = PER_PAGE_DEFAULT,
) -> Page[ProposalView]:
    """Proposals in the order they came, for curators."""
    check_decide(actor)
    check_paging(page, per_page)
    total = session.exec(
        select(func.count()).select_from(Proposal).where(Proposal.status == status)
    ).one()
    found = _named().where(Proposal.status == status)
    ordered = found.order_by(col(Proposal.proposed_at), col(Proposal.id))
    rows = session.exec(ordered.offset(offset(page, per_page)).limit(per_page))
    return Page(tuple(_view(*row) for row in rows), total, page, per_page)


def proposal(session: Session, actor: Actor, proposal_id: str) -> ProposalView:
    """One of them, for curators. Raises NotFound."""
    check_decide(actor)
    row = session.exec(_named().where(Proposal.id == proposal_id)).one_or_none()
    if row is None:
        raise NotFound("There is no such proposal.")
    return _view(*row)


def proposals_about(
    session: Session, service_ids: Collection[str], organization_id: str, limit: int = 50
) -> list[ProposalView]:
    """What that organization of the network proposed about these services, newest first."""
    found = _named().where(
        col(Proposal.service_id).in_(service_ids), Proposal.proposed_for == organization_id
    )
    ordered = found.order_by(col(Proposal.proposed_at).desc(), col(Proposal.id))
    return [_view(*row) for row in session.exec(ordered.limit(limit))]


def check_decide(actor: Actor) -> None:
    """Only curators decide about the directory."""
    if CURATOR not in actor.roles:
        raise Forbidden("Only a curator may decide about proposals.")


def _named() -> Any:
    return (
        select(Proposal, Service.name, Organization.name)
        .join(Service, col(Service.id) == col(Proposal.service_id))
        .join(Organization, col(Organization.id) == col(Service.organization_id))
    )


def _check_room(session: Session, service_id: str) -> None:
    opened = select(Proposal.id).where(
        Proposal.service_id == service_id, Proposal.status == ProposalStatus.OPEN
    )
    if len(session.exec(opened.limit(OPEN_MAX)).all()) == OPEN_MAX:
        raise Conflict(
            "Many corrections of this listing wait already. A curator looks at them first."
        )


def _differing(stands: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    """What of it is not so already."""
    found: dict[str, Any] = {}
    for name, value in said.items():
        if name in BY_UNIT:
            there = stands[name]
            value = {unit: one for unit, one in value.items() if one != there.get(unit)}
            if not value:
                continue
        elif name in stands and _as_set(stands[name]) == _as_set(value):
            continue
        found[name] = value
    return found


def _as_set(value: Any) -> Any:
    return set(value) if isinstance(value, list) else value


def _same_fields(stands: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in said.items():
        there = stands.get(name)
        found[name] = (
            {unit: there.get(unit) for unit in value} if name in BY_UNIT and there else there
        )
    return found


def _view(row: Proposal, service: str, organization: str) -> ProposalView:
    return ProposalView(
        id=row.id,
        service_id=row.service_id,
        service_name=service,
        organization_name=organization,
        proposed_by=row.proposed_by,
        proposed_for=row.proposed_for,
        proposed_at=row.proposed_at,
        changes=tuple(_changes(row)),
        note=row.note,
        status=row.status,
        decided_at=row.decided_at,
        decision=row.decision,
    )


def _changes(row: Proposal) -> Iterable[Change]:
    for name, after in row.changes.items():
        before = row.before.get(name)
        if name not in BY_UNIT:
            yield Change(name, None, before, after)
            continue
        for unit, one in after.items():
            yield Change(name, unit, (before or {}).get(unit), one)
