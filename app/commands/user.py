"""handrail user"""

import getpass
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from core.settings import Settings

if TYPE_CHECKING:
    from sqlmodel import Session

    from accounts.models import User

HELP = "manage organizations of the network and the people in them"


def arguments(parser: ArgumentParser) -> None:
    steps = parser.add_subparsers(dest="step", metavar="STEP", required=True)
    add = steps.add_parser("organization", help="add an organization to the network")
    add.add_argument("name")
    add.add_argument("--kind", choices=("coordinating", "partner"), required=True)
    add.add_argument("--directory-id", help="id of its listing in the directory")
    create = steps.add_parser("create", help="add a person; asks for the password")
    create.add_argument("email")
    create.add_argument("--name", required=True)
    create.add_argument("--organization", required=True, metavar="ID")
    create.add_argument("--role", required=True)
    create.add_argument(
        "--password-from-stdin", action="store_true", help="read the password from a pipe"
    )
    steps.add_parser("list", help="list organizations and people")
    reset = steps.add_parser("reset", help="print a link to set a new password, good for an hour")
    reset.add_argument("email")
    reset.add_argument(
        "--second-factor", action="store_true", help="take a lost second factor away as well"
    )
    out = steps.add_parser("sign-out", help="sign a person out everywhere")
    out.add_argument("email")


def run(settings: Settings, options: Namespace) -> int:
    from app.checks import require_migrated

    require_migrated(settings)
    steps = {
        "organization": _organization,
        "create": _create,
        "list": _list,
        "reset": _reset,
        "sign-out": _out,
    }
    steps[options.step](settings, options)
    return 0


def _organization(settings: Settings, options: Namespace) -> None:
    from accounts.commands import create_organization
    from accounts.models import OrganizationKind
    from core.actor import SYSTEM

    with _writing(settings) as session:
        row = create_organization(
            session,
            SYSTEM,
            options.name,
            OrganizationKind(options.kind),
            directory_organization_id=options.directory_id,
            timezone=settings.time_zone,
            holiday_calendar=settings.holidays or None,
        )
        print(f"{row.id}  {row.name}")


def _create(settings: Settings, options: Namespace) -> None:
    from accounts.commands import create_user
    from accounts.models import Role
    from core.access import EVERY_ROLE
    from core.actor import SYSTEM
    from core.errors import Invalid

    if options.role not in EVERY_ROLE:
        raise Invalid(f"--role is one of {', '.join(EVERY_ROLE)}", parameter="role")
    password = _password(from_stdin=options.password_from_stdin)
    with _writing(settings) as session:
        user = create_user(
            session,
            SYSTEM,
            email=options.email,
            name=options.name,
            password=password,
            organization_id=options.organization,
            role=Role(options.role),
        )
        print(f"{user.id}  {user.email}")


def _list(settings: Settings, _options: Namespace) -> None:
    from sqlmodel import col, select

    from accounts.models import Membership, NetworkOrganization, User
    from core.db import Database

    database = Database(settings.database_url)
    statement = (
        select(NetworkOrganization.name, User.email, Membership.role)
        .join(Membership, col(Membership.organization_id) == col(NetworkOrganization.id))
        .join(User, col(User.id) == col(Membership.user_id))
        .where(col(Membership.ended_at).is_(None))
        .order_by(NetworkOrganization.name, User.email, col(Membership.role))
    )
    organizations = select(NetworkOrganization).order_by(NetworkOrganization.name)
    try:
        with database.read() as session:
            for row in session.exec(organizations):
                print(f"{row.id}  {row.name} ({row.kind.value})")
            for name, email, role in session.exec(statement):
                print(f"{email}  {role} of {name}")
    finally:
        database.close()


def _reset(settings: Settings, options: Namespace) -> None:
    from accounts import links, recording, second_factor
    from accounts.models import LinkPurpose
    from core.actor import SYSTEM

    with _writing(settings) as session:
        user = _known(session, options.email)
        if options.second_factor:
            second_factor.take_away(session, user)
            recording.record(session, SYSTEM, "second_factor.off", user)
        token = links.issue(session, LinkPurpose.PASSWORD_RESET, user.email, created_by=SYSTEM.id)
        recording.record(session, SYSTEM, "password.link", user)
    print(f"{settings.base_url}/staff/reset/{token}")


def _out(settings: Settings, options: Namespace) -> None:
    from accounts import recording, sessions
    from core.actor import SYSTEM

    with _writing(settings) as session:
        user = _known(session, options.email)
        sessions.end_all(session, user.id)
        recording.record(session, SYSTEM, "sessions.end_all", user)


def _known(session: "Session", email: str) -> "User":
    from sqlmodel import select

    from accounts.emails import normalise
    from accounts.models import User
    from core.errors import NotFound

    user = session.exec(select(User).where(User.email == normalise(email))).first()
    if user is None:
        raise NotFound(f"There is no account for {email}.")
    return user


@contextmanager
def _writing(settings: Settings) -> Iterator["Session"]:
    from core.db import Database

    database = Database(settings.database_url)
    try:
        with database.write() as session:
            yield session
    finally:
        database.close()


def _password(*, from_stdin: bool) -> str:
    """Never from the command line: other users of the machine can read that."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("Password: ")
