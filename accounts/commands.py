"""Changes to people, memberships and organizations. Each is audited where it happens."""

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, col, select

from accounts import links, passwords, recording, sessions
from accounts.emails import normalise
from accounts.models import (
    ApiKey,
    Link,
    LinkPurpose,
    Membership,
    NetworkOrganization,
    OrganizationKind,
    Role,
    User,
)
from accounts.permissions import check_manage_members
from core import audit
from core.actor import Actor
from core.clock import now
from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.saying import Saying

NAME_MAX = 200
# What each kind of organization has a use for.
ROLES = {
    OrganizationKind.COORDINATING: frozenset(Role) - {Role.PARTNER},
    OrganizationKind.PARTNER: frozenset({Role.PARTNER, Role.SUPERVISOR, Role.ADMIN}),
}


def create_organization(
    session: Session, actor: Actor, name: str, kind: OrganizationKind, **values: Any
) -> NetworkOrganization:
    """A new member of the network. For the system only: the command line and the seed."""
    if actor.id != "system":
        raise Forbidden("Organizations join through whoever runs this network.")
    row = NetworkOrganization(name=cleaned_name(name), kind=kind, **values)
    session.add(row)
    session.flush()
    _record(session, actor, "organization.create", row.id, "network_organization", row.id)
    return row


def create_user(
    session: Session,
    actor: Actor,
    *,
    email: str,
    name: str,
    password: str | None,
    organization_id: str,
    role: Role,
) -> User:
    """A person with a first role, without an invitation. For the system only."""
    if actor.id != "system":
        raise Forbidden("People join by invitation.")
    user = _new_user(session, normalise(email), name, password)
    _join(session, actor, user, organization_id, role)
    return user


def invite(session: Session, actor: Actor, *, organization_id: str, email: str, role: Role) -> str:
    """Invite somebody; returns the link's token, to be mailed and never stored."""
    check_manage_members(actor, organization_id)
    _check_role(session, organization_id, role)
    address = normalise(email)
    token = links.issue(
        session,
        LinkPurpose.INVITATION,
        address,
        created_by=actor.id,
        organization_id=organization_id,
        role=role,
    )
    fields = {"role": role.value}
    _record(session, actor, "member.invite", organization_id, "membership", "", fields)
    return token


def accept_invitation(session: Session, token: str, *, name: str, password: str) -> User:
    """Join by invitation: a new account, or a further role for an account that is known.

    For a known account the password must be its own. Raises NotFound for a link that is over.
    """
    link = links.find(session, LinkPurpose.INVITATION, token)
    user = session.exec(select(User).where(User.email == link.email)).one_or_none()
    if user is None:
        user = _new_user(session, link.email, name, password)
    elif not user.active or not passwords.verify(user.password_hash, password):
        raise Invalid(
            "You already have an account: give its password to join.", parameter="password"
        )
    _claim(session, link, user)
    return user


def join_as_invited(session: Session, email: str, name: str) -> User | None:
    """Accept every invitation that waits for this address, which somebody proved to be theirs."""
    invitations = links.waiting(session, LinkPurpose.INVITATION, email)
    if not invitations:
        return None
    user = _new_user(session, email, name, None)
    for link in invitations:
        _claim(session, link, user)
    return user


def is_known(session: Session, email: str) -> bool:
    """Whether there is an account with this address; for whoever holds a link mailed to it."""
    return session.exec(select(User.id).where(User.email == email)).first() is not None


def reset_password(session: Session, token: str, password: str) -> User:
    """Set a new password by mailed link, and sign the user out everywhere."""
    link = links.find(session, LinkPurpose.PASSWORD_RESET, token)
    user = session.exec(select(User).where(User.email == link.email)).one_or_none()
    if user is None or not user.active:
        raise NotFound("This link is no longer good. Ask for a new one.")
    passwords.check_strength(password, (user.name, user.email))
    links.use(session, LinkPurpose.PASSWORD_RESET, token)
    _set_password(session, user, password, "password.reset")
    return user


def change_password(session: Session, actor: Actor, old: str, new: str) -> None:
    """Change one's own password, and sign out everywhere. Raises Invalid naming the field."""
    user = session.get_one(User, actor.id)
    if not passwords.verify(user.password_hash, old):
        raise Invalid("That is not your present password.", parameter="old_password")
    passwords.check_strength(new, (user.name, user.email))
    _set_password(session, user, new, "password.change")


def give_role(
    session: Session, actor: Actor, *, organization_id: str, user_id: str, role: Role
) -> None:
    """Give a member of the organization a further role."""
    check_manage_members(actor, organization_id)
    user = _member(session, organization_id, user_id)
    _join(session, actor, user, organization_id, role)


def take_role(
    session: Session, actor: Actor, *, organization_id: str, user_id: str, role: Role
) -> None:
    """Take a role away; it is gone at the next request. The last admin cannot be taken."""
    check_manage_members(actor, organization_id)
    current = _current(session, organization_id, user_id, role)
    if not current:
        raise NotFound("This person does not have that role.")
    if role is Role.ADMIN and _is_last_admin(session, organization_id, user_id):
        raise Conflict("Make somebody else an admin first: an organization needs one.")
    for membership in current:
        membership.ended_at = now()
        session.add(membership)
    session.flush()
    fields = {"role": role.value}
    _record(session, actor, "member.take_role", organization_id, "user_account", user_id, fields)


def leave_organization(
    session: Session, actor: Actor, *, organization_id: str, user_id: str
) -> None:
    """End all of a member's roles here; without any role left anywhere the account is closed.

    Their patients are handed over first: patients.caring.leave does both.
    """
    check_manage_members(actor, organization_id)
    user = _member(session, organization_id, user_id)
    if _is_last_admin(session, organization_id, user_id):
        raise Conflict("Make somebody else an admin first: an organization needs one.")
    for membership in _current(session, organization_id, user_id):
        membership.ended_at = now()
        session.add(membership)
    session.flush()
    _revoke_keys(session, user_id, organization_id)
    _record(session, actor, "member.remove", organization_id, "user_account", user_id)
    if not _current(session, None, user_id):
        user.active, user.deactivated_at = False, now()
        session.add(user)
        session.flush()
    sessions.end_all(session, user_id)


def set_preferences(
    session: Session, actor: Actor, *, locale: str, keyboard_shortcuts: bool
) -> None:
    """How this person likes the pages."""
    user = session.get_one(User, actor.id)
    user.locale, user.keyboard_shortcuts = locale, keyboard_shortcuts
    session.add(user)
    session.flush()


def _new_user(session: Session, email: str, name: str, password: str | None) -> User:
    if session.exec(select(User.id).where(User.email == email)).first():
        raise Conflict("There is an account with this e-mail address.", parameter="email")
    cleaned = cleaned_name(name)
    if password is not None:
        passwords.check_strength(password, (cleaned, email))
    user = User(
        email=email,
        name=cleaned,
        password_hash=passwords.hashed(password) if password is not None else None,
    )
    session.add(user)
    session.flush()
    return user


def _claim(session: Session, link: Link, user: User) -> None:
    links.claim(session, link)
    if link.organization_id is None or link.role is None:
        raise NotFound("This invitation names no organization. Ask for a new one.")
    inviter = Actor(id=user.id, name=user.name, via="link")
    _join(session, inviter, user, link.organization_id, link.role)


def _join(session: Session, actor: Actor, user: User, organization_id: str, role: Role) -> None:
    _check_role(session, organization_id, role)
    if _current(session, organization_id, user.id, role):
        return
    session.add(Membership(user_id=user.id, organization_id=organization_id, role=role))
    session.flush()
    fields = {"role": role.value}
    _record(session, actor, "member.give_role", organization_id, "user_account", user.id, fields)


def _set_password(session: Session, user: User, password: str, action: str) -> None:
    user.password_hash = passwords.hashed(password)
    session.add(user)
    session.flush()
    sessions.end_all(session, user.id)
    recording.record(session, Actor(id=user.id, name=user.name), action, user)


def _revoke_keys(session: Session, user_id: str, organization_id: str) -> None:
    keys = select(ApiKey).where(
        ApiKey.user_id == user_id,
        ApiKey.organization_id == organization_id,
        col(ApiKey.revoked_at).is_(None),
    )
    for key in session.exec(keys):
        key.revoked_at = now()
        session.add(key)


def _member(session: Session, organization_id: str, user_id: str) -> User:
    user = session.get(User, user_id)
    if user is None or not _current(session, organization_id, user_id):
        raise NotFound("There is no such member.")
    return user


def _current(
    session: Session, organization_id: str | None, user_id: str, role: Role | None = None
) -> list[Membership]:
    statement = select(Membership).where(
        Membership.user_id == user_id, col(Membership.ended_at).is_(None)
    )
    if organization_id is not None:
        statement = statement.where(Membership.organization_id == organization_id)
    if role is not None:
        statement = statement.where(Membership.role == role)
    return list(session.exec(statement))


def _is_last_admin(session: Session, organization_id: str, user_id: str) -> bool:
    admins = session.exec(
        select(Membership.user_id)
        .where(Membership.organization_id == organization_id, Membership.role == Role.ADMIN)
        .where(col(Membership.ended_at).is_(None))
        .with_for_update()
    ).all()
    return set(admins) == {user_id}


def _check_role(session: Session, organization_id: str, role: Role) -> None:
    organization = session.get(NetworkOrganization, organization_id)
    if organization is None or not organization.active:
        raise NotFound("There is no such organization.")
    allowed = ROLES[organization.kind]
    if role not in allowed:
        names = ", ".join(sorted(allowed))
        raise Invalid(
            Saying("Roles in this organization are %(names)s.", names=names), parameter="role"
        )


def cleaned_name(text: str) -> str:
    """One line of letters: control and direction-changing characters would fake another name."""
    cleaned = " ".join("".join(c for c in text if c.isprintable()).split())
    if not cleaned or len(cleaned) > NAME_MAX:
        raise Invalid("Give a name of 1 to 200 characters.", parameter="name")
    return cleaned


def _record(
    session: Session,
    actor: Actor,
    action: str,
    organization_id: str,
    entity_type: str,
    entity_id: str,
    fields: Mapping[str, Any] | None = None,
) -> None:
    audit.record(
        session,
        actor,
        action,
        entity_type,
        entity_id,
        fields,
        organization_id=organization_id,
        address=actor.address,
    )
