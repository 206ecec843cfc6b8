"""Following a referral by pages: the list, the page of one, every event a coordinator can cause."""

from datetime import timedelta
from typing import Any

import pytest
from httpx import Response
from sqlmodel import select

from core.clock import now
from directory.models import Service
from patients import caring, commands
from patients.forms import NeedForm, TimeForm, parse
from patients.models import LoopConfirmation, Need, NeedStatus
from referrals.capacity import CapacityGiven, set_capacity
from referrals.commands import apply
from referrals.models import Referral, ReferralEvent, RoutePlan
from referrals.states import Status
from tests.contract.documents import make_document
from tests.functional.pages import text_of
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import came_to
from tests.functional.staff.test_referring import (
    MEALS,
    Desk,
    add_meals,
    blocked,
    open_weekdays,
)
from tests.support.network_town import SERVICE, actor
from tests.support.statements import counted

LIST = "/staff/referrals"


class Follow(Desk):
    """The coordinator, and the partner at the other end."""

    def __init__(self, staffed: Staffed) -> None:
        super().__init__(staffed)
        self.at = f"{LIST}/{self.ids['referral_id']}"

    @property
    def row(self) -> Referral:
        with self.database.read() as session:
            return session.get_one(Referral, self.ids["referral_id"])

    @property
    def need(self) -> Need:
        with self.database.read() as session:
            return session.get_one(Need, self.ids["need_id"])

    def happen(self, who: str, event: str, **given: Any) -> None:
        """An event that somebody else caused, elsewhere."""
        with self.database.write() as session:
            acting = actor(session, self.staffed.town.people[who])
            apply(session, acting, self.row.id, event, version=self.row.version,
                  vault=self.vault, **given)  # fmt: skip

    def sent_and(self, *events: tuple[str, dict[str, Any]]) -> None:
        self.happen("clinic.coordinator", "send")
        for event, given in events:
            self.happen("pantry.partner", event, **given)

    def do(self, event: str, **fields: Any) -> Response:
        """Open the page of an event, and send its form."""
        self.open(f"{self.at}/act/{event}")
        return self.send(f"{self.at}/act/{event}", **fields)

    def last(self) -> ReferralEvent:
        with self.database.read() as session:
            found = session.exec(
                select(ReferralEvent).where(ReferralEvent.referral_id == self.row.id)
            ).all()
            return max(found, key=lambda event: event.sequence)


@pytest.fixture
def follow(staffed: Staffed) -> Follow:
    return Follow(staffed)


ACCEPTED: tuple[tuple[str, dict[str, Any]], ...] = (("accept", {}),)
DECLINED: tuple[tuple[str, dict[str, Any]], ...] = (("decline", {"reason": "no_capacity"}),)


def test_a_draft_is_looked_at_and_sent_as_it_was_looked_at(follow: Follow) -> None:
    page = text_of(follow.open(follow.at).text)
    assert "Not sent yet" in page and "or it is thrown away" in page
    asked = text_of(follow.open(f"{follow.at}/act/send").text)
    assert "Send this draft?" in asked and "Canary Patient" in asked
    assert came_to(follow.send(f"{follow.at}/act/send")) == f"{follow.at}?done=sent"
    assert follow.row.status is Status.SENT
    page = text_of(follow.open(follow.at).text)
    assert "The pantry answers by" in page and "What was shared Name Canary Patient" in page


def test_a_draft_that_clashes_is_sent_only_if_meant(follow: Follow) -> None:
    open_weekdays(follow)
    blocked(follow, "weekdays 06:00-18:00")
    page = text_of(follow.open(f"{follow.at}/act/send").text)
    assert "Clash: Open only when they cannot go: Mon–Fri 9 a.m. – 5 p.m." in page
    refused = follow.send(f"{follow.at}/act/send")
    assert refused.status_code == 400 and follow.row.status is Status.DRAFT
    assert "Say that it is asked all the same." in text_of(refused.text)
    assert 'aria-invalid="true" aria-describedby="despite-wrong"' in refused.text
    came_to(follow.send(f"{follow.at}/act/send", despite="yes"))
    assert len(follow.audited("referral.despite_clash")) == 1


def test_a_draft_is_thrown_away(follow: Follow) -> None:
    assert came_to(follow.do("discard")) == f"{follow.at}?done=saved"
    assert follow.row.status is Status.CANCELLED


def test_a_question_is_answered(follow: Follow) -> None:
    follow.sent_and(("ask_info", {"note": "Which days?"}))
    page = text_of(follow.open(follow.at).text)
    assert "Their question Which days?" in page and "Answer The pantry by" in page
    form = follow.open(f"{follow.at}/act/answer_info").text
    assert "Which days?" in form and "Why?" not in form
    came_to(follow.do("answer_info", note="Any weekday"))
    assert follow.row.status is Status.VIEWED
    assert "Any weekday" in follow.open(follow.at).text


def test_it_is_withdrawn_with_a_reason_and_not_without(follow: Follow) -> None:
    follow.sent_and()
    refused = follow.do("cancel", reason="", note="They moved")
    assert refused.status_code == 400
    assert "They moved" in refused.text and "Choose a reason from the list." in refused.text
    more = follow.send(f"{follow.at}/act/cancel", reason="other", note="")
    assert more.status_code == 400 and "Say in words what the other reason is." in more.text
    assert follow.row.status == "sent"
    came_to(follow.send(f"{follow.at}/act/cancel", reason="need_met_elsewhere", note=""))
    assert follow.row.status == "cancelled"
    assert follow.need.status is NeedStatus.MET
    assert "Cancelled: met elsewhere" in text_of(follow.open(follow.at).text)


def test_a_mistake_is_marked(follow: Follow) -> None:
    follow.sent_and()
    came_to(follow.do("mark_error", reason="wrong_patient"))
    assert follow.row.status is Status.ENTERED_IN_ERROR


def test_an_outcome_is_recorded_for_the_partner_with_how_it_is_known(follow: Follow) -> None:
    follow.sent_and(*ACCEPTED)
    today = now().date().isoformat()
    given = {"outcome": "service_received_full", "service_dates": today, "note": "Eva said so"}
    refused = follow.do("complete_on_behalf", **given)
    assert refused.status_code == 400 and "Eva said so" in refused.text
    badly = follow.send(f"{follow.at}/act/complete_on_behalf", **given | {"service_dates": "soon"})
    assert badly.status_code == 400 and "Type a date like" in badly.text
    came_to(follow.send(f"{follow.at}/act/complete_on_behalf", **given, reason="phone"))
    assert follow.row.status is Status.COMPLETED
    page = text_of(follow.open(follow.at).text)
    assert "Completed: everything was received" in page and "How we know Eva said so" in page


def test_that_it_did_not_work_out_is_recorded_and_the_next_is_proposed(follow: Follow) -> None:
    add_meals(follow)
    follow.sent_and(*ACCEPTED)
    came_to(follow.do("not_complete_on_behalf", reason="client_declined", evidence="patient"))
    assert follow.row.status is Status.NOT_COMPLETED
    engine = follow.client.app.state.search
    engine.put([make_document("d-2", service_id=MEALS, organization_id="org-pantry",
                              name="Hot meals")])  # fmt: skip
    page = follow.open(follow.at).text
    assert "Hot meals" in text_of(page) and "Does not say how many it can take" in page
    to = f"/staff/needs/{follow.ids['need_id']}/refer?service={MEALS}"
    assert f'{to}&amp;replaces={follow.row.id}"' in page
    follow.named(MEALS, replaces=follow.row.id)
    came_to(follow.press(to=MEALS))
    after = follow.open(follow.at).text
    assert "Another attempt took its place" in after and "Where to go next" not in after


def test_whoever_comes_second_reads_who_acted_and_keeps_what_they_wrote(follow: Follow) -> None:
    follow.sent_and(("ask_info", {"note": "Which days?"}))
    follow.open(f"{follow.at}/act/answer_info")
    form = follow.html
    follow.happen("pantry.partner", "accept")
    follow.html = form
    late = follow.send(f"{follow.at}/act/answer_info", note="Any weekday of the month")
    assert late.status_code == 409
    page = text_of(late.text)
    assert "Somebody acted meanwhile." in page and "It is accepted: The pantry" in page
    assert "What you had written: Any weekday of the month" in page
    assert follow.row.status is Status.ACCEPTED
    follow.open(f"{follow.at}/act/cancel")
    form = follow.html
    follow.happen("pantry.partner", "start")
    follow.html = form
    again = follow.send(f"{follow.at}/act/cancel", reason="superseded", note="Found nearer")
    assert again.status_code == 409 and "Found nearer</textarea>" in again.text
    came_to(follow.send(f"{follow.at}/act/cancel", reason="superseded", note="Found nearer"))


def test_what_is_not_possible_is_said_with_its_reason(follow: Follow) -> None:
    page = text_of(follow.open(follow.at).text)
    assert "What others do, and what is not possible now" not in page
    follow.sent_and()
    page = text_of(follow.open(follow.at).text)
    assert "Only the partner can do this. View Ask for information Accept" in page
    refused = follow.open(f"{follow.at}/act/answer_info")
    assert refused.status_code == 409 and "This is not possible any more." in refused.text
    assert follow.open(f"{follow.at}/act/befriend").status_code == 409


def test_an_appointment_in_a_blocked_time_is_warned_of_and_moved_only_if_meant(
    follow: Follow,
) -> None:
    soon = (now() + timedelta(days=3)).replace(hour=15, minute=0, second=0, microsecond=0)
    follow.sent_and(*ACCEPTED, ("schedule", {"appointment_at": soon}))
    assert "Clash" not in follow.open(follow.at).text
    blocked(follow, "daily 00:00-24:00")
    assert "Clash: they cannot go then" in text_of(follow.open(follow.at).text)
    later = (soon + timedelta(days=1)).strftime("%Y-%m-%dT10:00")
    given = {"appointment_at": later, "note": "The van broke down"}
    refused = follow.do("reschedule", **given)
    assert refused.status_code == 400 and "Tick that it is meant." in refused.text
    assert follow.audited("referral.despite_clash") == []
    came_to(follow.send(f"{follow.at}/act/reschedule", **given, despite="yes"))
    assert len(follow.audited("referral.despite_clash")) == 1
    unread = follow.do("reschedule", appointment_at="whenever", note="x")
    assert unread.status_code == 400 and "Give day and time." in unread.text


def completed(follow: Follow) -> None:
    done = {"outcome": "enrolled", "service_dates": (now().date(),)}
    follow.sent_and(*ACCEPTED, ("complete", done))


def test_that_it_helped_is_confirmed(follow: Follow) -> None:
    completed(follow)
    assert "Did it help?" in follow.open(follow.at).text
    nobody = follow.send(f"{follow.at}/confirm")
    assert nobody.status_code == 400 and "Choose who says how it ended." in nobody.text
    follow.open(follow.at)
    came_to(follow.send(f"{follow.at}/confirm", by="confirmed_by_patient"))
    assert follow.need.loop_confirmation is LoopConfirmation.BY_PATIENT
    assert "Did it help?" not in follow.open(follow.at).text


@pytest.mark.parametrize("where", ["referral", "need"])
def test_a_dispute_opens_the_need_with_a_new_attempt(follow: Follow, where: str) -> None:
    completed(follow)
    page = follow.at if where == "referral" else f"/staff/needs/{follow.ids['need_id']}"
    follow.open(page)
    form = follow.html
    to = came_to(follow.send(f"{page}/confirm", by="disputed"))
    assert follow.need.status is NeedStatus.OPEN
    with follow.database.read() as session:
        replaced = Referral.replaces_id == follow.row.id
        (draft,) = session.exec(select(Referral).where(replaced)).all()
    assert draft.status is Status.DRAFT
    if where == "referral":
        assert to == f"{LIST}/{draft.id}"
    follow.html = form
    assert follow.send(f"{page}/confirm", by="disputed").status_code == 409


def test_the_link_of_the_patient_is_shown_once_and_taken_back(follow: Follow) -> None:
    follow.sent_and()
    follow.open(follow.at)
    made = follow.send(f"{follow.at}/status-link")
    assert made.status_code == 200 and made.headers["cache-control"] == "no-store"
    path = made.text.split("/status/")[1].split("<")[0]
    assert "<svg" in made.text and path not in follow.open(follow.at).text
    assert follow.client.get(f"/status/{path}").status_code == 200
    assert came_to(follow.send(f"{follow.at}/status-link/end")) == f"{follow.at}?done=ended"
    assert follow.client.get(f"/status/{path}").status_code == 404


def test_the_next_is_approved_in_the_order_chosen(follow: Follow) -> None:
    add_meals(follow)
    follow.sent_and()
    engine = follow.client.app.state.search
    more: dict[str, Any] = {"organization_id": "org-pantry"}
    engine.put([make_document(f"d-{n}", service_id=key, name=f"Service {n}", **more)
                for n, key in enumerate((MEALS, "svc-late"))])  # fmt: skip
    follow.write(lambda session, _: session.add(
        Service(id="svc-late", name="Late", accepts_referrals=True, **more)
    ))  # fmt: skip
    route = f"/staff/needs/{follow.ids['need_id']}/route"
    page = follow.open(route).text
    assert "Service 0" in page and "Consent is on record" in page
    fields = {f"at-{MEALS}/": "2", "at-svc-late/": "1"}
    came_to(follow.send(route, **fields))
    with follow.database.read() as session:
        plan = session.exec(select(RoutePlan).order_by(RoutePlan.position)).all()  # type: ignore[arg-type]
    assert [step.service_id for step in plan] == ["svc-late", MEALS]
    kept = follow.open(route).text
    assert kept.index("Service 1") < kept.index("Service 0")
    wrong = follow.send(route, **{"at-svc-none/": "1"})
    assert wrong.status_code == 409 and "There is no such service." in wrong.text


def test_the_list_has_what_is_open_by_when_it_is_due(follow: Follow) -> None:
    page = text_of(follow.open(LIST).text)
    assert "1 referral Canary Patient" in page and "Not sent yet" in page
    assert "No referral is like that." in follow.open(f"{LIST}?state=closed").text
    assert "No referral is like that." in follow.open(f"{LIST}?due=overdue").text
    assert "1 referral" in text_of(follow.open(f"{LIST}?state=draft&due=nonsense").text)
    assert "1 referral" in text_of(follow.open(f"{LIST}?state=nonsense&page=x").text)
    came_to(follow.do("discard"))
    assert "Nothing is out with a partner now." in follow.open(LIST).text
    assert "Cancelled" in text_of(follow.open(f"{LIST}?state=closed").text)


def test_the_list_says_what_is_overdue(follow: Follow) -> None:
    follow.sent_and()
    with follow.database.write() as session:
        row = session.get_one(Referral, follow.row.id)
        row.due_at = now() - timedelta(hours=2)
        session.add(row)
    page = text_of(follow.open(f"{LIST}?due=overdue").text)
    assert "The pantry should have answered by" in page


def test_more_referrals_take_no_more_statements(follow: Follow) -> None:
    counts = []
    for more in (False, True):
        if more:
            for number in range(5):
                another(follow, number)
        follow.open(LIST)
        with counted() as sent:
            assert follow.open(LIST).status_code == 200
        counts.append(len([text for text in sent if not text.startswith("PRAGMA")]))
    assert counts[0] == counts[1], counts


def another(follow: Follow, number: int) -> None:
    """One more patient with a need and a draft."""
    from patients.forms import PatientForm
    from referrals.commands import draft
    from referrals.drafting import Target

    def make(session: Any, who: Any) -> None:
        clinic = follow.staffed.town.organizations["clinic"].id
        form = parse(PatientForm, {"name": f"Person Number{number}"})
        patient = commands.create_patient(session, who, follow.vault, clinic, form)
        need = caring.open_need(session, who, follow.vault, patient.id, NeedForm(category="food"))
        draft(session, who, need_id=need.id, target=Target(SERVICE))

    follow.write(make)


def test_room_is_told_where_it_is_chosen(follow: Follow) -> None:
    with follow.database.write() as session:
        pantry = actor(session, follow.staffed.town.people["pantry.partner"])
        of = follow.staffed.town.organizations["pantry"].id
        set_capacity(session, pantry, of, SERVICE, CapacityGiven(0, True), version=None)
    assert "Full, with a waiting list, as of" in text_of(follow.named(SERVICE).text)


def test_a_referral_of_another_organization_is_not_there(staffed: Staffed) -> None:
    other = Desk(staffed, "other.coordinator")
    at = f"{LIST}/{staffed.town.ids['referral_id']}"
    assert other.open(at).status_code == 404
    assert other.open(f"{at}/act/send").status_code == 404
    assert "Nothing is out with a partner now." in other.open(LIST).text


def test_the_history_of_the_patient_tells_of_it_in_words(follow: Follow) -> None:
    follow.named(SERVICE)
    came_to(follow.press())
    history = text_of(follow.open(f"/staff/patients/{follow.ids['patient_id']}/history").text)
    assert "Saw what partners would see" in history


def test_windows_of_days_that_do_not_count_any_more_do_not_clash(follow: Follow) -> None:
    gone = {"kind": "blocked", "window": "daily 00:00-24:00", "valid_to": "2020-01-01"}
    patient = follow.ids["patient_id"]
    times = [parse(TimeForm, gone)]
    follow.write(lambda s, who: commands.set_times(s, who, follow.vault, patient, times))
    soon = now() + timedelta(days=3)
    follow.sent_and(*ACCEPTED, ("schedule", {"appointment_at": soon}))
    assert "Clash" not in follow.open(follow.at).text
