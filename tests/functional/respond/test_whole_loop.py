"""Whole loops over HTTP: sent by a coordinator, answered by mailed links, confirmed by the patient."""

from typing import Any

from sqlmodel import col, select

from accounts.models import User
from core.clock import now
from patients.models import LoopConfirmation, Need
from tests.support.correspondence import SOON, Post
from tests.support.network_town import signed_in
from tests.support.post_office import everything_in
from tests.support.referring import consenting, partner

CANARIES = ("Canary", "No food since Friday", "Food boxes", "27701", "food")
SECOND = "intake@shelf.example.org"


class Coordinator:
    """Ana at her API."""

    def __init__(self, post: Post) -> None:
        self.post = post
        with post.database.write() as session:
            ana = session.exec(select(User).where(col(User.email) == "ana@example.org")).one()
            self.headers = signed_in(session, post.settings, ana)

    def ask(self, method: str, path: str, status: int, **body: Any) -> Any:
        answer = self.post.client.request(
            method, f"/api/v1{path}", json=body or None, headers=self.headers
        )
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    def send(self, need_id: str, service_id: str) -> str:
        """A draft, looked at, and sent as it was looked at; returns its id."""
        draft = self.ask("POST", "/referrals", 201, need_id=need_id, service_id=service_id)
        shown = self.ask("GET", f"/referrals/{draft['id']}/preview", 200)
        assert shown["shared"]["name"]["name"] == "Canary Patient"
        sent = self.ask("POST", f"/referrals/{draft['id']}/events", 200, event="send",
                        version=draft["version"], preview=shown["preview"])  # fmt: skip
        assert sent["state"] == "sent"
        return str(sent["id"])


def need(post: Post) -> Need:
    with post.database.read() as session:
        return session.get_one(Need, post.scene.need.id)


def check_mails(post: Post) -> None:
    """Nothing about the patient in any mail."""
    post.work()
    assert post.office.mails
    for mail in post.office.mails:
        for canary in CANARIES:
            assert canary not in everything_in(mail)


def test_send_link_code_accept_schedule_complete_confirm(post: Post) -> None:
    ana = Coordinator(post)
    referral_id = ana.send(post.scene.need.id, post.scene.service.id)
    status = ana.ask("POST", f"/referrals/{referral_id}/status-link", 201)["url"]
    path = status.removeprefix(post.settings.base_url)
    assert "Where your request stands" in post.client.get(path).text

    assert "Canary Patient" in post.enter(post.token())
    post.do("accept")
    post.do("schedule", appointment_at=(now() + SOON).strftime("%Y-%m-%dT%H:%M"))
    today = now().date().isoformat()
    post.do("complete", outcome="service_received_full", service_dates=today)

    told = " ".join(post.new_mails("ana@example.org"))
    assert "was completed" in told
    page = post.client.get(path).text
    assert "Did you get the help?" in page
    for canary in CANARIES:
        assert canary not in page
    assert post.client.post(path, data={"helped": "yes"}).status_code == 200
    assert need(post).loop_confirmation is LoopConfirmation.BY_PATIENT
    whole = ana.ask("GET", f"/referrals/{referral_id}", 200)
    assert [one["event"] for one in whole["timeline"]] == [
        "draft", "send", "view", "accept", "schedule", "complete"
    ]  # fmt: skip
    check_mails(post)


def test_decline_next_best_second_partner_completes_and_the_patient_disputes(post: Post) -> None:
    ana = Coordinator(post)
    with post.database.write() as session:
        shelf, service = partner(session, "Shelf")
        shelf.notify_email, shelf.timezone = SECOND, post.scene.pantry.timezone
        session.add(shelf)
        consenting(session, post.scene.actors["coordinator"], post.scene.patient, shelf.id)
    first = ana.send(post.scene.need.id, post.scene.service.id)
    post.enter(post.token())
    assert "Declined." in post.do("decline", reason="no_capacity")
    assert "Look at the next services" in " ".join(post.new_mails("ana@example.org"))
    ana.ask("GET", f"/needs/{post.scene.need.id}/next-best", 200)

    post.client.cookies.clear()
    second = ana.send(post.scene.need.id, service.id)
    post.enter(post.token(SECOND), SECOND)
    post.do("accept")
    today = now().date().isoformat()
    post.do("complete", outcome="service_received_full", service_dates=today)
    assert need(post).status.value == "met"

    url = ana.ask("POST", f"/referrals/{second}/status-link", 201)["url"]
    path = url.removeprefix(post.settings.base_url)
    assert "You said that it did not help" in post.client.post(path, data={"helped": "no"}).text
    assert need(post).status.value == "open"
    assert "did not help" in " ".join(post.new_mails("ana@example.org"))
    states = {
        row["id"]: row["state"]
        for row in ana.ask("GET", "/referrals?box=sent&state=closed", 200)["results"]
    }
    assert states == {first: "declined", second: "completed"}
    check_mails(post)


def test_a_status_link_is_taken_back_replaced_and_never_guessed(post: Post) -> None:
    ana = Coordinator(post)
    referral_id = ana.send(post.scene.need.id, post.scene.service.id)
    old, new = (
        ana.ask("POST", f"/referrals/{referral_id}/status-link", 201)["url"].removeprefix(
            post.settings.base_url
        )
        for _ in range(2)
    )
    assert post.client.get(old).status_code == 404
    assert post.client.get(f"/es{new}").status_code == 200
    assert post.client.get(f"{new[:-1]}x").status_code == 404
    assert post.client.post(new, data={"helped": "yes"}).status_code == 409  # nothing has ended yet
    ana.ask("DELETE", f"/referrals/{referral_id}/status-link", 204)
    assert post.client.get(new).status_code == 404
    token = post.token()
    assert post.client.get(f"/status/{token}").status_code == 404  # each kind opens its own door
    ana.ask("DELETE", f"/referrals/{referral_id}/response-links", 204)
    assert post.client.get(f"/respond/{token}").status_code == 404
