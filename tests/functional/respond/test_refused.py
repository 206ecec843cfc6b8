"""Everything that is refused: the right status, words that say what to do now, nothing changed, and one
audit row. Over the API and by mailed links."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from accounts.models import User
from app.denials import Denials
from core.audit import AuditEvent
from core.clock import now
from core.outbox import OutboxMessage
from patients import caring
from patients.models import Consent, Need
from referrals import links, status_links
from referrals.links import LinkKind, ReferralLink
from referrals.models import ProgramCapacity, Referral, ReferralEvent
from referrals.states import Status
from tests.support.correspondence import DESK, Post
from tests.support.network_town import signed_in
from tests.support.referring import open_need

TABLES: tuple[Any, ...] = (
    Referral, ReferralEvent, ReferralLink, OutboxMessage, ProgramCapacity, Need, Consent,
)  # fmt: skip
PAST = (now() - timedelta(days=400)).isoformat()
READING = "referral.read"
"""A page that shows the referral again is noted as read again, like any page that shows it."""
FORM = re.compile(r'name="(csrf_token|version)" value="([^"]*)"')


@dataclass(frozen=True)
class Refusal:
    """What a request must be answered with: status, audit row, and words of the answer."""

    status: int
    action: str
    says: str


@dataclass
class Network:
    """People of the scene at the API, and the pantry at its mailed links."""

    post: Post
    headers: dict[str, dict[str, str]]

    def api(self, who: str, referral: Referral, event: str, **body: Any) -> Any:
        """Cause an event over the API, having read it as it was given."""
        headers = {"If-Match": f'"{referral.version}"', **self.headers[who], **body.pop("and_", {})}
        headers = {name: value for name, value in headers.items() if value}
        return self.post.client.post(
            f"/api/v1/referrals/{referral.id}/events",
            json={"event": event, **body},
            headers=headers,
        )

    def at(self, status: Status) -> Referral:
        """A referral of its own in that state."""
        with self.post.database.write() as session:
            return replace(self.post.scene, session=session, now=now()).at(status)

    def draft(self) -> Referral:
        """A draft of its own."""
        return self.at(Status.DRAFT)

    def again(self) -> Referral:
        """A draft of a need that is at the same service already."""
        with self.post.database.write() as session:
            scene = replace(self.post.scene, session=session, now=now())
            scene.need = open_need(session, scene.actors["coordinator"], scene.patient)
            scene.act("coordinator", "send", scene.draft())
            return scene.draft()

    def forms(self) -> dict[str, str]:
        """Enter by the link in the newest mail; what its forms carry."""
        self.post.client.cookies.clear()
        return dict(FORM.findall(self.post.enter(self.post.token())))

    def do(self, event: str, hidden: dict[str, str], **values: str) -> Any:
        """Send the form of an event."""
        return self.post.client.post(f"/respond/act/{event}", data={**hidden, **values})

    def change(self, row: Any, **values: object) -> None:
        """Change a row behind everybody's back."""
        with self.post.database.write() as session:
            found = session.get_one(type(row), row.id)
            found.sqlmodel_update(values)
            session.add(found)

    def room(self, total: int | None) -> None:
        """How many the pantry takes."""
        with self.post.database.write() as session:
            replace(self.post.scene, session=session, now=now()).capacity(total)


@pytest.fixture
def network(post: Post) -> Iterator[Network]:
    with post.database.write() as session:
        people = {
            name: session.exec(select(User).where(User.email == f"{name}@example.org")).one()
            for name in ("ana", "eva", "gus")
        }
        headers = {name: signed_in(session, post.settings, who) for name, who in people.items()}
    yield Network(post, headers)


def written(post: Post) -> list[AuditEvent]:
    """The audit trail, once what is on its way to it has arrived."""
    post.client.app.state.denials.close()
    post.client.app.state.denials = Denials(post.database, per_minute=1000)
    with post.database.read() as session:
        return [*session.exec(select(AuditEvent).order_by(col(AuditEvent.id)))]


def rows(post: Post) -> list[object]:
    """Every row a refused change might have changed."""
    with post.database.read() as session:
        return [row.model_dump() for table in TABLES for row in session.exec(select(table))]


def check(post: Post, ask: Callable[[], Any], expected: Refusal, name: str) -> Any:
    """Ask, and see that it is refused as it should be."""
    trail, before = len(written(post)), rows(post)
    answer = ask()
    assert answer.status_code == expected.status, (name, answer.status_code, answer.text)
    assert expected.says in answer.text.replace("&#39;", "'"), (name, answer.text)
    assert rows(post) == before, name
    new = [row.action for row in written(post)[trail:] if row.action != READING]
    assert new == [expected.action], (name, new)
    return answer


STALE = Refusal(412, "refused.stale", "Somebody acted meanwhile.")
INVALID, CONFLICT = "refused.invalid", "refused.conflict"


def api_cases(net: Network) -> Iterator[tuple[str, Callable[[], Any], Refusal]]:
    """Each case is made just before it is asked."""
    sent = net.post.send()
    yield "illegal event", lambda: net.api("eva", sent, "offer_slot"), Refusal(
        409, CONFLICT, "This is not possible now: offer a place. It is sent"
    )  # fmt: skip
    yield "unknown event", lambda: net.api("eva", sent, "explode"), Refusal(
        400, INVALID, "event must be one of"
    )  # fmt: skip
    older = replace_version(sent, sent.version - 1)
    yield "stale version", lambda: net.api("eva", older, "accept"), STALE
    unread = {"and_": {"If-Match": ""}}
    yield "no version", lambda: net.api("eva", sent, "accept", **unread), Refusal(
        428, "refused.no_version", "Say which version you have read"
    )  # fmt: skip
    yield "wrong side", lambda: net.api("ana", sent, "accept"), Refusal(
        403, "denied.forbidden", "Only the partner can do this: accept."
    )  # fmt: skip
    yield "another organization", lambda: net.api("gus", sent, "accept"), Refusal(
        404, "denied.not_found", "There is no such referral."
    )  # fmt: skip
    yield "reason missing", lambda: net.api("eva", sent, "decline"), Refusal(
        400, INVALID, "not_eligible"
    )  # fmt: skip
    yield (
        "other reason without words",
        lambda: net.api("eva", sent, "decline", reason="other"),
        (Refusal(400, INVALID, "Say in words what the other reason is.")),
    )
    yield "question without words", lambda: net.api("eva", sent, "ask_info"), Refusal(
        400, INVALID, "Say it in words."
    )  # fmt: skip
    waits = {"reason": "awaiting_documents", "expected_by": "2020-01-01"}
    yield (
        "waitlist until a past day",
        lambda: net.api("eva", sent, "accept_waitlist", **waits),
        (Refusal(400, INVALID, "Choose a day from tomorrow on")),
    )
    key = {"and_": {"Idempotency-Key": "once"}}
    assert net.api("eva", sent, "view", **key).status_code == 200
    yield "repeated key", lambda: net.api("eva", sent, "accept", **key), Refusal(
        422, "refused.key_reused", "This idempotency key was used for another request."
    )  # fmt: skip
    net.room(0)
    seen = net.post.row(sent)
    yield "capacity gone", lambda: net.api("eva", seen, "accept"), Refusal(
        409, CONFLICT, '"offer":"accept_waitlist"'
    )  # fmt: skip
    net.room(None)
    taken = net.at(Status.ACCEPTED)
    yield "appointment in the past", (
        lambda: net.api("eva", taken, "schedule", appointment_at=PAST)
    ), Refusal(400, INVALID, "Choose a time in the future")  # fmt: skip
    done = {"outcome": "service_received_full", "service_dates": [PAST[:10]]}
    yield "service before the need", lambda: net.api("eva", taken, "complete", **done), Refusal(
        400, INVALID, "Days of service lie between"
    )  # fmt: skip
    yield from api_consent(net)


def api_consent(net: Network) -> Iterator[tuple[str, Callable[[], Any], Refusal]]:
    """Consent and partner: what may end while somebody is at it."""
    sent, waiting, second = net.post.send(), net.draft(), net.again()
    yield "twice to one service", lambda: net.api("ana", second, "send"), Refusal(
        409, CONFLICT, "Cancel that referral first."
    )  # fmt: skip
    net.change(net.post.scene.pantry, active=False)
    yield "partner deactivated", lambda: net.api("ana", waiting, "send"), Refusal(
        409, CONFLICT, "Pantry no longer takes part in this network."
    )  # fmt: skip
    net.change(net.post.scene.pantry, active=True)
    with net.post.database.write() as session:
        caring.revoke_consent(
            session, net.post.scene.actors["coordinator"], net.post.scene.consent.id
        )
    yield "consent revoked before it is sent", lambda: net.api("ana", waiting, "send"), Refusal(
        409, CONFLICT, "There is no consent for sharing this with this partner, or it has ended."
    )  # fmt: skip
    yield "consent revoked in mid-flight", lambda: net.api("eva", sent, "accept"), Refusal(
        412, "refused.stale", '"state":"cancelled"'
    )  # fmt: skip
    ended = net.post.row(sent)
    yield "and read again", lambda: net.api("eva", ended, "accept"), Refusal(
        409, CONFLICT, "It is cancelled"
    )  # fmt: skip


def replace_version(row: Referral, version: int) -> Referral:
    """The same as an earlier reader saw it."""
    return Referral(**{**row.model_dump(), "version": version})


def test_every_refusal_over_the_api(network: Network) -> None:
    names = [check(network.post, ask, expected, name) and name
             for name, ask, expected in api_cases(network)]  # fmt: skip
    assert len(names) == 19


def visit_cases(net: Network) -> Iterator[tuple[str, Callable[[], Any], Refusal]]:
    """By the link in the mail."""
    net.post.send()
    hidden = net.forms()
    yield "illegal event", lambda: net.do("offer_slot", hidden), Refusal(
        409, CONFLICT, "This is not possible now"
    )  # fmt: skip
    yield "unknown event", lambda: net.do("explode", hidden), Refusal(
        409, CONFLICT, "This is not possible any more."
    )  # fmt: skip
    yield "stale version", lambda: net.do("accept", {**hidden, "version": "1"}), Refusal(
        409, CONFLICT, "Somebody acted meanwhile."
    )  # fmt: skip
    yield "no version", lambda: net.do("accept", {**hidden, "version": ""}), Refusal(
        409, CONFLICT, "Somebody acted meanwhile."
    )  # fmt: skip
    yield "form of another page", lambda: net.do("accept", {**hidden, "csrf_token": "x"}), Refusal(
        403, "denied.forbidden", "Go back, load the page again"
    )  # fmt: skip
    yield "reason missing", lambda: net.do("decline", hidden), Refusal(
        400, INVALID, "Choose a reason from the list."
    )  # fmt: skip
    waits = {"reason": "awaiting_documents", "expected_by": "2020-01-01"}
    yield "waitlist until a past day", lambda: net.do("accept_waitlist", hidden, **waits), Refusal(
        400, INVALID, "Choose a day from tomorrow on"
    )  # fmt: skip
    net.room(0)
    yield "capacity gone", lambda: net.do("accept", hidden), Refusal(
        409, CONFLICT, "Every slot is taken. Put them on the waitlist, or decline."
    )  # fmt: skip
    net.room(None)
    net.post.do("accept")
    hidden = dict(FORM.findall(net.post.client.get("/respond/act/schedule").text))
    yield "appointment in the past", (
        lambda: net.do("schedule", hidden, appointment_at=PAST[:16])
    ), Refusal(400, INVALID, "Choose a time in the future")  # fmt: skip
    net.change(net.post.scene.pantry, active=False)
    yield "partner deactivated", lambda: net.do("start", hidden), Refusal(
        404, "refused.link", "This link is not open"
    )  # fmt: skip
    net.change(net.post.scene.pantry, active=True)
    net.post.send()
    hidden = net.forms()
    with net.post.database.write() as session:
        caring.revoke_consent(
            session, net.post.scene.actors["coordinator"], net.post.scene.consent.id
        )
    yield "consent revoked in mid-flight", lambda: net.do("accept", hidden), Refusal(
        409, CONFLICT, "Consent for sharing this with you has ended"
    )  # fmt: skip


def test_every_refusal_by_a_mailed_link(network: Network) -> None:
    for name, ask, expected in visit_cases(network):
        check(network.post, ask, expected, name)


def test_every_refusal_at_the_door(network: Network) -> None:
    post, closed = network.post, "This link is not open"
    sent = post.send()
    token = post.token()
    door = f"/respond/{token}"

    def give(code: str) -> Any:
        return post.client.post(door, data={"code": code})

    guessed = f"/respond/{token[:-4]}AAAA"
    check(post, lambda: post.client.get(guessed), Refusal(404, "refused.link", closed), "guessed")
    check(post, lambda: post.client.post(f"{guessed}/code"), Refusal(404, "refused.link", closed),
          "guessed, asking for a code")  # fmt: skip
    with post.database.write() as session:
        person, _ = status_links.make(session, post.scene.actors["coordinator"], sent.id)
    check(post, lambda: post.client.get(f"/respond/{person}"),
          Refusal(404, "refused.link", closed), "a patient's link")  # fmt: skip
    post.client.post(f"{door}/code")
    code = post.code(DESK)
    assert give(code).url.path == "/respond"
    post.client.cookies.clear()
    check(
        post, lambda: give(code), Refusal(400, "link.wrong_code", "That code is not right"), "used"
    )
    for _ in range(4):
        give("00000000")
    answer = check(
        post, lambda: give(code), Refusal(429, "refused.throttled", "Wait an hour"), "tries"
    )
    assert "no-store" in answer.headers["cache-control"]
    with post.database.read() as session:
        link = session.exec(select(ReferralLink).where(ReferralLink.kind == LinkKind.RESPOND)).one()
    network.change(link, expires_at=now())
    check(
        post, lambda: post.client.get(door), Refusal(404, "refused.link", "newest mail"), "expired"
    )
    (*_, row) = written(post)
    assert (row.actor_id, row.organization_id) == (link.id, post.scene.pantry.id)
    assert row.fields["record"] == sent.id
    assert token not in str(row)


def test_every_refusal_at_the_patients_page(network: Network) -> None:
    post = network.post
    done = network.at(Status.COMPLETED)
    with post.database.write() as session:
        token, _ = status_links.make(session, post.scene.actors["coordinator"], done.id)
    path = f"/status/{token}"

    def say(helped: str) -> Any:
        return post.client.post(path, data={"helped": helped})

    check(post, lambda: say("perhaps"), Refusal(400, INVALID, "Did you get the help?"), "no answer")
    assert say("no").status_code == 200
    check(post, lambda: say("no"), Refusal(409, CONFLICT, "Where your request stands"), "twice")
    with post.database.write() as session:
        links.revoke(session, LinkKind.STATUS, done.id)
    check(
        post,
        lambda: say("no"),
        Refusal(404, "refused.link", "Ask the person who helps you"),
        "withdrawn",
    )
