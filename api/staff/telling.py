"""Links of a referral, addresses that refuse mail, and webhooks."""

from dataclasses import asdict
from typing import Any

from litestar import Request, Response, delete, get, post
from litestar.params import FromPath, JSONBody

from api.parameters import record_id
from api.providers import database, settings, vault, visitor
from api.staff.answers import Answer, answer
from core.access import staff
from notices import bounces, deliveries, webhooks
from notices.forms import WebhookForm
from patients.forms import parse
from referrals import status_links
from referrals.links import LinkKind

SEND = staff("coordinator", scope="referrals:write")
ADMIN = staff("admin")


@post("/referrals/{referral_id:str}/status-link", operation_id="makeStatusLink", opt=SEND,
      sync_to_thread=True, status_code=201)  # fmt: skip
def make_status_link(request: Request[Any, Any, Any], referral_id: FromPath[str]) -> Answer:
    """An address for the patient alone: how far it is, and whether it helped. Earlier ones end.

    It shows no name, no need and no place. It is in this answer, and never shown again.
    """
    with database(request).write() as session:
        who = visitor(request).actor
        token, language = status_links.make(session, who, record_id(referral_id))
    chosen = settings(request)
    prefix = f"/{language}" if language in ("en", "es") and language != chosen.language else ""
    return answer({"url": f"{chosen.base_url}{prefix}/status/{token}"}, 201)


@delete("/referrals/{referral_id:str}/status-link", operation_id="endStatusLink", opt=SEND,
        sync_to_thread=True, status_code=204)  # fmt: skip
def end_status_link(request: Request[Any, Any, Any], referral_id: FromPath[str]) -> None:
    """Take the patient's address back."""
    with database(request).write() as session:
        who = visitor(request).actor
        status_links.end(session, who, record_id(referral_id), LinkKind.STATUS)


@delete("/referrals/{referral_id:str}/response-links", operation_id="endResponseLinks", opt=SEND,
        sync_to_thread=True, status_code=204)  # fmt: skip
def end_response_links(request: Request[Any, Any, Any], referral_id: FromPath[str]) -> None:
    """Take back every mailed link by which the partner may act, and end visits by them."""
    with database(request).write() as session:
        who = visitor(request).actor
        status_links.end(session, who, record_id(referral_id), LinkKind.RESPOND)


@get("/organizations/{organization_id:str}/bounces", operation_id="bounces", opt=ADMIN,
     sync_to_thread=True)  # fmt: skip
def list_bounces(
    request: Request[Any, Any, Any], organization_id: FromPath[str]
) -> Response[dict[str, Any]]:
    """Addresses of the organization that refuse mail; nothing is sent to them."""
    with database(request).read() as session:
        found = bounces.listed(session, visitor(request).actor, record_id(organization_id))
    rows = [
        {"id": row.id, "email": row.email, "code": row.code, "reason": row.reason, "at": row.at}
        for row in found
    ]
    return answer({"results": rows})


@delete("/bounces/{bounce_id:str}", operation_id="clearBounce", opt=ADMIN, sync_to_thread=True,
        status_code=204)  # fmt: skip
def clear_bounce(request: Request[Any, Any, Any], bounce_id: FromPath[str]) -> None:
    """The address works again: write to it."""
    with database(request).write() as session:
        bounces.clear(session, visitor(request).actor, record_id(bounce_id))


@get("/organizations/{organization_id:str}/webhooks", operation_id="webhooks", opt=ADMIN,
     sync_to_thread=True)  # fmt: skip
def list_webhooks(request: Request[Any, Any, Any], organization_id: FromPath[str]) -> Answer:
    """Systems of the organization that are told of referrals, and how they answer."""
    with database(request).read() as session:
        found = webhooks.listed(session, visitor(request).actor, record_id(organization_id))
    return answer({"results": [asdict(row) for row in found]})


@post("/organizations/{organization_id:str}/webhooks", operation_id="addWebhook", opt=ADMIN,
      sync_to_thread=True, status_code=201)  # fmt: skip
def add_webhook(
    request: Request[Any, Any, Any],
    organization_id: FromPath[str],
    data: JSONBody[dict[str, Any]],
) -> Answer:
    """Have a system told. The `secret` that signs every call is in this answer, and never shown again."""
    form = parse(WebhookForm, data)
    with database(request).write() as session:
        row, secret = webhooks.add(
            session,
            visitor(request).actor,
            vault(request),
            record_id(organization_id),
            url=form.url,
            events=form.events,
            private=settings(request).webhook_private,
        )
        shown = asdict(webhooks.view(row))
    return answer({**shown, "secret": secret}, 201)


@post("/webhooks/{webhook_id:str}/on", operation_id="switchWebhookOn", opt=ADMIN,
      sync_to_thread=True, status_code=200)  # fmt: skip
def switch_webhook_on(request: Request[Any, Any, Any], webhook_id: FromPath[str]) -> Answer:
    """Try it again after it was switched off."""
    with database(request).write() as session:
        row = webhooks.switch_on(session, visitor(request).actor, record_id(webhook_id))
        shown = webhooks.view(row)
    return answer(shown)


@post("/webhooks/{webhook_id:str}/test", operation_id="testWebhook", opt=ADMIN,
      sync_to_thread=True, status_code=200)  # fmt: skip
def test_webhook(request: Request[Any, Any, Any], webhook_id: FromPath[str]) -> Answer:
    """Call it now, signed as always, about nothing. `error` says why it did not take it, else null.

    Ten times an hour; then 429.
    """
    error = deliveries.try_out(
        database(request),
        vault(request),
        visitor(request).actor,
        record_id(webhook_id),
        private=settings(request).webhook_private,
    )
    return answer({"taken": not error, "error": error or None})


@delete("/webhooks/{webhook_id:str}", operation_id="removeWebhook", opt=ADMIN,
        sync_to_thread=True, status_code=204)  # fmt: skip
def remove_webhook(request: Request[Any, Any, Any], webhook_id: FromPath[str]) -> None:
    """Tell it nothing any more."""
    with database(request).write() as session:
        webhooks.remove(session, visitor(request).actor, record_id(webhook_id))
