"""What a curator has to decide: pairs of records that look alike."""

from dataclasses import dataclass

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.actor import Actor
from core.errors import NotFound
from core.paging import PER_PAGE_DEFAULT, Page, check_paging, offset
from directory.models import DuplicatePair, Organization, PairState, Service
from directory.permissions import check_curate


@dataclass(frozen=True, slots=True)
class PairLine:
    """A pair for a list."""

    id: str
    kind: str
    names: tuple[str, str]
    score: int
    reasons: tuple[str, ...]


def pairs(
    session: Session, actor: Actor, *, page: int = 1, per_page: int = PER_PAGE_DEFAULT
) -> Page[PairLine]:
    """What a curator has to decide, the most alike first."""
    check_curate(actor)
    check_paging(page, per_page)
    opened = select(DuplicatePair).where(DuplicatePair.state == PairState.OPEN)
    total = session.exec(select(func.count()).select_from(opened.subquery())).one()
    ordered = opened.order_by(col(DuplicatePair.score).desc(), col(DuplicatePair.id).desc())
    found = session.exec(ordered.offset(offset(page, per_page)).limit(per_page)).all()
    names: dict[str, str] = {}
    ids = {key for pair in found for key in (pair.first_id, pair.second_id)}
    for of in (
        select(Service.id, Service.name).where(col(Service.id).in_(ids)),
        select(Organization.id, Organization.name).where(col(Organization.id).in_(ids)),
    ):
        names |= dict(session.exec(of).all())
    lines = (
        PairLine(
            one.id,
            one.kind,
            (names.get(one.first_id, ""), names.get(one.second_id, "")),
            one.score,
            tuple(one.reasons.split()),
        )
        for one in found
    )
    return Page(tuple(lines), total, page, per_page)


def pair_to_decide(session: Session, actor: Actor, pair_id: str) -> DuplicatePair:
    """One pair that is open. Raises NotFound."""
    check_curate(actor)
    pair = session.get(DuplicatePair, pair_id)
    if pair is None or pair.state is not PairState.OPEN:
        raise NotFound("There is no such pair.")
    return pair
