"""Systems that want to be told: set up by admins of their organization, each with a secret of its own."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, func, select

from accounts.tokens import new_token
from core import audit
from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Invalid, NotFound
from core.saying import Saying
from core.scope import scoped
from notices.bounces import check_manage
from notices.models import Webhook, WebhookCall
from notices.outside import check_url
from patients.sealing import Vault
from referrals.states import EVENTS

HELD_MAX = 10
SHOWN_MAX = 20
TEST = "test"
NEVER_TOLD = frozenset({"discard"})
"""Drafts are nobody else's business."""
URL_MAX = 500


@dataclass(frozen=True, slots=True)
class WebhookView:
    """A webhook without its secret."""

    id: str
    url: str
    events: tuple[str, ...]
    on: bool
    off_reason: str | None
    failing_since: str | None
    last_error: str | None
    last_success_at: str | None


def listed(session: Session, actor: Actor, organization_id: str) -> Sequence[WebhookView]:
    """The organization's webhooks."""
    check_manage(actor, organization_id)
    statement = scoped(select(Webhook), Webhook, actor).where(
        Webhook.organization_id == organization_id
    )
    return [view(row) for row in session.exec(statement.order_by(col(Webhook.created_at)))]


def looked_at(
    session: Session, actor: Actor, webhook_id: str
) -> tuple[WebhookView, Sequence[WebhookCall]]:
    """One of them, and the latest calls. Raises NotFound."""
    row = _own(session, actor, webhook_id, lock=False)
    calls = select(WebhookCall).where(WebhookCall.webhook_id == row.id)
    latest = calls.order_by(col(WebhookCall.at).desc(), col(WebhookCall.id)).limit(SHOWN_MAX)
    return view(row), session.exec(latest).all()


def to_try(session: Session, actor: Actor, webhook_id: str) -> Webhook:
    """The webhook, for a test that somebody asked for, which is noted. Raises NotFound."""
    row = _own(session, actor, webhook_id)
    _record(session, actor, "webhook.test", row)
    return row


def add(
    session: Session,
    actor: Actor,
    vault: Vault,
    organization_id: str,
    *,
    url: str,
    events: Sequence[str] = (),
    private: bool = False,
) -> tuple[Webhook, str]:
    """A new webhook, and its secret, which is shown this once. No events means all of them."""
    check_manage(actor, organization_id)
    check_url(url, private=private)
    if len(url) > URL_MAX:
        raise Invalid(
            Saying("The address may have %(most)s characters.", most=URL_MAX), parameter="url"
        )
    if unknown := set(events) - set(EVENTS):
        raise Invalid(
            Saying("There is no event called %(name)s.", name=min(unknown)), parameter="events"
        )
    held = select(func.count()).select_from(Webhook)
    if session.exec(held.where(Webhook.organization_id == organization_id)).one() >= HELD_MAX:
        raise Conflict(Saying("An organization has at most %(most)s webhooks.", most=HELD_MAX))
    secret = new_token()
    row = Webhook(
        organization_id=organization_id,
        url=url,
        secret_sealed="",
        events=sorted(set(events)),
        created_by=actor.id,
    )
    vault.put(row, "secret", secret)
    session.add(row)
    session.flush()
    _record(session, actor, "webhook.add", row)
    return row, secret


def remove(session: Session, actor: Actor, webhook_id: str) -> None:
    """Tell it nothing any more."""
    row = _own(session, actor, webhook_id)
    session.delete(row)
    session.flush()
    _record(session, actor, "webhook.remove", row)


def switch_on(session: Session, actor: Actor, webhook_id: str) -> Webhook:
    """Try it again, after it was switched off."""
    row = _own(session, actor, webhook_id)
    row.off_at = row.off_reason = row.failing_since = row.last_error = None
    session.add(row)
    session.flush()
    _record(session, actor, "webhook.on", row)
    return row


def view(row: Webhook) -> WebhookView:
    """What may be shown of it."""
    return WebhookView(
        row.id,
        row.url,
        tuple(row.events),
        row.off_at is None,
        row.off_reason,
        row.failing_since.isoformat() if row.failing_since else None,
        row.last_error,
        row.last_success_at.isoformat() if row.last_success_at else None,
    )


def note_success(row: Webhook) -> None:
    """It answered."""
    row.last_success_at, row.failing_since, row.last_error = now(), None, None


def _own(session: Session, actor: Actor, webhook_id: str, *, lock: bool = True) -> Webhook:
    statement = scoped(select(Webhook), Webhook, actor).where(Webhook.id == webhook_id)
    statement = statement.with_for_update() if lock else statement
    row: Webhook | None = session.exec(statement).one_or_none()
    if row is None:
        raise NotFound("There is no such webhook.")
    check_manage(actor, row.organization_id)
    return row


def _record(session: Session, actor: Actor, action: str, row: Webhook) -> None:
    audit.record(
        session, actor, action, "webhook", row.id,
        organization_id=row.organization_id, address=actor.address,
    )  # fmt: skip
