"""Needs, consents and caseloads by pages."""

import re
from datetime import timedelta

import pytest

from core.clock import now
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to, hidden


def record_of(staffed: Staffed) -> str:
    return f"/staff/patients/{staffed.town.ids['patient_id']}"


def test_a_need_is_opened_for_a_caregiver_changed_closed_and_confirmed(staffed: Staffed) -> None:
    browser, record = Browser(staffed), record_of(staffed)
    browser.open(f"{record}/needs/new")
    missing = browser.send(f"{record}/needs/new", words="One afternoon a week")
    assert missing.status_code == 400
    assert "Choose what the need is about." in missing.text
    assert "One afternoon a week" in missing.text
    spouse = staffed.town.ids["person_id"]
    fields = {"category": "respite", "words": "One afternoon a week", "subject": spouse}
    need = came_to(browser.send(f"{record}/needs/new", urgency="urgent", **fields)).split("?")[0]
    page = text_of(browser.open(need).text)
    assert "Canary Spouse" in page and "urgent" in page and "One afternoon a week" in page
    browser.open(f"{need}/edit")
    came_to(browser.send(f"{need}/edit", **fields | {"words": "Two afternoons", "subject": ""}))
    assert "Two afternoons" in browser.open(need).text

    early = browser.send(f"{need}/confirm", by="confirmed_by_patient")
    assert early.status_code == 409 and "The need is still open" in early.text
    browser.open(need)
    stale = hidden(browser.html)
    came_to(browser.send(f"{need}/status", status="met"))
    clash = browser.send(f"{need}/status", status="unmet", version=stale["version"])
    assert clash.status_code == 409 and "Somebody changed this need" in clash.text
    browser.open(need)
    assert browser.send(f"{need}/confirm", by="").status_code == 400
    came_to(browser.send(f"{need}/confirm", by="disputed"))
    assert "Nobody has confirmed it" not in text_of(browser.open(need).text)
    assert ">Find help for this need<" in browser.html  # it is open again


def test_a_consent_is_given_shown_and_ended(staffed: Staffed) -> None:
    browser, record = Browser(staffed), record_of(staffed)
    path = f"{record}/consents/new"
    browser.open(path)
    nothing = browser.send(path)
    assert nothing.status_code == 400
    for words in ("Choose at least one partner.", "Choose how it was given."):
        assert words in nothing.text
    pantry = staffed.town.organizations["pantry"].id
    today = now().date()
    given = {
        "partners": pantry, "shared": ["name", "need"], "given_how": "verbal",
        "given_by": "patient", "valid_from": str(today),
    }  # fmt: skip
    backwards = browser.send(path, **given | {"valid_until": str(today - timedelta(days=1))})
    assert backwards.status_code == 400 and "not before the first" in backwards.text
    by_proxy = browser.send(path, **given | {"given_by": "proxy"})
    assert by_proxy.status_code == 400 and "Choose who gave it." in by_proxy.text
    restricted = {"restricted": "violence", "given_by": "proxy"}
    came_to(browser.send(path, **given | restricted | {"person": staffed.town.ids["person_id"]}))
    page = browser.open(record).text
    assert "Restricted: each with its own consent" in page and "Violence at home" in page
    (usual, special) = re.findall(r'"(/staff/consents/[\w-]{36}/revoke)"', page)
    browser.open(special)
    assert came_to(browser.send(special)) == f"{record}?done=ended"
    after = browser.open(record).text
    assert special not in after and usual in after
    assert "1 consent that is over or to come" in text_of(after)


def test_a_patient_is_given_over_and_covered(staffed: Staffed) -> None:
    browser, record = Browser(staffed), record_of(staffed)
    path = f"{record}/caseload"
    browser.open(path)
    assert "Choose a coordinator." in browser.send(path, kind="primary").text
    stranger = staffed.town.people["other.coordinator"].user.id
    assert browser.send(path, kind="primary", user=stranger).status_code == 400
    mine = staffed.town.people["clinic.coordinator"].user.id
    assert "Choose for good or for a while." in browser.send(path, user=mine).text
    assert "Say until when" in browser.send(path, kind="cover", user=mine).text
    until = (now() + timedelta(days=3)).date().isoformat()
    came_to(browser.send(path, kind="cover", user=mine, until=until))
    assert "Standing in Coordinator Of Clinic until" in text_of(browser.open(record).text)


@pytest.mark.parametrize("who", ["clinic.supervisor", "clinic.admin"])
def test_whole_caseloads_are_numbers_for_those_who_see_no_patients(
    staffed: Staffed, who: str
) -> None:
    browser = Browser(staffed, who)
    page = browser.open("/staff/caseloads").text
    assert "Coordinator Of Clinic 1" in text_of(page)
    assert "Canary" not in page
    mine = staffed.town.people["clinic.coordinator"].user.id
    assert browser.send("/staff/caseloads", **{"from": mine, "to": mine}).status_code == 400
    elsewhere = staffed.town.people["other.coordinator"].user.id
    assert browser.send("/staff/caseloads", **{"from": mine, "to": elsewhere}).status_code == 400


def test_another_organizations_records_are_not_there(staffed: Staffed) -> None:
    browser = Browser(staffed, "other.coordinator")
    record, ids = record_of(staffed), staffed.town.ids
    paths = [record, *(f"{record}/{page}" for page in (
        "edit/notes", "contacts", "times", "people/new", f"people/{ids['person_id']}", "needs/new",
        "consents/new", "caseload", "history", "merge", "erase",
    )), f"/staff/needs/{ids['need_id']}", f"/staff/consents/{ids['consent_id']}/revoke"]  # fmt: skip
    for path in paths:
        answer = browser.open(path)
        assert answer.status_code == 404, path
        assert "Canary" not in answer.text
        assert "There is no such page or record" in answer.text


def test_a_need_shows_what_was_tried_and_how_far_it_came(staffed: Staffed) -> None:
    page = Browser(staffed).open(f"/staff/needs/{staffed.town.ids['need_id']}")
    tried = text_of(page.text).split("What was tried")[1]
    assert "The pantry" in tried
    assert 'class="loop-line"' in page.text and 'aria-current="step"' in page.text
