"""Signing in with an OpenID Connect provider that runs beside the test, and all that can be wrong."""

import pickle
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlmodel import col, select

from accounts import commands
from accounts.models import Role, User
from core.audit import AuditEvent
from core.clock import frozen, now
from core.crypto import Keyring
from core.db import Database
from core.errors import Invalid
from core.settings import Settings, SettingsError
from tests.functional.conftest import Client
from tests.functional.staff.conftest import Staffed
from tests.support import oidc_provider
from tests.support.network_town import actor
from tests.support.oidc_provider import CLIENT, SECRET, Provider

EMAIL = "coordinator@clinic.example.org"
BEGIN, CALLBACK = "/staff/oidc", "/staff/oidc/callback"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[Provider]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # it speaks http, on this machine
    with oidc_provider.running() as found:
        found.claims = {"sub": "ana-1", "email": EMAIL, "email_verified": True, "name": "Ana"}
        yield found


@pytest.fixture
def trusting(
    _settled: tuple[Path, bytes],
    provider: Provider,
    tmp_path: Path,
    settings: Settings,
    start: Callable[..., Client],
) -> Staffed:
    """The application, trusting the provider."""
    shutil.copyfile(_settled[0], tmp_path / "trusting.db")
    client = start(
        f"sqlite:///{tmp_path / 'trusting.db'}",
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_name="County login",
    )
    return Staffed(client, pickle.loads(_settled[1]), settings)


def begin(trusting: Staffed, next_page: str = "/staff") -> str:
    """The address the browser is sent to."""
    answer = trusting.client.get(f"{BEGIN}?next={next_page}", follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def approve(address: str) -> str:
    """What the provider sends the browser back to, as path and query."""
    back = httpx.get(address, follow_redirects=False).headers["location"]
    parts = urlsplit(back)
    return f"{parts.path}?{parts.query}"


def enter(trusting: Staffed, next_page: str = "/staff") -> httpx.Response:
    callback = approve(begin(trusting, next_page))
    found: httpx.Response = trusting.client.get(callback, follow_redirects=False)
    return found


def database_of(trusting: Staffed) -> Database:
    found: Database = trusting.client.app.state.database
    return found


def actions(trusting: Staffed) -> list[str]:
    with database_of(trusting).read() as session:
        return list(session.exec(select(AuditEvent.action).order_by(col(AuditEvent.id))))


def is_signed_in(trusting: Staffed) -> bool:
    return trusting.client.get("/api/v1/session").status_code == 200


def test_the_sign_in_page_offers_it_only_when_it_is_set(
    trusting: Staffed, staffed: Staffed
) -> None:
    assert "Sign in with County login" in trusting.client.get("/staff/sign-in").text
    assert "/staff/oidc" not in staffed.client.get("/staff/sign-in").text
    assert staffed.client.get(BEGIN, follow_redirects=False).status_code == 404


def test_the_browser_is_sent_away_with_state_nonce_and_a_challenge(trusting: Staffed) -> None:
    query = parse_qs(urlsplit(begin(trusting)).query)
    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["state"][0]) >= 43 and len(query["nonce"][0]) >= 43
    other = parse_qs(urlsplit(begin(trusting)).query)
    for name in ("state", "nonce", "code_challenge"):
        assert query[name] != other[name]


def test_a_verified_address_links_once_and_the_subject_signs_in_ever_after(
    trusting: Staffed, provider: Provider
) -> None:
    answer = enter(trusting, "/staff/account")
    assert (answer.status_code, answer.headers["location"]) == (303, "/staff/account")
    cookies = "\n".join(answer.headers.get_list("set-cookie")).lower()
    assert "httponly" in cookies and "samesite=lax" in cookies
    assert is_signed_in(trusting)
    assert actions(trusting)[-2:] == ["account.link", "sign_in.ok"]
    trusting.client.cookies.clear()
    provider.claims |= {"email": "changed@example.org", "email_verified": False}
    assert enter(trusting).status_code == 303
    assert is_signed_in(trusting)
    assert actions(trusting).count("account.link") == 1


def test_an_invited_person_joins_without_a_password(trusting: Staffed, provider: Provider) -> None:
    with database_of(trusting).write() as session:
        admin = actor(session, trusting.town.people["clinic.admin"])
        of = trusting.town.ids["organization_id"]
        commands.invite(
            session, admin, organization_id=of, email="new@example.org", role=Role.COORDINATOR
        )
    provider.claims |= {"sub": "new-1", "email": "New@example.org", "name": "\u202eNew Person"}
    assert enter(trusting).status_code == 303
    with database_of(trusting).read() as session:
        user = session.exec(select(User).where(User.email == "new@example.org")).one()
        assert (user.name, user.password_hash) == ("New Person", None)
    assert is_signed_in(trusting)


STRANGERS: tuple[dict[str, Any], ...] = (
    {"email": "stranger@example.org"},
    {"email_verified": False},
    {"email_verified": "true"},
    {"email": ""},
    {"email": "coordinator@clinic.ex\u0430mple.org"},  # a Cyrillic letter
)


def test_whoever_is_not_known_or_not_verified_stays_outside(
    trusting: Staffed, provider: Provider
) -> None:
    usual = dict(provider.claims)
    for claims in STRANGERS:
        provider.claims = usual | claims
        answer = enter(trusting)
        assert answer.status_code == 400, claims
        assert "Ask an admin of your organization to invite" in answer.text
        assert not is_signed_in(trusting)
        assert actions(trusting)[-1] == "sign_in.refused"


def test_an_address_given_to_somebody_else_does_not_open_the_account(
    trusting: Staffed, provider: Provider
) -> None:
    assert enter(trusting).status_code == 303
    trusting.client.cookies.clear()
    provider.claims |= {"sub": "successor-2"}
    assert enter(trusting).status_code == 400
    assert not is_signed_in(trusting)


def test_a_closed_account_stays_closed(trusting: Staffed, provider: Provider) -> None:
    assert enter(trusting).status_code == 303
    trusting.client.cookies.clear()
    with database_of(trusting).write() as session:
        user = session.exec(select(User).where(User.email == EMAIL)).one()
        user.active, user.deactivated_at = False, now()
    assert enter(trusting).status_code == 400
    assert not is_signed_in(trusting)


HS256 = {"alg": "HS256", "kid": "one"}
FORGED: dict[str, dict[str, Any]] = {
    "another nonce": {"claims": {"nonce": "x"}},
    "another audience": {"claims": {"aud": "somebody-else"}},
    "another issuer": {"claims": {"iss": "https://evil.example"}},
    "for another party": {"claims": {"aud": [CLIENT, "b"], "azp": "b"}},
    "expired": {"claims": {"exp": int(time.time()) - 600}},
    "without subject": {"claims": {"sub": None}},
    "another key": {"signed_with": oidc_provider.rsa_key("evil")},
    "a shared secret": {"signed_with": oidc_provider.shared_secret(SECRET * 2), "header": HS256},
    "no signature": {"header": {"alg": "none"}},
}


def test_a_forged_token_opens_nothing(trusting: Staffed, provider: Provider) -> None:
    usual, header = dict(provider.claims), provider.header
    for name, forgery in FORGED.items():
        provider.claims = usual | forgery.get("claims", {})
        provider.signed_with = forgery.get("signed_with")
        provider.header = forgery.get("header", header)
        answer = enter(trusting)
        assert answer.status_code == 400, name
        assert "That did not work" in answer.text
        assert not is_signed_in(trusting), name


def take_cookies(trusting: Staffed) -> dict[str, str]:
    """The browser's cookies as a header; the browser itself forgets them."""
    kept = "; ".join(f"{cookie.name}={cookie.value}" for cookie in trusting.client.cookies.jar)
    trusting.client.cookies.clear()
    return {"cookie": kept}


def test_an_answer_counts_once_in_time_and_in_the_browser_that_asked(trusting: Staffed) -> None:
    def come_back(address: str, headers: dict[str, str]) -> int:
        trusting.client.cookies.clear()
        return trusting.client.get(address, follow_redirects=False, headers=headers).status_code

    callback = approve(begin(trusting))
    kept = take_cookies(trusting)
    assert come_back(callback, {}) == 400
    assert come_back(callback.replace("state=", "state=x"), kept) == 400
    assert come_back(callback, kept) == 303
    assert come_back(callback, kept) == 400


def test_a_tampered_cookie_or_another_issuer_in_the_answer_is_refused(trusting: Staffed) -> None:
    callback = approve(begin(trusting))
    mixed_up = callback.replace("iss=", "iss=x")
    assert trusting.client.get(mixed_up, follow_redirects=False).status_code == 400
    callback = approve(begin(trusting))
    kept = take_cookies(trusting)["cookie"]
    tampered = {"cookie": f'{kept[:-8]}AAAAA=="'}
    answer = trusting.client.get(callback, follow_redirects=False, headers=tampered)
    assert answer.status_code == 400
    assert "begun in another browser" in answer.text


def test_an_attempt_is_over_after_ten_minutes(provider: Provider) -> None:
    from accounts.oidc import Provider as Trusted
    from accounts.oidc_client import Client as Oidc

    client = Oidc(Trusted(provider.issuer, CLIENT, SECRET, "http://127.0.0.1/callback"))
    _, attempt = client.begin("/staff")
    with frozen(now().replace(year=now().year + 1)), pytest.raises(Invalid):
        client.finish(attempt, {"state": attempt.state, "code": "x"})


def test_cancelling_is_said_and_no_parameter_is_repeated(trusting: Staffed) -> None:
    state = parse_qs(urlsplit(begin(trusting)).query)["state"][0]
    query = f"error=access_denied&error_description=%3Cb%3Ehello&state={state}"
    answer = trusting.client.get(f"{CALLBACK}?{query}", follow_redirects=False)
    assert answer.status_code == 400
    assert "The sign-in was cancelled." in answer.text
    assert "hello" not in answer.text and state not in answer.text


def test_a_provider_that_is_away_or_another_is_said_plainly(
    trusting: Staffed, provider: Provider
) -> None:
    provider.published_issuer = "https://evil.example"
    answer = trusting.client.get(BEGIN, follow_redirects=False)
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    provider.published_issuer = provider.issuer
    callback = approve(begin(trusting))
    provider.shutdown()
    provider.server_close()
    assert trusting.client.get(callback, follow_redirects=False).status_code == 503


def test_a_new_key_of_the_provider_is_found(trusting: Staffed, provider: Provider) -> None:
    assert enter(trusting).status_code == 303
    trusting.client.cookies.clear()
    provider.key = oidc_provider.rsa_key("two")
    provider.header = {"alg": "RS256", "kid": "two"}
    assert enter(trusting).status_code == 303


def test_the_way_on_stays_on_this_site(trusting: Staffed) -> None:
    answer = enter(trusting, "https://evil.example/staff")
    assert answer.headers["location"] == "/staff"


def test_the_cookie_tells_nobody_anything(trusting: Staffed) -> None:
    address = begin(trusting)
    sealed = trusting.client.cookies["handrail-oidc"].strip('"')
    assert parse_qs(urlsplit(address).query)["state"][0] not in sealed
    keyring: Keyring = trusting.client.app.state.keyring
    assert "verifier" in keyring.open(sealed, "cookie.oidc_attempt")


@pytest.mark.parametrize(
    "environ",
    [
        {"HANDRAIL_OIDC_ISSUER": "https://login.example.org"},
        {"HANDRAIL_OIDC_CLIENT_ID": "handrail"},
        {"HANDRAIL_OIDC_ISSUER": "http://login.example.org", "HANDRAIL_OIDC_CLIENT_ID": "x"},
        {"HANDRAIL_OIDC_ISSUER": "login.example.org", "HANDRAIL_OIDC_CLIENT_ID": "x"},
    ],
)
def test_half_a_provider_or_an_open_line_is_refused_at_the_start(environ: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="HANDRAIL_OIDC_ISSUER"):
        Settings.from_env(environ)
