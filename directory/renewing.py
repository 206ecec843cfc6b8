"""A curator renews the translation of a text that changed."""

from sqlmodel import Session

from core import audit
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.paging import PER_PAGE_DEFAULT, Page, check_paging
from directory.commands import publish_changes, remove, save
from directory.models import Service, Translation
from directory.permissions import check_curate
from directory.translating import TEXT_MAX, Outdated, mark_of, outdated

ACTION = "directory.translate"


def to_renew(
    session: Session, actor: Actor, *, page: int = 1, per_page: int = PER_PAGE_DEFAULT
) -> Page[Outdated]:
    """Translations of texts that changed since, the longest outdated first."""
    check_curate(actor)
    check_paging(page, per_page)
    return outdated(session, page=page, per_page=per_page)


def renew(session: Session, actor: Actor, translation_id: str, text: str, mark: str) -> None:
    """Say that this is the translation; a blank one is removed. `mark` is that of the text it was
    written for. Raises NotFound, Invalid, and Conflict when that text changed, or it was renewed.
    """
    check_curate(actor)
    row = session.get(Translation, translation_id, with_for_update=True)
    service = session.get(Service, row.resource_id) if row else None
    if row is None or service is None:
        raise NotFound("There is no such translation.")
    written = str(getattr(service, row.field_name, None) or "")
    if row.outdated_since is None or mark_of(written) != mark:
        raise Conflict("Somebody changed this meanwhile. Look at what stands there now.")
    said = text.replace("\r\n", "\n").strip()
    if len(said) > TEXT_MAX:
        raise Invalid("This can have 4,000 characters.", parameter="text")
    if not said:
        remove(session, actor, Translation, row.id)
        return
    row.outdated_since = None
    save(session, actor, [Translation(**{**row.model_dump(), "text": said, "machine": False})])
    publish_changes(session, [("service", service.id)])
    fields = {"field": row.field_name, "language": row.language}
    audit.record(session, actor, ACTION, "service", service.id, fields)
