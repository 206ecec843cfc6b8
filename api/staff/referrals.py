"""Referrals: drafts, lists, the whole referral as each side may see it, and every event."""

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated, Any, Literal

from litestar import Request, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from sqlmodel import Session

from accounts.models import NetworkOrganization
from api.parameters import record_id
from api.providers import database, vault, visitor
from api.staff.answers import Answer, answer, expected_version, idempotency_key
from core.access import staff
from core.clock import now
from notices.readers import unreached
from patients.forms import parse
from referrals import queries
from referrals.bulk import send_all
from referrals.clashing import clash
from referrals.commands import acknowledge, apply, draft
from referrals.drafting import Target
from referrals.forms import BulkForm, DraftForm, EventForm, RemindersForm
from referrals.models import Referral
from referrals.reminding import look, remind_all
from referrals.views import ReferralView

READ = staff("coordinator", "partner", scope="referrals:read")
WRITE = staff("coordinator", "partner", scope="referrals:write")
SEND = staff("coordinator", scope="referrals:write")
LOOK = staff("coordinator", scope="referrals:read")
TAKE = staff("partner", scope="referrals:write")
Json = JSONBody[dict[str, Any]]
Due = Literal["", "overdue", "today", "week"]
DUE_WITHIN = {"overdue": timedelta(0), "today": timedelta(days=1), "week": timedelta(days=7)}


@get("/referrals", operation_id="referrals", opt=READ, sync_to_thread=True)
def list_referrals(
    request: Request[Any, Any, Any],
    box: Annotated[Literal["", "inbox", "sent"], QueryParameter()] = "",
    standing: Annotated[str, QueryParameter(name="state", max_length=32)] = queries.OPEN_ONES,
    due: Annotated[Due, QueryParameter()] = "",
    organization_id: Annotated[str, QueryParameter(max_length=36)] = "",
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, QueryParameter(ge=1, le=100)] = 20,
) -> Answer:
    """What you sent (`box=sent`) or were sent (`box=inbox`): open ones by when they are due.

    `state` is one state, or `open`, or `closed`; `due` is `overdue`, `today` (within a day) or `week`.
    `total` is counted up to 1,000.
    """
    who = visitor(request).actor
    chosen = box or ("sent" if "coordinator" in who.roles else "inbox")
    with database(request).read() as session:
        found = queries.referrals(
            session,
            who,
            "sent" if chosen == "sent" else "inbox",
            organization_id=organization_id or None,
            state=standing,
            due_before=now() + DUE_WITHIN[due] if due else None,
            page=page,
            per_page=per_page,
        )
    lines = [asdict(line) for line in found.items]
    return answer({"total": found.total, "page": page, "per_page": per_page, "results": lines})


@post("/referrals", operation_id="draftReferral", opt=SEND, sync_to_thread=True, status_code=201)
def draft_referral(request: Request[Any, Any, Any], data: Json) -> Answer:
    """Make a draft for a need. Nothing is shared until it is sent.

    With an `Idempotency-Key` header the same request makes one draft, however often it comes.
    """
    form = parse(DraftForm, data)
    with database(request).write() as session:
        row = draft(
            session,
            visitor(request).actor,
            need_id=form.need_id,
            target=Target(form.service_id, form.location_id),
            fields=form.fields,
            replaces_id=form.replaces_id,
            key=idempotency_key(request),
        )
    return answer(_brief(row), 201, version=row.version)


@post("/referrals/bulk", operation_id="sendReferrals", opt=SEND, sync_to_thread=True,
      status_code=201)  # fmt: skip
def send_referrals(request: Request[Any, Any, Any], data: Json) -> Answer:
    """Send one need to several services, with one consent for all, or to none of them.

    `clash` says when a service is open though the patient cannot go; `never`, that it always is. Such a
    one is refused unless it is in `despite`, and that is noted.
    """
    form = parse(BulkForm, data)
    with database(request).write() as session:
        rows = send_all(
            session,
            visitor(request).actor,
            vault(request),
            need_id=form.need_id,
            targets=[Target(item.service_id, item.location_id) for item in form.targets],
            fields=form.fields,
            consent=form.consent,
            key=idempotency_key(request),
            despite=form.despite,
        )
        sent = [{**_brief(row), "clash": _clash(session, row)} for row in rows]
    return answer({"results": sent}, 201)


@post("/referrals/reminders", operation_id="remindPartners", opt=SEND, sync_to_thread=True,
      status_code=200)  # fmt: skip
def remind_partners(request: Request[Any, Any, Any], data: Json) -> Answer:
    """Remind the partners of these referrals, those that can be; with `dry_run` only say which.

    Each is looked at by itself: `sent` are reminded, `kept` are not, with why. The partner has to be
    waited for, and not to have been reminded in the last 20 hours (urgent: 2), by the clock or by
    anybody. The reminder is the clock's own mail, at the time that mailbox may be written to. With an
    `Idempotency-Key` header the same request reminds once.
    """
    form, who = parse(RemindersForm, data), visitor(request).actor
    with database(request).write() as session:
        ids = form.referral_ids
        away = unreached(session, ids)
        if form.dry_run:
            found = look(session, who, ids, away)
        else:
            key = idempotency_key(request)
            found = remind_all(session, who, ids, key=key, unreached=away)
    return answer(
        {
            "sent": list(found.sent),
            "kept": [{"id": one.id, "reason": one.reason, "why": one.words} for one in found.kept],
        }
    )


@get("/referrals/{referral_id:str}", operation_id="referral", opt=READ, sync_to_thread=True)
def read_referral(request: Request[Any, Any, Any], referral_id: FromPath[str]) -> Answer:
    """The whole referral: state, version (also the ETag), timeline, and which events you may cause.

    A partner sees what was shared and nothing else, and not even that once consent has ended. Reading
    is noted in the audit trail, and changes nothing: `view` is an event to be posted.
    """
    with database(request).write() as session:  # the audit row of the read
        who, sealed = visitor(request).actor, vault(request)
        found = queries.referral(session, who, sealed, record_id(referral_id))
    return answer(_whole(found), version=found.line.version)


@get("/referrals/{referral_id:str}/preview", operation_id="previewReferral", opt=LOOK,
     sync_to_thread=True)  # fmt: skip
def preview(request: Request[Any, Any, Any], referral_id: FromPath[str]) -> Answer:
    """Exactly what the partner will be shown. Send with this `preview`, and it is that or nothing.

    `clash` says when the service is open though the patient cannot go; partners never see that.
    """
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        shown, digest = queries.preview(session, who, sealed, record_id(referral_id))
        clashing = _clash(session, session.get_one(Referral, referral_id))
    return answer({"shared": shown, "preview": digest, "clash": clashing})


@post("/referrals/{referral_id:str}/events", operation_id="causeEvent", opt=WRITE,
      sync_to_thread=True, status_code=200)  # fmt: skip
def cause(request: Request[Any, Any, Any], referral_id: FromPath[str], data: Json) -> Answer:
    """Cause an event: `{"event": "accept"}`, with what it needs, and the version in If-Match.

    412 and 409 name who acted meanwhile and where the referral stands; 409 when every slot is taken
    offers the waitlist. The same `Idempotency-Key` gets the same answer. Once sent, `clash` says when
    the service is open though the patient cannot go; where that is always so, and for appointments the
    coordinator books in a time they cannot go, `despite` is needed, and noted.
    """
    form = parse(EventForm, data)
    version = expected_version(request, form.version)
    given = form.model_dump(exclude={"event", "version", "service_dates"})
    with database(request).write() as session:
        row = apply(
            session,
            visitor(request).actor,
            record_id(referral_id),
            form.event,
            version=version,
            vault=vault(request),
            key=idempotency_key(request),
            service_dates=tuple(form.service_dates),
            **given,
        )
        more = {"clash": _clash(session, row)} if form.event == "send" else {}
    return answer({**_brief(row), **more}, version=row.version)


@post("/referrals/{referral_id:str}/acknowledgement", operation_id="acknowledgeReferral", opt=TAKE,
      sync_to_thread=True, status_code=200)  # fmt: skip
def acknowledge_end(request: Request[Any, Any, Any], referral_id: FromPath[str]) -> Answer:
    """Say that you have seen that a referral you had accepted was cancelled."""
    with database(request).write() as session:
        row = acknowledge(session, visitor(request).actor, record_id(referral_id))
    return answer({**_brief(row), "acknowledged_at": row.acknowledged_at})


@get("/needs/{need_id:str}/timeline", operation_id="needTimeline", opt=LOOK, sync_to_thread=True)
def need_timeline(request: Request[Any, Any, Any], need_id: FromPath[str]) -> Answer:
    """Everything that was tried for a need, in order, to print or to keep."""
    with database(request).write() as session:
        who, sealed = visitor(request).actor, vault(request)
        found = queries.need_timeline(session, who, sealed, record_id(need_id))
    return answer({"need_id": need_id, "results": [_whole(item) for item in found]})


def _brief(row: Referral) -> dict[str, Any]:
    return {"id": row.id, "state": row.status.value, "version": row.version}


def _clash(session: Session, row: Referral) -> dict[str, Any] | None:
    """For whoever sends it: when it is open though the patient cannot go."""
    partner = session.get_one(NetworkOrganization, row.partner_id)
    found = clash(session, row, partner, row.sent_at or now())
    if found is None:
        return None
    return {"never": found.never, "windows": [str(one) for one in found.windows]}


def _whole(found: ReferralView) -> dict[str, Any]:
    shown = asdict(found)
    return {**shown.pop("line"), **shown}
