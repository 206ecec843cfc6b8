"""What the pages of referrals refuse: words that say why, nothing changed, one audit row."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape
from typing import Any

from httpx import Response
from sqlmodel import col, select

from accounts import commands as accounts
from accounts.models import OrganizationKind, Role
from app.denials import Denials
from core.actor import SYSTEM
from core.audit import AuditEvent
from core.outbox import OutboxMessage
from patients.models import Consent, Need
from referrals.models import Referral, ReferralEvent
from tests.functional.staff.conftest import Staffed
from tests.functional.staff.conversing import Browser
from tests.functional.staff.test_following_up import LIST, Follow
from tests.functional.staff.test_inbox import INBOX, PANTRY
from tests.support.network_town import SERVICE, signed_in

TABLES: tuple[Any, ...] = (Referral, ReferralEvent, OutboxMessage, Need, Consent)
READING = ("patient.read", "referral.read", "need.preview")
"""A page that is shown again with what was wrong is noted as read again."""
CONFLICT, INVALID = "refused.conflict", "refused.invalid"
FORBIDDEN, NOT_FOUND = "denied.forbidden", "denied.not_found"
GONE = "There is no such page or record"
Case = tuple[str, Callable[[], Response], int, str, str]


@dataclass
class Both:
    """The coordinator who sent it, and the partner who has it."""

    follow: Follow
    partner: Browser

    def refer(self, **fields: Any) -> Response:
        self.follow.named(SERVICE)
        return self.follow.press(**fields)

    def answer(self, event: str, **fields: str) -> Response:
        self.partner.open(f"{INBOX}/{self.follow.row.id}")
        return self.partner.send(f"{INBOX}/{self.follow.row.id}/act/{event}", **fields)

    def do(self, event: str, **fields: str) -> Response:
        self.follow.open(self.follow.at)
        read = {"version": str(self.follow.row.version)}
        return self.follow.send(f"{self.follow.at}/act/{event}", **(read | fields))

    def stranger(self, path: str, headers: dict[str, str]) -> Response:
        self.follow.client.cookies.clear()
        found: Response = self.follow.client.post(path, headers=headers, follow_redirects=False)
        return found


def trail(staffed: Staffed) -> list[str]:
    """Actions of the audit trail, once those on their way have arrived."""
    state = staffed.client.app.state
    state.denials.close()
    state.denials = Denials(state.database, per_minute=1000)
    with state.database.read() as session:
        rows = session.exec(select(AuditEvent.action).order_by(col(AuditEvent.id)))
        return [action for action in rows if action not in READING]


def rows(staffed: Staffed) -> list[object]:
    """Every row a refused change might have changed."""
    with staffed.client.app.state.database.read() as session:
        return [row.model_dump() for table in TABLES for row in session.exec(select(table))]


def soup_kitchen(staffed: Staffed) -> dict[str, str]:
    """Somebody at another partner, who was sent nothing."""
    with staffed.client.app.state.database.write() as session:
        kitchen = accounts.create_organization(
            session, SYSTEM, "The soup kitchen", OrganizationKind.PARTNER
        )
        user = accounts.create_user(
            session, SYSTEM, email="gus@kitchen.example.org", name="Gus", password=None,
            organization_id=kitchen.id, role=Role.PARTNER,
        )  # fmt: skip
        return signed_in(session, staffed.settings, user)


def partners(both: Both, kitchen: dict[str, str]) -> Iterator[Case]:
    """At the partner's inbox; what is there was sent and not answered."""
    there = f"{INBOX}/{both.follow.row.id}"
    yield "illegal", lambda: both.answer("offer_slot"), 409, CONFLICT, (
        "This is not possible now: offer a place. The clinic acted on"
    )  # fmt: skip
    yield "unknown", lambda: both.answer("explode"), 409, CONFLICT, "not possible any more."
    yield "stale", lambda: both.answer("accept", version="1"), 409, CONFLICT, (
        "Somebody acted meanwhile. Load the referral again. The clinic acted on"
    )  # fmt: skip
    yield (
        "no reason",
        lambda: both.answer("decline"),
        400,
        INVALID,
        "Choose a reason from the list.",
    )
    yield "not withdrawn", lambda: both.partner.send(f"{there}/acknowledge"), 409, CONFLICT, (
        "Somebody was faster"
    )  # fmt: skip
    for path in ("act/accept", "open", "acknowledge"):
        yield path, partial(both.stranger, f"{there}/{path}", kitchen), 404, NOT_FOUND, GONE


def senders(both: Both, other: dict[str, str]) -> Iterator[Case]:
    """At the coordinator's page of the same referral."""
    yield "illegal", lambda: both.do("answer_info"), 409, CONFLICT, (
        "This is not possible now: answer the question. It is sent"
    )  # fmt: skip
    yield "unknown", lambda: both.do("explode"), 409, CONFLICT, "not possible any more."
    yield "stale", lambda: both.do("cancel", reason="superseded", version="1"), 409, CONFLICT, (
        "Somebody acted meanwhile. Load the referral again. It is sent"
    )  # fmt: skip
    yield "no reason", lambda: both.do("cancel"), 400, INVALID, "Choose a reason from the list."
    yield "wrong side", lambda: both.do("accept"), 403, FORBIDDEN, "Your role does not include this"
    for path in ("act/cancel", "confirm"):
        where = f"{LIST}/{both.follow.row.id}/{path}"
        yield path, partial(both.stranger, where, other), 404, NOT_FOUND, GONE


def referring(both: Both, other: dict[str, str]) -> Iterator[Case]:
    """At the page that sends the same need once more."""
    yield "sent already", both.refer, 409, CONFLICT, "This need is already with this service."
    yield (
        "stale",
        lambda: both.refer(seen="0" * 64),
        409,
        CONFLICT,
        "record changed since you looked",
    )
    yield "nobody chosen", lambda: both.refer(to="svc-none"), 400, INVALID, "Choose at least one"
    yield "refer", partial(both.stranger, both.follow.page, other), 404, NOT_FOUND, GONE


def test_every_refusal_of_the_pages_says_why_changes_nothing_and_is_one_audit_row(
    staffed: Staffed,
) -> None:
    both = Both(Follow(staffed), Browser(staffed, PANTRY))
    kitchen, other = soup_kitchen(staffed), staffed.town.people["other.coordinator"].headers
    both.follow.sent_and()
    cases = (*partners(both, kitchen), *senders(both, other), *referring(both, other))
    for name, ask, status, action, says in cases:
        known, before = trail(staffed), rows(staffed)
        answer = ask()
        assert answer.status_code == status, (name, answer.text)
        assert says in unescape(answer.text), (name, answer.text)
        assert rows(staffed) == before, name
        assert trail(staffed)[len(known) :] == [action], name
