"""One need to several partners at once, with one consent for all of them."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from core.actor import Actor
from core.errors import HandrailError, Invalid
from core.saying import Saying
from patients.caring import give_consent
from patients.forms import ConsentForm
from patients.models import Need
from patients.sealing import Vault
from referrals import idempotency
from referrals.commands import apply
from referrals.drafting import Target, add_draft, open_need, replaced_one
from referrals.errors import Stale
from referrals.forms import SharedConsentForm
from referrals.models import Referral
from referrals.snapshot import CHANGED, digest, fields_of, of_need


def send_all(
    session: Session,
    actor: Actor,
    vault: Vault,
    *,
    need_id: str,
    targets: Sequence[Target],
    fields: Sequence[str] | None = None,
    consent: SharedConsentForm | None = None,
    key: str | None = None,
    replaces_id: str | None = None,
    seen: str | None = None,
    despite: Collection[str] = (),
) -> list[Referral]:
    """Draft and send to every target, or to none. Errors name the target ("targets.2").

    `seen` is the digest of everything the sender looked at (preparing.py): it is that, or nothing is
    sent. `despite` are services that are asked though they are only open when the patient cannot go.
    Each names the ended referral it takes the place of (`replaces_id`), when it does.
    """
    if key is not None:
        body = idempotency.body_hash(
            "bulk", need_id, repr(targets), fields, repr(consent), replaces_id, sorted(despite)
        )
        if answered := idempotency.claim(session, actor, key, body):
            return _as_answered(session, answered["ids"])
    need = open_need(session, actor, need_id)
    if seen is not None and seen != digest(of_need(session, vault, need, fields_of(need))):
        raise Stale(CHANGED)
    replaced = replaced_one(session, need, replaces_id) if replaces_id else None
    drafts = [
        _draft(session, actor, need, targets, number, fields, replaced)
        for number in range(len(targets))
    ]
    if consent is not None:
        _consent(session, actor, vault, need, drafts, consent)
    sent = [
        _send(session, actor, vault, row, number, despite=row.service_id in despite)
        for number, row in enumerate(drafts)
    ]
    if key is not None:
        idempotency.answer(session, actor, key, {"ids": [row.id for row in sent]})
    return sent


def _draft(
    session: Session,
    actor: Actor,
    need: Need,
    targets: Sequence[Target],
    number: int,
    fields: Sequence[str] | None,
    replaced: Referral | None,
) -> Referral:
    try:
        return add_draft(session, actor, need, targets[number], fields=fields, replaces=replaced)
    except Invalid as error:
        if error.parameter != "service_id":
            raise
        raise Invalid(error.message, parameter=f"targets.{number}.service_id") from None


def _send(
    session: Session, actor: Actor, vault: Vault, row: Referral, number: int, *, despite: bool
) -> Referral:
    try:
        return apply(
            session, actor, row.id, "send", version=row.version, vault=vault, despite=despite
        )
    except HandrailError as error:
        why = error.message if isinstance(error.message, Saying) else Saying(error.message)
        error.message = Saying("%(target)s: %(why)s", target=f"targets.{number}", why=why)
        raise


def _consent(
    session: Session,
    actor: Actor,
    vault: Vault,
    need: Need,
    drafts: Sequence[Referral],
    form: SharedConsentForm,
) -> None:
    """A consent for exactly these partners and fields."""
    values = form.model_dump(exclude={"partners", "data_categories", "restricted"})
    whole = ConsentForm(
        **values,
        partners=list(dict.fromkeys(row.partner_id for row in drafts)),
        data_categories=drafts[0].fields,
        restricted=need.restricted,
    )
    give_consent(session, actor, vault, need.patient_id, whole)


def _as_answered(session: Session, ids: Sequence[str]) -> list[Referral]:
    rows = session.exec(select(Referral).where(col(Referral.id).in_(ids)))
    found = {row.id: row for row in rows}
    return [found[key] for key in ids]
