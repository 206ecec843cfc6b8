"""History, merging, taking along and erasing by pages."""

from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.functional.staff.test_patients import added


def test_the_history_says_who_did_what_and_on_request_who_read(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = f"/staff/patients/{staffed.town.ids['patient_id']}"
    done = text_of(browser.open(f"{record}/history").text)
    assert "Coordinator Of Clinic Opened a need" in done
    assert "Read the record" not in done
    read = text_of(browser.open(f"{record}/history?reads=1").text)
    assert "Coordinator Of Clinic Read the record for its history" in read
    assert browser.open(f"{record}/history?page=x").status_code == 200
    assert browser.open(f"{record}/history?page=99999").status_code == 400


def test_two_records_of_one_person_become_one(staffed: Staffed) -> None:
    browser = Browser(staffed)
    first = added(browser)
    second = added(browser, name="Elias Montero", phone="", anyway="yes")
    page = browser.open(f"{second}/merge").text
    into = first.rsplit("/", 1)[1]
    assert f'value="{into}"' in page  # sounds alike
    assert browser.send(f"{second}/merge", into=into, look="").status_code == 400
    found = browser.send(f"{second}/merge", look="yes", who="canary")
    assert "Canary Patient" in found.text and f'value="{into}"' not in found.text
    assert (
        came_to(browser.send(f"{second}/merge", into=into, sure="yes", look=""))
        == f"{first}?done=merged"
    )
    closed = browser.open(second)
    assert "This record was merged into another" in closed.text and first in closed.text
    assert second not in browser.open("/staff/patients").text
    again = browser.send(f"{second}/merge", into=into, sure="yes", look="")
    assert again.status_code == 404


def test_a_record_is_taken_along_as_a_file(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = f"/staff/patients/{staffed.town.ids['patient_id']}"
    browser.open(record)
    file = browser.send(f"{record}/export")
    assert file.status_code == 200
    assert file.headers["content-disposition"].startswith("attachment;")
    assert file.headers["cache-control"] == "no-store"
    assert file.json()["summary"]["name"] == "Canary Patient"
    assert "Exported the record" in browser.open(f"{record}/history").text


def test_a_record_is_erased_when_its_name_is_typed(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = added(browser)
    browser.open(f"{record}/erase")
    assert browser.send(f"{record}/erase", name="Somebody").status_code == 400
    assert "Elías Montero" in browser.open(record).text
    browser.open(f"{record}/erase")
    gone = browser.send(f"{record}/erase", name="elias  montero")
    assert came_to(gone) == "/staff/patients?done=erased"
    page = browser.open(record)
    assert page.status_code == 200
    assert "Erased record" in page.text and "Montero" not in page.text
