"""Members of an organization, API keys, and the audit trail."""

from datetime import datetime
from typing import Annotated, Any, TypeVar

from litestar import Request, Response, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter

from accounts import commands, keys, queries
from accounts.models import ApiKey, Role
from api.parameters import record_id
from api.providers import database, settings, visitor
from api.schemas.accounts import (
    AuditOut,
    AuditPage,
    Invite,
    Invited,
    KeyIn,
    KeyOut,
    MemberOut,
    RoleIn,
)
from api.staff.session import NO_STORE
from core.access import EVERY_ROLE, staff
from core.errors import Invalid
from patients import caring

Answer = TypeVar("Answer")


@get(
    "/organizations/{organization_id:str}/members",
    operation_id="members",
    opt=staff(),
    sync_to_thread=True,
)
def list_members(
    request: Request[Any, Any, Any], organization_id: FromPath[str]
) -> Response[list[MemberOut]]:
    """Who is in the organization."""
    with database(request).read() as session:
        found = queries.members(session, visitor(request).actor, record_id(organization_id))
    shown = [MemberOut(m.user_id, m.name, m.email, list(m.roles), m.second_factor) for m in found]
    return Response(shown, headers=NO_STORE)


@post(
    "/organizations/{organization_id:str}/members",
    operation_id="invite",
    opt=staff("admin"),
    sync_to_thread=True,
    status_code=201,
)
def invite(
    request: Request[Any, Any, Any], organization_id: FromPath[str], data: JSONBody[Invite]
) -> Response[Invited]:
    """Invite somebody. The address is for that person alone and works once, for a week."""
    with database(request).write() as session:
        token = commands.invite(
            session,
            visitor(request).actor,
            organization_id=record_id(organization_id),
            email=data.email,
            role=_role(data.role),
        )
    url = f"{settings(request).base_url}/staff/join/{token}"
    return Response(Invited(url), headers=NO_STORE, status_code=201)


@post(
    "/organizations/{organization_id:str}/members/{user_id:str}/roles",
    operation_id="giveRole",
    opt=staff("admin"),
    sync_to_thread=True,
    status_code=204,
)
def give_role(
    request: Request[Any, Any, Any],
    organization_id: FromPath[str],
    user_id: FromPath[str],
    data: JSONBody[RoleIn],
) -> None:
    """Give a member a further role."""
    with database(request).write() as session:
        commands.give_role(
            session,
            visitor(request).actor,
            organization_id=record_id(organization_id),
            user_id=record_id(user_id),
            role=_role(data.role),
        )


@delete(
    "/organizations/{organization_id:str}/members/{user_id:str}",
    operation_id="removeMember",
    opt=staff("admin"),
    sync_to_thread=True,
    status_code=204,
)
def remove_member(
    request: Request[Any, Any, Any],
    organization_id: FromPath[str],
    user_id: FromPath[str],
    to: Annotated[str, QueryParameter(max_length=36)] = "",
) -> None:
    """End all roles of a member. `to` names the coordinator who takes their patients over; 409
    while they have some and nobody is named."""
    with database(request).write() as session:
        who, of = visitor(request).actor, record_id(organization_id)
        caring.leave(session, who, of, record_id(user_id), record_id(to) if to else None)


@get("/keys", operation_id="keys", opt=staff(), sync_to_thread=True)
def list_keys(request: Request[Any, Any, Any]) -> Response[list[KeyOut]]:
    """Your own keys, without their texts."""
    with database(request).read() as session:
        found = queries.own_keys(session, visitor(request).actor)
    return Response([_key(row) for row in found], headers=NO_STORE)


@post("/keys", operation_id="makeKey", opt=staff(), sync_to_thread=True, status_code=201)
def make_key(request: Request[Any, Any, Any], data: JSONBody[KeyIn]) -> Response[KeyOut]:
    """Make a key. Its text is in this answer, and never shown again."""
    with database(request).write() as session:
        row, text = keys.create(
            session,
            visitor(request).actor,
            organization_id=data.organization_id,
            name=data.name,
            scopes=data.scopes,
            expires_on=data.expires_on,
        )
    shown = _key(row)
    shown.key = text
    return Response(shown, headers=NO_STORE, status_code=201)


@delete(
    "/keys/{key_id:str}",
    operation_id="revokeKey",
    opt=staff(),
    sync_to_thread=True,
    status_code=204,
)
def revoke_key(request: Request[Any, Any, Any], key_id: FromPath[str]) -> None:
    """End a key at once."""
    with database(request).write() as session:
        keys.revoke(session, visitor(request).actor, record_id(key_id))


@get("/audit", operation_id="audit", opt=staff("admin", scope="audit:read"), sync_to_thread=True)
def audit(
    request: Request[Any, Any, Any],
    organization_id: Annotated[str, QueryParameter(max_length=36)],
    action: Annotated[str, QueryParameter(max_length=64)] = "",
    actor_id: Annotated[str, QueryParameter(max_length=64)] = "",
    entity_id: Annotated[str, QueryParameter(max_length=64)] = "",
    patient_id: Annotated[str, QueryParameter(max_length=36)] = "",
    since: Annotated[datetime | None, QueryParameter()] = None,
    until: Annotated[datetime | None, QueryParameter()] = None,
    page: Annotated[int, QueryParameter(ge=1, le=10_000)] = 1,
    per_page: Annotated[int, QueryParameter(ge=1, le=100)] = 50,
) -> Response[AuditPage]:
    """The organization's audit trail, newest first."""
    for name, moment in (("since", since), ("until", until)):
        if moment is not None and moment.tzinfo is None:
            raise Invalid(f"{name} must say its offset, as 2026-01-31T00:00:00Z", parameter=name)
    with database(request).read() as session:
        found = queries.audit_page(
            session,
            visitor(request).actor,
            organization_id,
            action=action,
            actor_id=actor_id,
            entity_id=entity_id,
            patient_id=patient_id,
            since=since,
            until=until,
            page=page,
            per_page=per_page,
        )
    rows = [
        AuditOut(
            row.sequence,
            row.at,
            row.actor_id,
            row.action,
            row.entity_type,
            row.entity_id,
            row.fields,
            row.address,
        )
        for row in found.items
    ]
    return Response(AuditPage(found.total, page, per_page, rows), headers=NO_STORE)


def _role(text: str) -> Role:
    if text not in EVERY_ROLE:
        raise Invalid(f"role must be one of {', '.join(EVERY_ROLE)}", parameter="role")
    return Role(text)


def _key(row: ApiKey) -> KeyOut:
    return KeyOut(
        row.id,
        row.prefix,
        row.name,
        row.organization_id,
        list(row.scopes),
        row.expires_on,
        row.revoked_at,
    )
