"""Answering a referral, whichever way somebody came: by a mailed link or by signing in.

What was shared, what can be done, and one screen for each thing to do. A seat says who sits there and
how their pages are shown; the pages themselves are the same.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response
from sqlmodel import Session

from accounts.models import NetworkOrganization
from core.actor import Actor
from core.clock import now
from core.db import Database
from core.errors import Forbidden, HandrailError, NotFound
from patients.sealing import Vault
from referrals import queries
from referrals.codes import codes
from referrals.commands import apply
from referrals.errors import Refused
from referrals.models import CodeKind
from referrals.states import TERMINAL
from referrals.views import AvailableEvent, ReferralView
from web.i18n import N_, Language
from web.loop_line import drawing, loop_line
from web.respond import showing, words
from web.respond.given import given, version_of
from web.respond.refusals import told
from web.staff.desk import go, nothing_typed
from web.staff.typed import Typed

WITH_DAY = ("accept_waitlist", "waitlist")


@dataclass(frozen=True, slots=True)
class Seat:
    """Who answers which referral. What they can do has its addresses below `base`; `capacity` is where
    they say how many they can take. `show` makes a page of a template, a status and its context."""

    database: Database
    vault: Vault
    actor: Actor
    partner_id: str
    referral_id: str
    say: Language
    base: str
    capacity: str
    show: Callable[..., Response[str]]


def overview(
    seat: Seat, typed: Typed | None = None, status: int = 200, *, done: str = "", offer: str = ""
) -> Response[str]:
    """The referral, and what can be done now. `offer` is an event that may help instead."""
    typed = typed or nothing_typed()
    view, zone = _view(seat)
    say, line = seat.say, view.line
    stations = loop_line(view.timeline, say, zone)
    answer = words.done(done, say)
    allowed = _allowed(view)
    return seat.show(
        "overview.html",
        status,
        seat=seat,
        typed=typed,
        view=view,
        state=words.said(words.STATES, line.state, say),
        due=showing.clock(line.due_at, zone, say) if _waits(view) and line.due_at else "",
        appointment=showing.clock(line.appointment_at, zone, say) if line.appointment_at else "",
        expected=say.day(line.expected_by) if line.expected_by else "",
        facts=showing.facts(view.shared or {}, say),
        happened=showing.happened(view, zone, say),
        stations=stations,
        drawing=drawing(stations),
        at_once=[event for event in allowed if event in words.AT_ONCE],
        others=[event for event in allowed if event not in words.AT_ONCE],
        offer=offer if offer in allowed else "",
        actions=words.ACTIONS,
        unseen=line.state == "cancelled" and view.acknowledged_at is None,
        answered="" if typed.errors else answer,
    )


def ask(seat: Seat, event: str, typed: Typed | None = None, status: int = 200) -> Response[str]:
    """What has to come with an event, on one screen."""
    view, zone = _view(seat)
    found = next((item for item in view.available_events if item.event == event), None)
    if found is None or not found.allowed or event not in words.ACTIONS:
        why = found.why if found and found.why else N_("This is not possible any more.")
        wrong = {"actions": seat.say.gettext(why)}
        return overview(seat, nothing_typed().wrong(wrong), 409)
    return seat.show(
        "act.html",
        status,
        seat=seat,
        typed=typed or nothing_typed(),
        line=view.line,
        event=event,
        action=words.ACTIONS[event],
        version=view.line.version,
        today=now().astimezone(zone).date().isoformat(),
        **_choices(seat, found),
    )


def act(seat: Seat, event: str, typed: Typed) -> Response[Any]:
    """Cause the event, once: the form names the version it was made for."""
    try:
        with seat.database.write() as session:
            zone = zone_of(session, seat.partner_id)
            apply(
                session,
                seat.actor,
                seat.referral_id,
                event,
                version=version_of(typed),
                vault=seat.vault,
                **given(typed, zone),
            )
    except (Forbidden, NotFound):
        raise
    except HandrailError as refused:
        return _refused(seat, event, typed, refused)
    return go(seat.base, done=event)


def zone_of(session: Session, organization_id: str) -> ZoneInfo:
    """The clock on the wall of the organization."""
    return ZoneInfo(session.get_one(NetworkOrganization, organization_id).timezone)


def _refused(seat: Seat, event: str, typed: Typed, refused: HandrailError) -> Response[str]:
    """The same form with what was wrong; when it was about no field, the referral as it is now."""
    with seat.database.read() as session:
        zone = zone_of(session, seat.partner_id)
    errors = told(refused, seat.say, zone)
    if "form" in errors or event in words.AT_ONCE:
        wrong = nothing_typed().wrong({"actions": " ".join(errors.values())})
        offer = (refused.offer or "") if isinstance(refused, Refused) else ""
        return overview(seat, wrong, 409, offer=offer)
    return ask(seat, event, typed.wrong(errors), 400)


def _view(seat: Seat) -> tuple[ReferralView, ZoneInfo]:
    with seat.database.write() as session:  # reading it is audited
        view = queries.referral(session, seat.actor, seat.vault, seat.referral_id)
        return view, zone_of(session, seat.partner_id)


def _waits(view: ReferralView) -> bool:
    return view.line.state not in TERMINAL


def _allowed(view: ReferralView) -> list[str]:
    allowed = {item.event for item in view.available_events if item.allowed}
    return [event for event in words.ACTIONS if event in allowed]


def _choices(seat: Seat, found: AvailableEvent) -> dict[str, Any]:
    """The lists and fields the form of that event has."""
    outcomes: tuple[str, ...] = ()
    if "outcome" in found.needs:
        with seat.database.read() as session:
            outcomes = tuple(codes(session, CodeKind.OUTCOME, now().date()))
    return {
        "reasons": words.options(words.REASONS, found.codes, seat.say),
        "wants_words": found.reason == "text",
        "wants_moment": "appointment_at" in found.needs,
        "wants_day": found.event in WITH_DAY,
        "outcomes": words.options(words.OUTCOMES, outcomes, seat.say),
    }
