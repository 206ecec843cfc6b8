"""Patients by pages: found, added once, changed section by section, nothing lost, every read noted."""

import re

import pytest
from sqlmodel import select

from core.audit import AuditEvent
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to, hidden

NEW = "/staff/patients/new"
WORKER = {
    "name": "Elías Montero",
    "birth_date": "3/12/1984",
    "phone": "919-555-0150",
    "texting": "yes",
    "postal_code": "27703",
    "language-0": "es",
    "interpreter": "yes",
}


def added(browser: Browser, **values: str) -> str:
    """The page of a new patient."""
    browser.open(NEW)
    return came_to(browser.send(NEW, **WORKER | values)).split("?")[0]


def actions(staffed: Staffed) -> list[str]:
    with staffed.client.app.state.database.read() as session:
        return list(session.exec(select(AuditEvent.action).order_by(AuditEvent.id)))  # type: ignore[arg-type]


def test_a_new_patient_is_on_the_caseload_and_can_be_reached(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = added(browser)
    page = text_of(browser.open(f"{record}?done=added").text)
    assert "Added." in page
    assert "Elías Montero" in page and "born March 12, 1984" in page
    assert "919-555-0150 leave no message texts are safe" in page
    assert "needs an interpreter" in page
    assert "Elías Montero" in browser.open("/staff/patients").text


def test_what_was_typed_wrong_is_marked_and_kept(staffed: Staffed) -> None:
    browser = Browser(staffed)
    browser.open(NEW)
    answer = browser.send(NEW, **WORKER | {"name": "", "birth_date": "soon", "postal_code": "277"})
    assert answer.status_code == 400
    page = text_of(answer.text)
    assert "Give a name of 1 to 200 characters." in page
    assert "Type a day from 1900 to today, like 4/9/1961." in page
    assert "Type the five digits of a ZIP code." in page
    assert 'value="soon"' in answer.text and 'value="277"' in answer.text
    assert re.search(r'<option value="es" selected', answer.text)
    assert answer.text.index("<title>Error:")
    assert '<a href="#birth_date">' in answer.text


def test_somebody_who_may_be_the_same_is_asked_about_first(staffed: Staffed) -> None:
    browser = Browser(staffed)
    first = added(browser)
    for other in ({"name": "Elias Monterro"}, {"name": "E. M.", "phone": "(919) 555-0150"}):
        answer = browser.send(NEW, **WORKER | {"birth_date": ""} | other)
        assert answer.status_code == 200
        assert "Is it one of these?" in answer.text and first in answer.text
    second = came_to(browser.send(NEW, **WORKER | {"name": "Elias Monterro", "anyway": "yes"}))
    assert second.split("?")[0] != first


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("montero", True),
        ("ELIAS", True),
        ("montéros", False),
        ("3/12/1984", True),
        ("1984-03-12", True),
        ("12/3/1984", False),
        ("(919) 555 0150", True),
        ("919-555-0199", False),
    ],
)
def test_patients_are_found_by_name_birth_date_and_number(
    staffed: Staffed, asked: str, found: bool
) -> None:
    browser = Browser(staffed)
    record = added(browser)
    browser.open("/staff/patients")
    page = browser.send("/staff/patients/search", who=asked)
    assert page.status_code == 200
    assert (record in page.text) is found
    assert ("1 patient found" in page.text) is found


def test_a_list_of_names_stands_in_the_audit_trail(staffed: Staffed) -> None:
    browser = Browser(staffed)
    before = len(actions(staffed))
    browser.open("/staff/patients?all=1")
    browser.open(f"/staff/patients/{staffed.town.ids['patient_id']}")
    assert actions(staffed)[before:] == ["patient.list", "patient.read"]


def test_a_section_is_changed_and_the_others_stay(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = added(browser)
    browser.open(f"{record}/edit/means")
    sent = browser.send(
        f"{record}/edit/means",
        mobility=["cane-or-walker", "needs-escort"],
        insurance=["medicaid"],
        income_band="under-100-fpl",
        documents_held=["photo-id"],
    )
    assert came_to(sent) == f"{record}?done=saved"
    page = text_of(browser.open(record).text)
    assert "Cane or walker, needs somebody along" in page
    assert "Below the poverty line" in page and "Photo ID" in page
    assert "Elías Montero" in page and "27703" in page and "Spanish" in page


def test_two_people_at_once_lose_nothing(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = added(browser)
    browser.open(f"{record}/edit/notes")
    stale = hidden(browser.html)["version"]
    came_to(browser.send(f"{record}/edit/notes", notes="Call after seven."))
    clash = browser.send(f"{record}/edit/notes", notes="Prefers texts.", version=stale)
    assert clash.status_code == 409
    assert "Prefers texts." in clash.text and "Somebody changed this record" in clash.text
    assert came_to(browser.send(f"{record}/edit/notes", notes="Prefers texts."))
    assert "Prefers texts." in browser.open(record).text


@pytest.mark.parametrize("section", ["identity", "place", "language", "means", "notes"])
def test_a_form_that_changes_nothing_changes_nothing(staffed: Staffed, section: str) -> None:
    browser = Browser(staffed)
    record = added(browser, preferred_name="Eli")
    browser.open(f"{record}/edit/place")
    came_to(browser.send(f"{record}/edit/place", address="1 Main St", pin="35.99, -78.9"))
    page = browser.open(f"{record}/edit/{section}").text
    fields = _filled(page)
    before = actions(staffed).count("patient.update")
    came_to(browser.send(f"{record}/edit/{section}", **fields))
    assert actions(staffed).count("patient.update") == before


def _filled(html: str) -> dict[str, object]:
    """The fields of a page as they stand there."""
    found: dict[str, object] = {}
    for tag in re.findall(r"<input\b[^>]*>", html):
        attributes = dict(re.findall(r'([a-z]+)="([^"]*)"', tag))
        if attributes.get("type") in ("text", "tel") or " checked" in tag:
            found[attributes["name"]] = attributes["value"]
    for name, options in re.findall(
        r'<select[^>]* name="([^"]+)".*?>(.*?)</select>', html, re.DOTALL
    ):
        if chosen := re.search(r'value="([^"]*)" selected', options):
            found[name] = chosen[1]
    return found


def test_a_language_that_is_not_offered_stays(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = added(browser)
    browser.open(f"{record}/edit/language")
    languages = {"language-0": "es", "language-1": "quc", "language-2": "en"}
    came_to(browser.send(f"{record}/edit/language", **languages))
    assert "quc" in browser.open(f"{record}/edit/language").text
    assert "Spanish, K'iche', English" in text_of(browser.open(record).text).replace("ʼ", "'")


def test_contacts_say_what_is_safe(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = added(browser)
    path = f"{record}/contacts"
    browser.open(path)
    rows = {
        "c0-system": "phone", "c0-value": "919-555-0150", "c0-voicemail": "yes",
        "c0-h0-days": ["tue", "thu"], "c0-h0-from": "09:00", "c0-h0-to": "12:00",
        "c1-system": "email", "c1-value": "shared@example.org", "c1-unsafe": "yes",
    }  # fmt: skip
    assert came_to(browser.send(path, **rows)) == f"{record}?done=saved"
    page = text_of(browser.open(record).text)
    assert "messages are safe send no text only Tue, Thu 9 a.m. – 12 p.m." in page
    assert "Do not use: shared@example.org" in page
    again = browser.open(path).text
    assert 'value="shared@example.org"' in again and 'name="c2-value"' in again
    wrong = browser.send(path, **rows | {"c0-h0-days": [], "c0-h0-to": "noonish"})
    assert wrong.status_code == 400
    assert "Choose at least one day." in wrong.text and 'value="noonish"' in wrong.text
    gone = browser.send(path, **rows | {"c1-remove": "yes", "more": "yes"})
    assert came_to(gone) == f"{path}?done=saved"
    assert "shared@example.org" not in browser.open(record).text


def test_the_week_is_drawn_and_said(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = added(browser)
    path = f"{record}/times"
    browser.open(path)
    work = {
        "t0-kind": "blocked", "t0-reason": "Scaffolding",
        "t0-days": ["mon", "tue", "wed", "thu", "fri", "sat"], "t0-from": "06:00", "t0-to": "18:00",
    }  # fmt: skip
    assert came_to(browser.send(path, **work)) == f"{record}?done=saved"
    html = browser.open(record).text
    assert "Mon–Sat 6 a.m. – 6 p.m." in text_of(html) and "Scaffolding" in html
    assert html.count('class="busy"') == 6
    assert html.count('class="open"') == 7  # evenings, and all of Sunday
    backwards = browser.send(path, **work | {"t0-first": "2026-02-01", "t0-last": "2026-01-01"})
    assert backwards.status_code == 400
    assert "not before the first" in backwards.text
    assert came_to(browser.send(path, **work | {"t0-remove": "yes"}))
    assert "Nothing is known" in browser.open(record).text


def test_people_around_the_patient_come_and_go(staffed: Staffed) -> None:
    browser = Browser(staffed)
    record = added(browser)
    browser.open(f"{record}/people/new")
    assert browser.send(f"{record}/people/new", name="Rosa").status_code == 400
    sent = browser.send(f"{record}/people/new", name="Rosa", relationship="spouse", caregiver="yes")
    came_to(sent)
    (person,) = re.findall(rf'"({record}/people/[\w-]{{36}})"', browser.open(record).text)
    browser.open(person)
    came_to(browser.send(person, name="Rosa Montero", relationship="spouse", proxy="yes"))
    assert "Rosa Montero Spouse proxy" in text_of(browser.open(record).text)
    assert came_to(browser.send(person, remove="yes")) == f"{record}?done=removed"
    assert "Rosa" not in browser.open(record).text
    assert browser.open(person).status_code == 404
    assert actions(staffed).count("related_person.remove") == 1
