"""Accounts on both databases: signing in, second factor, links, keys, roles."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from sqlmodel import Session, col, select

from accounts import commands, keys, links, second_factor, sessions, throttle
from accounts.models import (
    LinkPurpose,
    LoginSession,
    NetworkOrganization,
    OrganizationKind,
    Role,
    User,
)
from accounts.signing_in import TooMany, give_second_factor, sign_in
from core.actor import SYSTEM, Actor
from core.audit import AuditEvent, verify
from core.clock import frozen, now
from core.crypto import Keyring
from core.db import Database
from core.errors import Conflict, Forbidden, Invalid, NotFound

PASSWORD = "river lantern orchid"
RING = Keyring({"k1": b"1" * 32}, "k1", b"2" * 32)


@pytest.fixture
def clinic(session: Session) -> NetworkOrganization:
    return commands.create_organization(
        session, SYSTEM, "Eno Clinic", OrganizationKind.COORDINATING
    )


@pytest.fixture
def pantry(session: Session) -> NetworkOrganization:
    return commands.create_organization(session, SYSTEM, "Pantry", OrganizationKind.PARTNER)


def join(session: Session, of: NetworkOrganization, role: Role, name: str = "Ana Ruiz") -> User:
    return commands.create_user(
        session,
        SYSTEM,
        email=f"{name.split()[0].lower()}@example.org",
        name=name,
        password=PASSWORD,
        organization_id=of.id,
        role=role,
    )


def acting(session: Session, user: User) -> Actor:
    found = sessions.find(session, sessions.start(session, user, second_factor_done=True))
    assert found
    return found.actor


@pytest.fixture
def ana(database: Database) -> Iterator[User]:
    """A coordinator whose account is committed, for tests of whole sign-ins."""
    with database.write() as opened:
        of = commands.create_organization(opened, SYSTEM, "Clinic", OrganizationKind.COORDINATING)
        user = join(opened, of, Role.COORDINATOR)
    yield user


def enter(database: Database, password: str = PASSWORD, email: str = "ana@example.org") -> str:
    return sign_in(database, email, password, address="192.0.2.1", ask_second=True).token


def test_the_right_password_starts_a_session_with_todays_roles(
    database: Database, ana: User
) -> None:
    token = enter(database)
    with database.read() as session:
        found = sessions.find(session, token)
        assert found and found.actor.id == ana.id
        assert found.actor.roles == {"coordinator"}
        assert session.get(LoginSession, token) is None  # only its digest is stored


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ana@example.org", "river lantern orchis"),
        ("nobody@example.org", PASSWORD),
        ("not an address", PASSWORD),
        ("ana@example.org", "x" * 100_000),
    ],
)
def test_whatever_is_wrong_the_answer_is_the_same(
    database: Database, ana: User, email: str, password: str
) -> None:
    with pytest.raises(Invalid, match="The e-mail address or the password is not right"):
        enter(database, password, email)


def test_five_wrong_tries_stop_even_the_right_password_for_a_while(
    database: Database, ana: User
) -> None:
    for _ in range(5):
        with pytest.raises(Invalid):
            enter(database, "wrong wrong wrong")
    with pytest.raises(TooMany):
        enter(database)
    with frozen(now() + timedelta(minutes=16)):
        assert enter(database)


def test_concurrent_guesses_do_not_slip_through_together(database: Database, ana: User) -> None:
    def guess(_: int) -> str:
        try:
            enter(database, "wrong wrong wrong")
        except TooMany:
            return "stopped"
        except Invalid:
            return "judged"
        return "in"

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(guess, range(16)))
    assert answers.count("judged") == 5
    assert answers.count("stopped") == 11


def test_a_session_ends_after_fifteen_idle_minutes_and_after_twelve_hours(
    session: Session, clinic: NetworkOrganization
) -> None:
    start = now()
    with frozen(start):
        token = sessions.start(
            session, join(session, clinic, Role.COORDINATOR), second_factor_done=True
        )
    with frozen(start + timedelta(minutes=14)):
        found = sessions.find(session, token)
        assert found and found.stale
        sessions.seen(session, found.token_hash)
    session.expire_all()
    with frozen(start + timedelta(minutes=28)):
        assert sessions.find(session, token)
    with frozen(start + timedelta(minutes=30)):
        assert sessions.find(session, token) is None
    with frozen(start + timedelta(hours=13)):
        assert sessions.find(session, token) is None


def test_signing_out_everywhere_ends_every_session_and_nothing_revives_one(
    session: Session, clinic: NetworkOrganization
) -> None:
    user = join(session, clinic, Role.COORDINATOR)
    tokens = [sessions.start(session, user, second_factor_done=True) for _ in range(3)]
    found = sessions.find(session, tokens[0])
    assert found
    sessions.end_all(session, user.id)
    sessions.seen(session, found.token_hash)
    session.expire_all()
    assert [sessions.find(session, token) for token in tokens] == [None] * 3


def test_a_planted_or_changed_token_is_nobody(
    session: Session, clinic: NetworkOrganization
) -> None:
    token = sessions.start(session, join(session, clinic, Role.ADMIN), second_factor_done=True)
    for wrong in ("", "attacker", token[:-1], token + "x"):
        assert sessions.find(session, wrong) is None


def test_a_role_taken_away_is_gone_at_the_next_request(
    session: Session, clinic: NetworkOrganization
) -> None:
    admin = join(session, clinic, Role.ADMIN, "Bo Admin")
    user = join(session, clinic, Role.COORDINATOR)
    token = sessions.start(session, user, second_factor_done=True)
    commands.take_role(
        session,
        acting(session, admin),
        organization_id=clinic.id,
        user_id=user.id,
        role=Role.COORDINATOR,
    )
    found = sessions.find(session, token)
    assert found and found.actor.roles == frozenset()


def secret_of(address: str) -> pyotp.TOTP:
    return pyotp.TOTP(parse_qs(urlsplit(address).query)["secret"][0])


def test_the_second_factor_is_owed_once_confirmed_and_a_code_works_once(
    database: Database, ana: User
) -> None:
    start = now()
    with frozen(start), database.write() as session:
        user = session.get_one(User, ana.id)
        totp = secret_of(second_factor.begin(session, RING, user))
        recovery = second_factor.confirm(session, RING, user, totp.at(start))
        assert user.totp_secret and totp.secret not in user.totp_secret
    with frozen(start + timedelta(minutes=1)):
        code = totp.at(now())
        token = enter(database)
        with database.read() as session:
            found = sessions.find(session, token)
            assert found and found.pending
        fresh = give_second_factor(database, RING, found.token_hash, code, address="")
        assert fresh != token
        with database.read() as session:
            after, before = sessions.find(session, fresh), sessions.find(session, token)
            assert after and not after.pending and before is None
        again = pending_hash(database)
        with pytest.raises(Invalid, match="used before"):
            give_second_factor(database, RING, again, code, address="")
        give_second_factor(database, RING, again, recovery[0].upper(), address="")
        with pytest.raises(Invalid):
            give_second_factor(database, RING, pending_hash(database), recovery[0], address="")


def pending_hash(database: Database) -> str:
    token = enter(database)
    with database.read() as session:
        found = sessions.find(session, token)
    assert found
    return found.token_hash


def test_a_wrong_first_code_does_not_switch_the_second_factor_on(
    session: Session, clinic: NetworkOrganization
) -> None:
    user = join(session, clinic, Role.COORDINATOR)
    second_factor.begin(session, RING, user)
    with pytest.raises(Invalid):
        second_factor.confirm(session, RING, user, "000000")
    assert user.totp_confirmed_at is None


def test_an_invitation_makes_an_account_once(session: Session, clinic: NetworkOrganization) -> None:
    admin = acting(session, join(session, clinic, Role.ADMIN, "Bo Admin"))
    token = commands.invite(
        session, admin, organization_id=clinic.id, email="New@example.org", role=Role.COORDINATOR
    )
    user = commands.accept_invitation(session, token, name="New Person", password=PASSWORD)
    assert acting(session, user).holds("coordinator", clinic.id)
    with pytest.raises(NotFound, match="Ask for a new one"):
        commands.accept_invitation(session, token, name="New Person", password=PASSWORD)


def test_looking_at_a_link_does_not_use_it_and_a_newer_one_replaces_it(session: Session) -> None:
    def issue() -> str:
        return links.issue(session, LinkPurpose.PASSWORD_RESET, "ana@example.org", created_by="x")

    first = issue()
    for _ in range(3):
        links.find(session, LinkPurpose.PASSWORD_RESET, first)
    second = issue()
    session.expire_all()
    with pytest.raises(NotFound):
        links.find(session, LinkPurpose.PASSWORD_RESET, first)
    with pytest.raises(NotFound):
        links.find(session, LinkPurpose.INVITATION, second)
    with frozen(now() + timedelta(hours=2)), pytest.raises(NotFound):
        links.find(session, LinkPurpose.PASSWORD_RESET, second)


def test_of_two_who_use_a_link_at_once_one_gets_it(database: Database) -> None:
    with database.write() as session:
        token = links.issue(session, LinkPurpose.INVITATION, "a@example.org", created_by="x")

    def use(_: int) -> bool:
        try:
            with database.write() as session:
                links.use(session, LinkPurpose.INVITATION, token)
        except NotFound:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1


def test_a_reset_password_signs_out_everywhere(
    session: Session, clinic: NetworkOrganization
) -> None:
    user = join(session, clinic, Role.COORDINATOR)
    cookie = sessions.start(session, user, second_factor_done=True)
    token = links.issue(session, LinkPurpose.PASSWORD_RESET, user.email, created_by=user.id)
    with pytest.raises(Invalid):
        commands.reset_password(session, token, "short")
    commands.reset_password(session, token, "lantern orchid river")
    session.expire_all()
    assert sessions.find(session, cookie) is None


def test_a_key_acts_for_its_user_in_one_organization_until_revoked(
    session: Session, clinic: NetworkOrganization, pantry: NetworkOrganization
) -> None:
    user = join(session, clinic, Role.COORDINATOR)
    commands._join(session, SYSTEM, user, pantry.id, Role.PARTNER)
    actor = acting(session, user)
    row, text = keys.create(
        session,
        actor,
        organization_id=clinic.id,
        name="Night job",
        scopes=["patients:read"],
        expires_on=now().date() + timedelta(days=30),
    )
    holder = keys.find(session, text)
    assert holder and holder.actor.organization_ids == {clinic.id}
    assert holder.scopes == {"patients:read"}
    assert text.split("_", 2)[2] not in repr(row)
    for wrong in ("", "hr_", text[:-1], text.replace("hr_", "xx_"), "hr_00000000_x"):
        assert keys.find(session, wrong) is None
    with pytest.raises(Forbidden):
        keys.create(
            session,
            holder.actor,
            organization_id=clinic.id,
            name="x",
            scopes=["patients:read"],
            expires_on=now().date() + timedelta(days=1),
        )
    with frozen(now() + timedelta(days=31)):
        assert keys.find(session, text) is None
    keys.revoke(session, actor, row.id)
    assert keys.find(session, text) is None


@pytest.mark.parametrize(
    ("scopes", "days"),
    [([], 1), (["everything"], 1), (["patients:read"], 0), (["patients:read"], 400)],
)
def test_a_key_without_bounds_is_refused(
    session: Session, clinic: NetworkOrganization, scopes: list[str], days: int
) -> None:
    actor = acting(session, join(session, clinic, Role.COORDINATOR))
    expires: date = now().date() + timedelta(days=days)
    with pytest.raises(Invalid):
        keys.create(
            session, actor, organization_id=clinic.id, name="x", scopes=scopes, expires_on=expires
        )


def test_members_are_managed_by_admins_of_the_same_organization_only(
    session: Session, clinic: NetworkOrganization, pantry: NetworkOrganization
) -> None:
    user = acting(session, join(session, clinic, Role.COORDINATOR))
    stranger = acting(session, join(session, pantry, Role.ADMIN, "Bo Admin"))
    wanted = {"organization_id": clinic.id, "email": "x@example.org", "role": Role.COORDINATOR}
    with pytest.raises(Forbidden, match="Only an admin"):
        commands.invite(session, user, **wanted)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        commands.invite(session, stranger, **wanted)  # type: ignore[arg-type]


def test_a_role_that_fits_the_organization_is_needed(
    session: Session, clinic: NetworkOrganization
) -> None:
    admin = acting(session, join(session, clinic, Role.ADMIN))
    with pytest.raises(Invalid) as caught:
        commands.invite(
            session, admin, organization_id=clinic.id, email="x@example.org", role=Role.PARTNER
        )
    assert caught.value.parameter == "role"


def test_the_last_admin_stays(session: Session, clinic: NetworkOrganization) -> None:
    user = join(session, clinic, Role.ADMIN)
    admin = acting(session, user)
    with pytest.raises(Conflict):
        commands.leave_organization(session, admin, organization_id=clinic.id, user_id=user.id)
    with pytest.raises(Conflict):
        commands.take_role(
            session, admin, organization_id=clinic.id, user_id=user.id, role=Role.ADMIN
        )


def test_leaving_ends_roles_keys_and_sessions_and_closes_the_account(
    session: Session, clinic: NetworkOrganization
) -> None:
    admin = acting(session, join(session, clinic, Role.ADMIN, "Bo Admin"))
    user = join(session, clinic, Role.COORDINATOR)
    cookie = sessions.start(session, user, second_factor_done=True)
    _, text = keys.create(
        session,
        acting(session, user),
        organization_id=clinic.id,
        name="x",
        scopes=["patients:read"],
        expires_on=now().date() + timedelta(days=1),
    )
    commands.leave_organization(session, admin, organization_id=clinic.id, user_id=user.id)
    session.expire_all()
    assert sessions.find(session, cookie) is None
    assert keys.find(session, text) is None
    assert not session.get_one(User, user.id).active


def test_names_cannot_pretend_with_direction_or_control_characters(
    session: Session, clinic: NetworkOrganization
) -> None:
    user = join(session, clinic, Role.COORDINATOR, "Ana \u202eziuR\u0000\u200b")
    assert user.name == "Ana ziuR"
    with pytest.raises(Invalid):
        join(session, clinic, Role.COORDINATOR, "B" * 201)


def test_everything_that_was_done_is_in_the_audit(
    session: Session, clinic: NetworkOrganization
) -> None:
    admin = acting(session, join(session, clinic, Role.ADMIN, "Bo Admin"))
    commands.invite(
        session, admin, organization_id=clinic.id, email="x@example.org", role=Role.COORDINATOR
    )
    actions = session.exec(select(AuditEvent.action).order_by(col(AuditEvent.id))).all()
    assert actions == ["organization.create", "member.give_role", "member.invite"]
    assert list(verify(session)) == []


def test_a_try_is_counted_even_when_nobody_waits_for_the_answer(session: Session) -> None:
    limit = throttle.Limit(2, timedelta(minutes=1), timedelta(minutes=5))
    start = now()
    with frozen(start):
        answers = [throttle.take(session, "x", "y", limit) for _ in range(4)]
    assert answers[:2] == [None, None]
    assert answers[2] == answers[3] == start + limit.block
    with frozen(start + timedelta(minutes=6)):
        assert throttle.take(session, "x", "y", limit) is None
