"""Sending a need by pages: whom to ask, what they will see, consent in the same step, once."""

from datetime import time
from typing import Any

import pytest
from httpx import Response
from sqlmodel import col, select

from core.audit import AuditEvent
from core.db import Database
from directory.models import Schedule, Service
from directory.models.kinds import Frequency
from patients import caring, commands, shortlist
from patients.forms import ContactForm, NeedForm, TimeForm, parse
from patients.models import Consent
from patients.sealing import Vault
from referrals import snapshot
from referrals.models import Referral
from referrals.states import Status
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser, came_to
from tests.support.network_town import SERVICE, actor
from tests.support.statements import counted

MEALS = "svc-meals"


class Desk(Browser):
    """The coordinator's browser on the page of the one need."""

    def __init__(self, staffed: Staffed, who: str = "clinic.coordinator") -> None:
        super().__init__(staffed, who)
        self.staffed, self.ids = staffed, staffed.town.ids
        self.database: Database = staffed.client.app.state.database
        self.vault = Vault(staffed.client.app.state.keyring)
        self.page = f"/staff/needs/{self.ids['need_id']}/refer"

    def named(self, *units: str, **more: str) -> Response:
        pairs = [f"service={unit}" for unit in units]
        pairs += [f"{name}={value}" for name, value in more.items()]
        self.address = f"{self.page}?{'&'.join(pairs)}"
        return self.open(self.address)

    def press(self, **fields: Any) -> Response:
        usual = {"to": SERVICE, "fields": ["name"], "given_by": "patient"}
        return self.send(self.address, **{**usual, **fields})

    def sent(self) -> list[Referral]:
        with self.database.read() as session:
            statement = select(Referral).where(col(Referral.sent_at).is_not(None))
            return list(session.exec(statement.order_by(Referral.service_id)))

    def audited(self, action: str) -> list[AuditEvent]:
        with self.database.read() as session:
            return list(session.exec(select(AuditEvent).where(AuditEvent.action == action)))

    def write(self, what: Any) -> Any:
        with self.database.write() as session:
            who = actor(session, self.staffed.town.people["clinic.coordinator"])
            return what(session, who)


@pytest.fixture
def desk(staffed: Staffed) -> Desk:
    return Desk(staffed)


def add_meals(desk: Desk, **values: Any) -> None:
    usual = {"organization_id": "org-pantry", "name": "Hot meals", "accepts_referrals": True}
    desk.write(lambda session, _: session.add(Service(id=MEALS, **{**usual, **values})))


def test_what_consent_covers_is_sent_with_one_press(desk: Desk) -> None:
    page = text_of(desk.named(SERVICE).text)
    assert "Boxes The pantry" in page and "Does not say how many it can take" in page
    assert "Consent is on record: In words, spoken" in page
    assert "Canary Patient" in page
    assert "What is ticked is covered by the consent on record." in page
    to = came_to(desk.press())
    (row,) = desk.sent()
    assert to == f"/staff/referrals/{row.id}?done=sent"
    assert (row.status, row.fields, row.service_id) == (Status.SENT, ["name"], SERVICE)
    previewed = desk.audited("need.preview")[0]
    assert previewed.fields["fields"] == sorted(snapshot.allowed_fields("food"))


def test_without_consent_all_there_is_to_share_is_ticked_and_asked_for(desk: Desk) -> None:
    need = NeedForm(category="food", words="No food since Friday")
    patient = desk.ids["patient_id"]
    with desk.database.write() as session:
        who = actor(session, desk.staffed.town.people["clinic.coordinator"])
        caring.revoke_consent(session, who, desk.ids["consent_id"])
        desk.page = (
            f"/staff/needs/{caring.open_need(session, who, desk.vault, patient, need).id}/refer"
        )
    page = desk.named(SERVICE).text
    assert 'name="fields" value="need" checked' in page
    assert 'name="fields" value="address">' in page  # nothing is known of it
    assert "No consent to tell them anything is on record" in page
    refused = desk.press(fields=["name", "need"])
    assert "No consent covers The pantry (Name, The need, in words)" in refused.text
    came_to(desk.press(fields=["name", "need"], given_how="verbal"))
    assert desk.sent()[0].fields == ["name", "need"]


def test_pressing_twice_sends_once(desk: Desk) -> None:
    desk.named(SERVICE)
    form = desk.html
    first = came_to(desk.press())
    desk.html = form
    assert came_to(desk.press()) == first
    assert len(desk.sent()) == 1
    desk.html = form
    add_meals(desk)
    desk.named(SERVICE, MEALS)
    desk.html = form
    other = desk.press(to=MEALS)
    assert other.status_code == 409
    assert "was sent already" in other.text
    assert len(desk.sent()) == 1
    assert came_to(desk.press(to=MEALS))  # the page came back with a fresh key


def test_many_are_asked_with_one_consent_or_none_is(desk: Desk) -> None:
    add_meals(desk)
    desk.named(SERVICE, MEALS)
    wanted = {"to": [SERVICE, MEALS], "fields": ["name", "contact"]}
    refused = desk.press(**wanted)
    assert refused.status_code == 400
    assert "No consent covers The pantry (How to reach them); The pantry" in refused.text
    assert desk.sent() == []
    badly = desk.press(**wanted, given_how="verbal", given_by="guardian")
    assert badly.status_code == 400 and "Choose who gave it." in badly.text
    past = desk.press(**wanted, given_how="verbal", valid_until="soon")
    assert past.status_code == 400 and desk.sent() == []
    assert 'value="soon"' in past.text  # what was typed is kept
    done = desk.press(**wanted, given_how="written", valid_until="2099-01-01", evidence="Folder 3")
    assert came_to(done) == f"/staff/needs/{desk.ids['need_id']}?done=sent"
    rows = desk.sent()
    assert [row.service_id for row in rows] == [MEALS, SERVICE]
    with desk.database.read() as session:
        consent = session.get_one(Consent, rows[0].consent_id)
        assert rows[1].consent_id == consent.id
        assert consent.data_categories == ["name", "contact"]
        assert desk.vault.get(consent, "evidence") == "Folder 3"


def test_one_that_cannot_be_sent_stops_all_and_is_named(desk: Desk) -> None:
    add_meals(desk)
    desk.named(SERVICE, MEALS)
    form = desk.html
    came_to(desk.press())
    desk.html = form
    refused = desk.press(to=[MEALS, SERVICE], key="another")
    assert refused.status_code == 409
    assert "Boxes: This need is already with this service" in refused.text
    assert len(desk.sent()) == 1
    again = text_of(desk.named(SERVICE).text)
    assert "This need is with them already. Look at it" in again


def test_what_changed_since_it_was_looked_at_is_looked_at_again(desk: Desk) -> None:
    desk.named(SERVICE)
    contact = ContactForm(system="phone", value="919-555-0133")
    patient = desk.ids["patient_id"]
    desk.write(lambda s, who: commands.set_contacts(s, who, desk.vault, patient, [contact]))
    refused = desk.press()
    assert refused.status_code == 409
    assert "record changed since you looked" in refused.text
    assert "919-555-0133" in refused.text
    assert desk.sent() == []
    came_to(desk.press())  # with the page as it is now
    with desk.database.read() as session:
        shared = snapshot.frozen(session, desk.vault, desk.sent()[0].id)
    assert shared is not None and "contact" not in shared


def test_nothing_chosen_or_two_places_of_one_service_is_said(desk: Desk) -> None:
    assert "No service is chosen yet." in desk.open(desk.page).text
    assert "No service is chosen yet." in desk.named("svc-none", "../x").text
    desk.named(SERVICE)
    nothing = desk.press(to="svc-none")
    assert nothing.status_code == 400
    assert "Choose at least one service to ask." in nothing.text


def test_who_takes_no_part_can_only_be_called(desk: Desk) -> None:
    add_meals(desk, accepts_referrals=False)
    page = text_of(desk.named(MEALS).text)
    assert "Takes no referrals at the moment: call them." in page
    refused = desk.press(to=MEALS)
    assert refused.status_code == 409
    assert "Hot meals: This service takes no referrals at the moment." in refused.text


def blocked(desk: Desk, *windows: str) -> None:
    times = [parse(TimeForm, {"kind": "blocked", "window": window}) for window in windows]
    patient = desk.ids["patient_id"]
    desk.write(lambda s, who: commands.set_times(s, who, desk.vault, patient, times))


def open_weekdays(desk: Desk) -> None:
    schedule = Schedule(
        id="sch", service_id=SERVICE, freq=Frequency.WEEKLY, byday="MO,TU,WE,TH,FR",
        opens_at=time(9), closes_at=time(17),
    )  # fmt: skip
    desk.write(lambda session, _: session.add(schedule))


def test_a_clash_warns_and_what_is_sent_all_the_same_is_noted(desk: Desk) -> None:
    open_weekdays(desk)
    blocked(desk, "tue 08:00-12:00")
    page = text_of(desk.named(SERVICE).text)
    assert "Clash: Also open when they cannot go (Tue 9 a.m. – 12 p.m.)" in page
    assert "all the same" not in page
    blocked(desk, "weekdays 06:00-18:00")
    page = text_of(desk.named(SERVICE).text)
    assert "Open only when they cannot go: Mon–Fri 9 a.m. – 5 p.m." in page
    refused = desk.press()
    assert refused.status_code == 400
    assert "Boxes: say that you ask all the same, or leave it out." in refused.text
    assert desk.audited("referral.despite_clash") == [] and desk.sent() == []
    came_to(desk.press(despite=SERVICE))
    assert [row.entity_id for row in desk.audited("referral.despite_clash")] == [desk.sent()[0].id]


def test_the_shortlist_is_asked_unless_the_address_names_another(desk: Desk) -> None:
    add_meals(desk)
    need = desk.ids["need_id"]
    desk.write(lambda s, who: shortlist.add(s, who, need, MEALS))
    alone = desk.open(desk.page).text
    assert f'value="{MEALS}" checked' in alone
    both = desk.named(SERVICE).text
    assert f'value="{SERVICE}" checked' in both
    assert f'value="{MEALS}" aria' in both  # offered, not ticked


def test_a_search_for_the_patient_leads_to_the_page_of_the_need(desk: Desk) -> None:
    desk.open(f"/staff/patients/{desk.ids['patient_id']}")
    desk.send(f"/staff/patients/{desk.ids['patient_id']}/find")
    card = desk.open(f"/staff/services/{SERVICE}").text
    assert f'href="{desk.page}?service={SERVICE}"' in card
    path = f"/staff/refer?service={SERVICE}"
    chosen = desk.client.get(path, headers=desk.headers, follow_redirects=False)
    assert came_to(chosen) == f"{desk.page}?service={SERVICE}"
    patient = desk.ids["patient_id"]
    second = desk.write(
        lambda s, who: caring.open_need(s, who, desk.vault, patient, NeedForm(category="transport"))
    )
    desk.open(f"/staff/patients/{patient}")
    desk.send(f"/staff/patients/{patient}/find")
    assert f"/staff/refer?service={SERVICE}" in desk.open(f"/staff/services/{SERVICE}").text
    asked = desk.open(path).text
    assert f"/staff/needs/{second.id}/refer?service={SERVICE}" in asked


def test_a_closed_need_is_not_sent(desk: Desk) -> None:
    desk.named(SERVICE)
    form = desk.html
    desk.open(f"/staff/needs/{desk.ids['need_id']}")
    came_to(desk.send(f"/staff/needs/{desk.ids['need_id']}/status", status="withdrawn"))
    assert "The need is closed." in desk.named(SERVICE).text
    desk.html = form
    refused = desk.press()
    assert refused.status_code == 409 and "The need is closed." in refused.text


def test_more_services_take_no_more_statements(desk: Desk) -> None:
    add_meals(desk)
    desk.named(SERVICE)
    counts = []
    for units in ((SERVICE,), (SERVICE, MEALS)):
        with counted() as sent:
            assert desk.named(*units).status_code == 200
        counts.append(len([text for text in sent if not text.startswith("PRAGMA")]))
    assert counts[0] == counts[1], counts
