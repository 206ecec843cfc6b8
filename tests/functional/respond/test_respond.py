"""Answering without an account: what a link lets in, and everything it does not."""

import re
from datetime import timedelta

import pytest
from sqlmodel import col, select

from core.audit import AuditEvent
from core.clock import now
from patients import caring
from referrals import links
from referrals.links import LinkKind, ReferralLink
from referrals.models import Referral, ReferralEvent
from referrals.states import Status
from tests.support.correspondence import DESK, SOON, Post
from tests.support.partner_events import partner_events
from tests.support.post_office import everything_in

CANARIES = ("Canary", "No food since Friday", "Food boxes", "27701")


def test_an_answer_by_link_from_accepting_to_the_outcome(post: Post) -> None:
    sent = post.send()
    page = post.enter(post.token())
    assert "Canary Patient" in page
    assert "No food since Friday" in page
    assert post.row(sent).status is Status.VIEWED
    assert "Accepted. Please make contact soon." in post.do("accept")
    when = (now() + SOON).strftime("%Y-%m-%dT%H:%M")
    assert "The appointment is noted." in post.do("schedule", appointment_at=when)
    today = now().date().isoformat()
    done = post.do(
        "complete", outcome="service_received_full", service_dates=today, provided="Two boxes"
    )
    assert "The outcome is recorded" in done
    found = post.row(sent)
    assert (found.status, found.outcome) == (Status.COMPLETED, "service_received_full")
    post.work()
    for mail in post.office.mails:
        for canary in CANARIES:
            assert canary not in everything_in(mail)
    with post.database.read() as session:
        events = session.exec(
            select(ReferralEvent.facts).where(
                ReferralEvent.referral_id == sent.id, ReferralEvent.event == "accept"
            )
        ).one()
    assert events["via"] == "link"


def test_whatever_the_table_lets_a_partner_do_is_behind_the_mailed_link(post: Post) -> None:
    sent = post.send()
    post.enter(post.token())
    for state, events in partner_events().items():
        with post.database.write() as session:
            found = session.get_one(Referral, sent.id)
            found.status, found.appointment_at = state, now() - timedelta(hours=1)
        page = post.client.get("/respond").text
        assert set(re.findall(r'(?:href|action)="/respond/act/(\w+)"', page)) == events, state


def test_declining_needs_its_reason_and_words_for_another_one(post: Post) -> None:
    sent = post.send()
    post.enter(post.token())
    page = post.client.get("/respond/act/decline").text
    assert "We are full" in page
    hidden = dict(re.findall(r'name="(csrf_token|version)" value="([^"]*)"', page))
    without = post.client.post("/respond/act/decline", data={**hidden, "reason": "other"})
    assert without.status_code == 400
    assert "Say in words what the other reason is." in without.text
    assert post.row(sent).status is Status.VIEWED
    again = {**hidden, "reason": "other", "note": "Flooded"}
    assert "Declined." in post.client.post("/respond/act/decline", data=again).text
    assert post.row(sent).reason == "other"


def test_waiting_asking_and_saying_how_many(post: Post) -> None:
    post.send()
    post.enter(post.token())
    assert "Your question is sent" in post.do("ask_info", note="Which days?")
    until = (now() + SOON).date().isoformat()
    reason = {"reason": "no_capacity_has_waitlist", "expected_by": until}
    assert "It is on your waitlist." in post.do("accept_waitlist", **reason)
    form = post.client.get("/respond/capacity").text
    hidden = dict(re.findall(r'name="(csrf_token|version)" value="([^"]*)"', form))
    given = {**hidden, "slots_total": "5", "waitlist_open": "open", "expected_wait_days": ""}
    assert post.client.post("/respond/capacity", data=given).status_code == 200
    stale = post.client.post("/respond/capacity", data=given)
    assert stale.status_code == 409
    wrong = post.client.post("/respond/capacity", data={**given, "slots_total": "many"})
    assert wrong.status_code == 400


def test_a_scanner_that_opens_every_address_changes_nothing(post: Post) -> None:
    sent = post.send()
    token = post.token()
    post.work()
    before = everything(post)
    seen, todo = (
        set(),
        [f"/respond/{token}", f"/es/respond/{token}", "/respond", "/respond/capacity"],
    )
    while todo:
        path = todo.pop()
        if path in seen or not path.startswith("/"):
            continue
        seen.add(path)
        answer = post.client.get(path)
        assert "Canary" not in answer.text
        assert "Food boxes" not in answer.text
        assert answer.headers["referrer-policy"] == "no-referrer"
        if "respond" in path:
            assert answer.headers["cache-control"] == "no-store"
            assert "set-cookie" not in answer.headers
            todo += re.findall(r'(?:href|action)="([^"#?]+)', answer.text)
    assert len(seen) > 8
    assert everything(post) == before
    assert post.row(sent).status is Status.SENT
    assert post.new_mails(DESK) == []


def everything(post: Post) -> list[object]:
    """Every row that somebody who follows links might change."""
    with post.database.read() as session:
        tables = (ReferralLink, ReferralEvent, AuditEvent)
        return [row.model_dump() for table in tables for row in session.exec(select(table))]


def test_wrong_codes_are_counted_and_then_nothing_helps_for_an_hour(post: Post) -> None:
    post.send()
    token = post.token()
    post.client.post(f"/respond/{token}/code")
    code = post.code()
    for _ in range(5):
        assert post.client.post(f"/respond/{token}", data={"code": "00000000"}).status_code == 400
    assert post.client.post(f"/respond/{token}", data={"code": code}).status_code == 429
    assert "Canary" not in post.client.get("/respond").text
    with post.database.read() as session:
        tried = select(AuditEvent).where(col(AuditEvent.action) == "link.wrong_code")
        assert len(session.exec(tried).all()) == 5


def test_codes_are_not_sent_without_end(post: Post) -> None:
    post.send()
    token = post.token()
    answers = [post.client.post(f"/respond/{token}/code").status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]
    mails = post.new_mails(DESK)
    assert len(mails) == 1  # only the newest code is good, so only it is sent


def test_a_code_is_good_once_and_only_the_newest(post: Post) -> None:
    post.send()
    token = post.token()
    post.client.post(f"/respond/{token}/code")
    first = post.code()
    post.client.post(f"/respond/{token}/code")
    second = post.code()
    assert post.client.post(f"/respond/{token}", data={"code": first}).status_code == 400
    assert post.client.post(f"/respond/{token}", data={"code": second}).url.path == "/respond"
    post.client.cookies.clear()
    assert post.client.post(f"/respond/{token}", data={"code": second}).status_code == 400


def test_an_old_code_an_expired_link_and_an_old_visit_let_nobody_in(post: Post) -> None:
    post.send()
    token = post.token()
    post.client.post(f"/respond/{token}/code")
    code = post.code()
    change(post, code_until=now() - timedelta(seconds=1))
    assert post.client.post(f"/respond/{token}", data={"code": code}).status_code == 400
    assert "Canary" in post.enter(token)
    with post.database.write() as session:
        for visit in session.exec(select(links.ReferralVisit)):
            visit.expires_at = now()
            session.add(visit)
    assert post.client.get("/respond").status_code == 404
    change(post, expires_at=now() - timedelta(seconds=1))
    for path in (f"/respond/{token}", f"/es/respond/{token}"):
        answer = post.client.get(path)
        assert answer.status_code == 404
    assert "Nada ha cambiado" in answer.text
    assert post.client.post(f"/respond/{token}/code").status_code == 404


def change(post: Post, **values: object) -> None:
    with post.database.write() as session:
        for link in session.exec(select(ReferralLink)):
            link.sqlmodel_update(values)
            session.add(link)


def test_a_revoked_link_ends_the_visit_and_a_guessed_one_opens_nothing(post: Post) -> None:
    sent = post.send()
    token = post.token()
    post.enter(token)
    with post.database.write() as session:
        assert links.revoke(session, LinkKind.RESPOND, sent.id) == 1
    assert post.client.get("/respond").status_code == 404
    assert post.client.get(f"/respond/{token}").status_code == 404
    assert post.client.get(f"/respond/{token[:-1]}x").status_code == 404
    assert post.client.get("/respond/act").status_code == 404


def test_a_visit_is_to_one_referral_and_is_no_sign_in(post: Post) -> None:
    first, second = post.send(), post.send()
    post.enter(post.token())
    post.do("accept")
    taken = [row for row in (first, second) if post.row(row).status is Status.ACCEPTED]
    assert len(taken) == 1
    assert post.client.get("/api/v1/patients").status_code == 401
    assert post.client.get("/staff").status_code == 401


def test_a_form_from_elsewhere_or_without_its_token_does_nothing(post: Post) -> None:
    sent = post.send()
    token = post.token()
    post.enter(token)
    assert post.client.post("/respond/act/accept", data={"version": "3"}).status_code == 403
    foreign = {"sec-fetch-site": "cross-site"}
    assert post.client.post(f"/respond/{token}/code", headers=foreign).status_code == 403
    assert post.row(sent).status is Status.VIEWED


def test_what_somebody_else_was_faster_with_is_said_and_changes_nothing(post: Post) -> None:
    sent = post.send()
    post.enter(post.token())
    page = post.client.get("/respond").text
    hidden = dict(re.findall(r'name="(csrf_token|version)" value="([^"]*)"', page))
    post.act("partner", "decline", post.row(sent))
    answer = post.client.post("/respond/act/accept", data=hidden)
    assert answer.status_code == 409
    assert "Somebody acted meanwhile." in answer.text
    assert "“Declined”. It is now: Declined." in answer.text
    assert post.row(sent).status is Status.DECLINED


def test_nothing_is_shown_once_consent_has_ended(post: Post) -> None:
    post.send()
    post.enter(post.token())
    coordinator = post.scene.actors["coordinator"]
    with post.database.write() as session:
        caring.revoke_consent(session, coordinator, post.scene.consent.id)
    page = post.client.get("/respond")
    assert page.status_code == 200
    assert "Canary" not in page.text
    assert "Consent for sharing this with you has ended" in page.text


def test_leaving_ends_the_visit(post: Post) -> None:
    post.send()
    page = post.enter(post.token())
    hidden = dict(re.findall(r'name="(csrf_token)" value="([^"]*)"', page))
    kept = dict(post.client.cookies)
    assert "You have left" in post.client.post("/respond/leave", data=hidden).text
    post.client.cookies.update(kept)
    assert post.client.get("/respond").status_code == 404


def test_tokens_and_codes_are_in_no_log(post: Post, capsys: pytest.CaptureFixture[str]) -> None:
    post.send()
    token = post.token()
    post.client.post(f"/respond/{token}/code")
    code = post.code()
    post.client.post(f"/respond/{token}", data={"code": code})
    said = "".join(capsys.readouterr())
    assert "/respond/{token}" in said
    assert token not in said
    assert code.replace(" ", "") not in said
