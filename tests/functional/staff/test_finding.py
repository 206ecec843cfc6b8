"""Finding help for a patient: heeded on the server, told to nobody, left out by one press."""

import pytest

from core.db import Database
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.functional.staff.test_patients import added


def test_a_patients_circumstances_narrow_the_search_and_stand_in_no_address(
    stocked: Staffed,
) -> None:
    browser = Browser(stocked)
    record = added(browser, **{"postal_code": "27701", "language-0": "vi"})
    browser.open(f"{record}/times")
    came_to(browser.send(f"{record}/times", **{
        "t0-kind": "blocked", "t0-days": ["mon", "tue", "wed", "thu", "fri", "sat"],
        "t0-from": "06:00", "t0-to": "18:00",
    }))  # fmt: skip
    browser.open(record)
    led = came_to(browser.send(f"{record}/find"))
    assert led == "/staff/find"
    page = browser.open(led)
    words = text_of(page.text)
    assert "Leave out: 27701" in words and "Leave out: When they can go" in words
    assert "Leave out: Vietnamese" in words
    for private in ("Montero", "06:00", "language=vi", "near=27701"):
        assert private not in page.text.replace('value="language:vi"', "")

    narrow = _count(words)
    came_to(browser.send("/staff/find/context", key="language:vi", back="?q="))
    page = browser.open("/staff/find")
    assert "Heed: Vietnamese" in text_of(page.text)
    assert _count(text_of(page.text)) > narrow
    came_to(browser.send("/staff/find/context", key="language:vi"))
    assert _count(text_of(browser.open("/staff/find").text)) == narrow
    came_to(browser.send("/staff/find/context", key=""))
    everybody = text_of(browser.open("/staff/find").text)
    assert "Leave out" not in everybody and _count(everybody) > narrow


def test_a_need_chooses_its_kind_of_help_and_the_way_back_keeps_it(stocked: Staffed) -> None:
    browser = Browser(stocked)
    record = f"/staff/patients/{stocked.town.ids['patient_id']}"
    browser.open(f"{record}/needs/new")
    need = came_to(browser.send(f"{record}/needs/new", category="evening-clinic"))
    browser.open(need)
    led = came_to(browser.send(f"{record}/find"))
    assert led == "/staff/find?category=evening-clinic"
    page = browser.open(led).text
    service = page.split('href="/staff/services/')[1].split('"')[0]
    found = browser.open(f"/staff/services/{service}")
    assert found.status_code == 200
    assert 'href="/staff/find?category=evening-clinic"' in found.text
    assert browser.open("/staff/services/none").status_code == 404


def test_a_mistake_is_named_and_the_patient_stays(stocked: Staffed) -> None:
    browser = Browser(stocked)
    record = added(browser, postal_code="27701")
    browser.open(record)
    came_to(browser.send(f"{record}/find"))
    wrong = browser.open("/staff/find?near=Nowhereville+Nowhere")
    assert wrong.status_code == 400
    assert "We do not know the place" in wrong.text and "Leave out: 27701" in text_of(wrong.text)


@pytest.mark.parametrize("path", ["/staff/sign-out", "/staff/organizations"])
def test_what_was_searched_for_goes_with_the_session_and_the_organization(
    stocked: Staffed, path: str
) -> None:
    browser = Browser(stocked)
    record = added(browser)
    browser.open(record)
    came_to(browser.send(f"{record}/find"))
    browser.open("/staff/find")
    came_to(browser.send(path, organization=stocked.town.ids["organization_id"]))
    database: Database = stocked.client.app.state.database
    with database.read() as session:
        rows = session.connection().exec_driver_sql("SELECT context FROM login_session").scalars()
        assert set(rows) <= {None, "null"}


def _count(words: str) -> int:
    if "No services match" in words:
        return 0
    found = words.split(" services near ")[0].split(" services ")[0].split(" service ")[0]
    return int(found.split()[-1].replace(",", ""))
