"""One's own account by pages."""

import re
from datetime import timedelta

import pyotp
import pytest

from accounts.models import User
from core.clock import now
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.network_town import PASSWORD


def test_name_language_and_shortcuts_are_kept(staffed: Staffed) -> None:
    browser = Browser(staffed)
    browser.open("/staff/account")
    wrong = browser.send("/staff/account", name=" ", locale="es")
    assert wrong.status_code == 400
    assert "Give a name of 1 to 200 characters." in wrong.text
    assert came_to(browser.send("/staff/account", name="Ana Ruiz", locale="es"))
    page = browser.open("/staff/account?done=saved").text
    assert '<html lang="es"' in page and "Guardado." in page
    assert 'value="Ana Ruiz"' in page
    assert not re.search(r'name="shortcuts"[^>]* checked', page)


def test_a_new_password_needs_the_present_one_and_a_strong_one(staffed: Staffed) -> None:
    browser = Browser(staffed)
    browser.open("/staff/account")
    path = "/staff/account/password"
    wrong = browser.send(path, old_password="no", password="copper willow anthem")
    assert "That is not your present password." in text_of(wrong.text)
    weak = browser.send(path, old_password=PASSWORD, password="clinicclinic")
    assert weak.status_code == 400
    done = browser.send(path, old_password=PASSWORD, password="copper willow anthem")
    assert came_to(done) == "/staff/sign-in?done=password"
    assert browser.open("/staff").status_code == 401


def test_another_browser_is_signed_out_and_nobody_elses(staffed: Staffed) -> None:
    other = Browser(staffed, "clinic.admin")
    other.open("/staff/account")
    browser = Browser(staffed)
    answer = browser.send(
        "/staff/sign-in", email="coordinator@clinic.example.org", password=PASSWORD
    )
    second = {"cookie": answer.headers["set-cookie"].split(";")[0]}
    page = browser.open("/staff/account").text
    (other_session,) = re.findall(r'name="session" value="(\w+)"', page)
    assert came_to(browser.send("/staff/account/sessions", session=other_session))
    browser.headers = second
    assert browser.open("/staff").status_code == 401
    assert other.open("/staff").status_code == 200


def test_a_second_step_is_set_up_with_a_code_to_scan(staffed: Staffed) -> None:
    browser = Browser(staffed)
    path = "/staff/account/second-factor"
    browser.open(path)
    assert browser.send(path, password="wrong").status_code == 400
    assert came_to(browser.send(path, password=PASSWORD)) == path
    page = browser.open(path).text
    assert "<svg" in page and 'class="qr"' in page
    secret = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert secret
    totp = pyotp.TOTP(secret[1].replace(" ", ""))
    assert browser.send(f"{path}/confirm", code="000000").status_code == 400
    codes = browser.send(f"{path}/confirm", code=totp.at(now()))
    assert len(re.findall(r"<code>\w{5}-\w{5}</code>", codes.text)) == 10
    account = text_of(browser.open("/staff/account").text)
    assert "10 recovery codes are left." in account
    assert secret[1] not in browser.open(path).text


def test_a_key_is_shown_once(staffed: Staffed) -> None:
    browser = Browser(staffed)
    path = "/staff/account/keys"
    browser.open(path)
    wrong = browser.send(path, name="Nightly", expires_on="soon")
    assert wrong.status_code == 400
    assert "Type a date like 4/9/1961." in text_of(wrong.text)
    until = (now() + timedelta(days=30)).date().isoformat()
    none = browser.send(path, name="Nightly", expires_on=until)
    assert none.status_code == 400 and 'value="Nightly"' in none.text
    made = browser.send(path, name="Nightly", expires_on=until, scopes="patients:read")
    key = re.search(r"hr_[0-9a-f]{8}_[\w-]+", made.text)
    assert key
    listed = browser.open(path).text
    assert "Nightly" in listed and key[0] not in listed
    bearer = {"authorization": f"Bearer {key[0]}"}
    assert staffed.client.get("/api/v1/patients", headers=bearer).status_code == 200
    (address,) = re.findall(
        rf'"({path}/[\w-]+/end)"[^>]*>(?:(?!</tr>).)*Nightly', listed, re.DOTALL
    )
    assert came_to(browser.send(address))
    assert staffed.client.get("/api/v1/patients", headers=bearer).status_code == 401


@pytest.mark.parametrize("path", ["/staff/nowhere", "/staff/patients/x/nowhere", "/staff/sign-out"])
def test_an_address_that_leads_nowhere_says_so_in_the_accounts_language(
    staffed: Staffed, path: str
) -> None:
    browser = Browser(staffed)
    with staffed.client.app.state.database.write() as session:
        user = staffed.town.people["clinic.coordinator"].user
        session.get_one(User, user.id).locale = "es"
    answer = browser.open(path)
    assert answer.status_code == (405 if path.endswith("sign-out") else 404)
    assert '<html lang="es"' in answer.text
    assert "No existe esa página ni ese expediente" in text_of(answer.text)
    assert (
        'class="button" href="/staff"' in answer.text and 'action="/staff/sign-out"' in answer.text
    )
    stranger = Browser(staffed, "").open(path)
    assert stranger.status_code == answer.status_code and "</form>" not in stranger.text
