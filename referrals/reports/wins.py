"""The wins journal: short notes of what went well, sealed, for their author and nobody else."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from accounts.models import Role
from core import audit
from core.actor import Actor
from core.clock import now
from core.errors import Forbidden, Invalid, NotFound
from core.scope import scoped
from patients.models import Need
from patients.sealing import Vault
from referrals.reports.models import Win

LENGTH_MAX = 1000
KEPT_MAX = 500


@dataclass(frozen=True, slots=True)
class WinView:
    """One note, opened."""

    id: str
    text: str
    happened_on: date
    need_id: str | None


def wins(session: Session, actor: Actor, vault: Vault, organization_id: str) -> list[WinView]:
    """The actor's own notes in that organization, newest first."""
    _check(actor, organization_id)
    statement = scoped(select(Win), Win, actor).where(
        Win.user_id == actor.id, Win.organization_id == organization_id
    )
    newest = (col(Win.happened_on).desc(), col(Win.created_at).desc())
    rows = session.exec(statement.order_by(*newest).limit(KEPT_MAX))
    return [
        WinView(row.id, vault.get(row, "text") or "", row.happened_on, row.need_id) for row in rows
    ]


def keep(
    session: Session,
    actor: Actor,
    vault: Vault,
    organization_id: str,
    *,
    text: str,
    happened_on: date | None = None,
    need_id: str | None = None,
) -> Win:
    """Keep a note, of one of the organization's needs when it names one. Raises Invalid."""
    _check(actor, organization_id)
    words = text.strip()
    if not 1 <= len(words) <= LENGTH_MAX or "\x00" in words:
        raise Invalid("Write 1 to 1,000 characters.", parameter="text")
    if happened_on is not None and happened_on > now().date():
        raise Invalid("This day is still to come.", parameter="happened_on")
    if need_id is not None:
        found = session.exec(scoped(select(Need.id), Need, actor).where(Need.id == need_id)).first()
        if found is None:
            raise NotFound("There is no such need.")
    row = Win(
        user_id=actor.id,
        organization_id=organization_id,
        need_id=need_id,
        happened_on=happened_on or now().date(),
    )
    vault.put(row, "text", words)
    session.add(row)
    session.flush()
    _record(session, actor, "win.keep", row)
    return row


def remove(session: Session, actor: Actor, win_id: str) -> None:
    """Throw a note away. Somebody else's is as if not there."""
    statement = scoped(select(Win), Win, actor).where(Win.id == win_id, Win.user_id == actor.id)
    row = session.exec(statement).one_or_none()
    if row is None:
        raise NotFound("There is no such note.")
    session.delete(row)
    session.flush()
    _record(session, actor, "win.remove", row)


def _check(actor: Actor, organization_id: str) -> None:
    if organization_id not in actor.organization_ids:
        raise NotFound("There is no such organization.")
    if not actor.holds(Role.COORDINATOR, organization_id):
        raise Forbidden("Only coordinators keep a wins journal.")


def _record(session: Session, actor: Actor, action: str, row: Win) -> None:
    audit.record(
        session,
        actor,
        action,
        "win",
        row.id,
        {"via": actor.via},
        organization_id=row.organization_id,
        address=actor.address,
    )
