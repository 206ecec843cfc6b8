"""What patients have of services goes along when two of them are made one."""

from sqlalchemy import delete, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, or_, select

from directory.moving import OF_SERVICES
from patients.models import Shortlisted


def move_shortlisted(session: Session, old_id: str, kept_id: str) -> None:
    """Services set aside for a need; where both are, once is enough."""
    kept = aliased(Shortlisted)
    same_place = or_(
        kept.location_id == Shortlisted.location_id,
        kept.location_id.is_(None) & col(Shortlisted.location_id).is_(None),  # type: ignore[union-attr]
    )
    both = (
        select(kept.id)
        .where(kept.service_id == kept_id, kept.need_id == Shortlisted.need_id, same_place)
        .exists()
    )
    connection = session.connection()
    of_old = col(Shortlisted.service_id) == old_id
    connection.execute(delete(Shortlisted).where(of_old, both))
    connection.execute(update(Shortlisted).where(of_old).values(service_id=kept_id))


OF_SERVICES.append(move_shortlisted)
