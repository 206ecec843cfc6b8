"""Long forms kept while somebody types: sealed, for themselves, until they are sent or too old."""

from datetime import timedelta

import pytest

from core import clock
from patients import commands, drafts, lifecycle
from patients.forms import ContactForm
from patients.sealing import Vault
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.network_town import actor

TYPED = {"category": "respite", "words": "Canarytext of a spouse", "urgency": "urgent"}


def form_of(staffed: Staffed) -> str:
    return f"/staff/patients/{staffed.town.ids['patient_id']}/needs/new"


def begin(browser: Browser, form: str) -> None:
    """Types into the form and keeps it for later, without a script."""
    browser.open(form)
    assert came_to(browser.send("/staff/drafts", **TYPED)).startswith(form)


def stored(staffed: Staffed) -> list[object]:
    with staffed.client.app.state.database.read() as session:
        return list(session.connection().exec_driver_sql("SELECT * FROM form_draft").all())


def test_a_form_kept_for_later_is_offered_again_and_gone_when_sent(staffed: Staffed) -> None:
    browser, form = Browser(staffed), form_of(staffed)
    begin(browser, form)
    assert len(stored(staffed)) == 1 and "Canarytext" not in str(stored(staffed))
    page = browser.open(form).text
    assert "You began this form" in text_of(page) and "Canarytext" not in page
    page = browser.open(f"{form}?draft=1").text
    assert "Canarytext of a spouse" in page and '<option value="respite" selected>' in page
    came_to(browser.send(form, **TYPED))
    assert stored(staffed) == []
    assert "You began this form" not in text_of(browser.open(form).text)


def test_the_script_keeps_quietly_and_one_may_throw_it_away(staffed: Staffed) -> None:
    browser, form = Browser(staffed), form_of(staffed)
    browser.open(form)
    answer = browser.send("/staff/drafts", quiet="yes", **TYPED)
    assert (answer.status_code, answer.text) == (204, "")
    browser.open(form)
    came_to(browser.send("/staff/drafts/forget"))
    assert stored(staffed) == []


def test_nobody_else_is_offered_it_and_it_ends_by_itself(staffed: Staffed) -> None:
    browser, form = Browser(staffed), form_of(staffed)
    begin(browser, form)
    other = Browser(staffed, "other.coordinator")
    assert other.open(form).status_code == 404
    other.open("/staff/patients/new")
    assert other.send("/staff/drafts", draft_form=form, **TYPED).status_code == 404
    assert "Canarytext" not in other.open("/staff/patients/new?draft=1").text
    with clock.frozen(clock.now() + drafts.LIFETIME):
        database = staffed.client.app.state.database
        with database.write() as session:
            assert drafts.prune(session, clock.now()) == 1
    assert stored(staffed) == []


OTHER_FORMS = {
    "/staff/wins": {"text": "Canarytext of a win"},
    "/staff/patients/{patient_id}/contacts": {"c0-system": "phone", "c0-value": "919-555-0177"},
    "/staff/patients/{patient_id}/times": {
        "t0-kind": "blocked", "t0-days": "mon", "t0-from": "9:00", "t0-to": "17:00",
        "t0-reason": "Canarytext of work",
    },
    "/staff/patients/{patient_id}/people/{person_id}": {
        "relationship": "spouse", "name": "Canarytext Spouse",
    },
}  # fmt: skip


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_every_long_form_is_kept_offered_and_gone_when_sent(staffed: Staffed, form: str) -> None:
    browser, typed = Browser(staffed), OTHER_FORMS[form]
    for name, value in staffed.town.ids.items():
        form = form.replace(f"{{{name}}}", value)
    browser.open(form)
    assert browser.send("/staff/drafts", quiet="yes", **typed).status_code == 204
    kept = list(typed.values())[-1]
    page = browser.open(form).text
    assert "You began this form" in text_of(page) and kept not in page
    page = browser.open(f"{form}?draft=1").text
    assert kept in page and "Somebody changed this record" not in page
    came_to(browser.send(form, **typed))
    assert stored(staffed) == []


def test_rows_that_others_changed_meanwhile_are_not_saved_over_unseen(staffed: Staffed) -> None:
    browser, form = Browser(staffed), f"/staff/patients/{staffed.town.ids['patient_id']}/contacts"
    browser.open(form)
    mine = {"c0-system": "phone", "c0-value": "919-555-0177"}
    came_to(browser.send("/staff/drafts", **mine))
    with staffed.client.app.state.database.write() as session:
        ana = actor(session, staffed.town.people["clinic.coordinator"])
        vault = Vault(staffed.client.app.state.keyring)
        other = [ContactForm(system="phone", value="919-555-0188")]
        commands.set_contacts(session, ana, vault, staffed.town.ids["patient_id"], other)
    page = browser.open(f"{form}?draft=1").text
    assert "Somebody changed this record" in page and "919-555-0177" in page


@pytest.mark.parametrize(
    "form", ["/staff/account", "/staff/patients/new/../x", "https://x.example"]
)
def test_only_the_long_forms_are_kept(staffed: Staffed, form: str) -> None:
    browser = Browser(staffed)
    browser.open("/staff/patients/new")
    assert browser.send("/staff/drafts", draft_form=form, name="x").status_code == 404
    assert stored(staffed) == []


def test_what_was_begun_goes_with_the_patient(staffed: Staffed) -> None:
    browser, form = Browser(staffed), form_of(staffed)
    begin(browser, form)
    with staffed.client.app.state.database.write() as session:
        ana = actor(session, staffed.town.people["clinic.coordinator"])
        lifecycle.erase(session, ana, staffed.town.ids["patient_id"])
    assert stored(staffed) == []


def test_a_draft_from_before_somebody_elses_change_saves_over_nothing(staffed: Staffed) -> None:
    browser = Browser(staffed)
    form = f"/staff/patients/{staffed.town.ids['patient_id']}/edit/notes"
    browser.open(form)
    came_to(browser.send("/staff/drafts", notes="Mine"))
    browser.open(form)
    came_to(browser.send(f"/staff/patients/{staffed.town.ids['patient_id']}/edit/place",
                         postal_code="27703", version="1"))  # fmt: skip
    page = browser.open(f"{form}?draft=1").text
    assert "Somebody changed this record" in page and "Mine" in page


def test_too_many_forms_begun_push_the_oldest_out(
    staffed: Staffed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST", 1)
    browser = Browser(staffed)
    begin(browser, form_of(staffed))
    with clock.frozen(clock.now() + timedelta(minutes=1)):
        browser.open("/staff/patients/new")
        came_to(browser.send("/staff/drafts", name="Somebody New"))
    (row,) = stored(staffed)
    assert "/staff/patients/new" in str(row)
