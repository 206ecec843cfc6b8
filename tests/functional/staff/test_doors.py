"""Signing in by pages: the way in, the way back, and nothing typed is lost."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest
from sqlmodel import select

from accounts import links, second_factor
from accounts.models import LinkPurpose, Role, User
from core.clock import frozen, now
from core.outbox import OutboxMessage
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to, hidden
from tests.support.network_town import PASSWORD
from web.staff.doors import wanted

EMAIL = "coordinator@clinic.example.org"
SIGN_IN = "/staff/sign-in"


def sign_in(browser: Browser, **fields: str) -> str:
    browser.headers = {}
    answer = browser.send(SIGN_IN, email=EMAIL, password=PASSWORD, **fields)
    browser.headers = {"cookie": answer.headers["set-cookie"].split(";")[0]}
    return came_to(answer)


@contextmanager
def a_second_step(staffed: Staffed) -> Iterator[pyotp.TOTP]:
    """The coordinator has one, and it is asked for."""
    staffed.client.app.state.settings = replace(staffed.settings, demo=False)
    state = staffed.client.app.state
    with state.database.write() as session:
        user = session.get_one(User, staffed.town.people["clinic.coordinator"].user.id)
        address = second_factor.begin(session, state.keyring, user)
        totp = pyotp.parse_uri(address)
        assert isinstance(totp, pyotp.TOTP)
        earlier = totp.at(now() - timedelta(seconds=30))
        second_factor.confirm(session, state.keyring, user, earlier)
    yield totp


def test_a_page_that_needs_a_sign_in_asks_for_it_and_comes_back(staffed: Staffed) -> None:
    browser = Browser(staffed, "")
    asked = browser.open("/staff/account?x=1")
    assert asked.status_code == 401
    assert "set-cookie" not in asked.headers
    assert sign_in(browser) == "/staff/account?x=1"
    assert "Your account" in text_of(browser.open("/staff/account").text)


@pytest.mark.parametrize(
    ("asked", "goes"),
    [
        ("/staff/patients/1?all=1", "/staff/patients/1?all=1"),
        ("/staffing", "/staff"),
        ("//evil.example", "/staff"),
        ("https://evil.example/staff", "/staff"),
        ("/staff\\evil", "/staff"),
        ("/staff\r\nx: y", "/staff"),
        ("/staff/sign-out", "/staff"),
        ("", "/staff"),
    ],
)
def test_only_pages_for_staff_of_this_site_are_gone_to(asked: str, goes: str) -> None:
    assert wanted(asked) == goes


def test_a_wrong_password_keeps_the_address_and_not_the_password(staffed: Staffed) -> None:
    browser = Browser(staffed, "")
    browser.open(SIGN_IN)
    answer = browser.send(SIGN_IN, email=EMAIL, password="wrong wrong wrong")
    assert answer.status_code == 400
    assert f'value="{EMAIL}"' in answer.text and "wrong wrong" not in answer.text
    assert "The e-mail address or the password is not right." in text_of(answer.text)
    assert 'tabindex="-1" autofocus' in answer.text  # the summary takes the focus
    for _ in range(5):
        answer = browser.send(SIGN_IN, email=EMAIL, password="wrong wrong wrong")
    assert answer.status_code == 429
    assert "Wait 15 minutes" in text_of(answer.text)


def test_the_door_speaks_spanish(staffed: Staffed) -> None:
    browser = Browser(staffed, "")
    browser.open("/es/staff/sign-in?next=/staff/account")
    answer = browser.send("/es/staff/sign-in", email=EMAIL, password="wrong wrong wrong")
    assert "El correo electrónico o la contraseña no son correctos." in text_of(answer.text)
    assert hidden(answer.text)["next"] == "/staff/account"


def test_the_second_step_comes_before_the_page(staffed: Staffed) -> None:
    browser = Browser(staffed, "")
    with a_second_step(staffed) as totp:
        browser.open("/staff/account")
        step = sign_in(browser)
        assert step == "/staff/second-factor?next=%2Fstaff%2Faccount"
        assert browser.open("/staff/account").status_code == 401
        browser.open(step)
        wrong = browser.send("/staff/second-factor", code="000000")
        assert wrong.status_code == 400
        assert "That code is not right" in text_of(wrong.text)
        done = browser.send("/staff/second-factor", code=totp.at(now()))
        assert came_to(done) == "/staff/account"


@pytest.mark.parametrize("two_steps", [False, True])
def test_what_was_typed_survives_a_session_that_ended(staffed: Staffed, two_steps: bool) -> None:
    browser = Browser(staffed)
    browser.open("/staff/account")
    with frozen(now() + timedelta(minutes=20)):
        late = browser.send("/staff/account", name="Ana María", locale="es", password="secret")
    assert late.status_code == 401
    assert "what you typed is still here" in text_of(late.text)
    assert "secret" not in late.text
    with a_second_step(staffed) as totp:
        if not two_steps:
            staffed.client.app.state.settings = staffed.settings
        browser.headers = {}
        answer = browser.send(SIGN_IN, email=EMAIL, password=PASSWORD)
        browser.headers = {"cookie": answer.headers["set-cookie"].split(";")[0]}
        if two_steps:
            answer = browser.send("/staff/second-factor", code=totp.at(now()))
            browser.headers = {"cookie": answer.headers["set-cookie"].split(";")[0]}
    assert hidden(answer.text)["name"] == "Ana María"
    assert came_to(browser.send("/staff/account")) == "/staff/account?done=saved"
    assert "Ana María" in browser.open("/staff/account").text


def test_a_form_from_before_the_last_sign_in_can_be_sent_again(staffed: Staffed) -> None:
    browser = Browser(staffed)
    browser.open("/staff/account")
    stale = browser.send("/staff/account", name="Ana", csrf_token="0" * 64)
    assert stale.status_code == 403
    assert came_to(browser.send("/staff/account", locale="en")) == "/staff/account?done=saved"


def test_a_form_of_another_site_is_neither_done_nor_kept(staffed: Staffed) -> None:
    browser = Browser(staffed)
    browser.headers["sec-fetch-site"] = "cross-site"
    assert browser.send("/staff/account", name="Mallory").status_code == 403
    assert "Mallory" not in browser.html
    browser.headers = {"sec-fetch-site": "cross-site"}
    assert browser.send("/staff/account", name="Mallory").status_code == 401
    assert "Mallory" not in browser.html
    assert browser.send(SIGN_IN, email=EMAIL, password=PASSWORD).status_code == 403


@pytest.mark.parametrize(("where", "others"), [("", 200), ("everywhere", 401)])
def test_signing_out_here_or_everywhere(staffed: Staffed, where: str, others: int) -> None:
    other, browser = Browser(staffed), Browser(staffed)
    sign_in(browser)
    browser.open("/staff/account")
    out = browser.send("/staff/sign-out", where=where)
    assert came_to(out) == "/staff/sign-in?done=out"
    assert browser.open("/staff").status_code == 401
    assert "You are signed out." in text_of(browser.open("/staff/sign-in?done=out").text)
    assert other.open("/staff").status_code == others


def test_an_invitation_makes_an_account_once(staffed: Staffed) -> None:
    with staffed.client.app.state.database.write() as session:
        clinic = staffed.town.organizations["clinic"].id
        token = links.issue(
            session,
            LinkPurpose.INVITATION,
            "new@example.org",
            created_by="x",
            organization_id=clinic,
            role=Role.COORDINATOR,
        )
    browser = Browser(staffed, "")
    assert "This link is for new@example.org." in text_of(browser.open(f"/staff/join/{token}").text)
    weak = browser.send(f"/staff/join/{token}", name="Zoë Quinn", password="short")
    assert weak.status_code == 400
    assert 'value="Zoë Quinn"' in weak.text and "Use 12 to 256 characters" in weak.text
    done = browser.send(f"/staff/join/{token}", name="Zoë Quinn", password=PASSWORD)
    assert came_to(done) == "/staff/sign-in?done=added"
    assert browser.open(f"/staff/join/{token}").status_code == 404
    assert browser.send(f"/staff/join/{token}", name="Zoë", password=PASSWORD).status_code == 404
    answer = browser.send(SIGN_IN, email="new@example.org", password=PASSWORD)
    assert came_to(answer) == "/staff"


def test_asking_for_a_new_password_tells_nothing_and_mails_only_who_exists(
    staffed: Staffed,
) -> None:
    browser = Browser(staffed, "")
    said = {
        text_of(browser.send("/staff/forgotten", email=email).text)
        for email in (EMAIL, "nobody@example.org")
    }
    assert len(said) == 1
    with staffed.client.app.state.database.read() as session:
        (mail,) = session.exec(select(OutboxMessage).where(OutboxMessage.topic == "account.mail"))
    user = staffed.town.people["clinic.coordinator"].user
    assert mail.payload == {"purpose": "password_reset", "user_id": user.id}
    assert browser.send("/staff/forgotten", email="not an address").status_code == 400
    for _ in range(3):
        asked = browser.send("/staff/forgotten", email=EMAIL)
    assert asked.status_code == 429


def test_a_new_password_by_link_signs_out_everywhere(staffed: Staffed) -> None:
    signed_in = Browser(staffed)
    with staffed.client.app.state.database.write() as session:
        token = links.issue(session, LinkPurpose.PASSWORD_RESET, EMAIL, created_by="x")
    browser = Browser(staffed, "")
    browser.open(f"/staff/reset/{token}")
    new = "copper willow anthem"
    done = browser.send(f"/staff/reset/{token}", password=new)
    assert came_to(done) == "/staff/sign-in?done=password"
    assert browser.send(SIGN_IN, email=EMAIL, password=PASSWORD).status_code == 400
    assert came_to(browser.send(SIGN_IN, email=EMAIL, password=new)) == "/staff"
    assert signed_in.open("/staff").status_code == 401
