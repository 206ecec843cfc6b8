"""The referral on a visit: what was shared, what can be done, and a page for each thing to do."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from accounts.models import NetworkOrganization
from core.clock import now
from core.errors import Forbidden, HandrailError, Invalid
from referrals import links, queries
from referrals.codes import codes
from referrals.commands import apply
from referrals.models import CodeKind
from referrals.states import TERMINAL
from referrals.views import AvailableEvent, ReferralView
from web.i18n import N_, Language
from web.pages import here, reader
from web.providers import PageRequest
from web.respond import showing, words
from web.respond.visit import (
    LINK,
    RESPOND,
    Caller,
    Proof,
    caller_of,
    checked_caller,
    cookie,
    over,
    own_path,
)
from web.staff.desk import go, nothing_typed, said
from web.staff.typed import Sent, Typed

ACT = f"{RESPOND}/act/{{event:str}}"
DATES_MAX = 20
WITH_DAY = ("accept_waitlist", "waitlist")


@get(RESPOND, opt=LINK, sync_to_thread=True)
def overview(request: PageRequest) -> Response[str]:
    """The referral, and what can be done now."""
    caller = caller_of(request)
    return _overview(caller, nothing_typed()) if caller else over(request)


@get(ACT, opt=LINK, sync_to_thread=True)
def ask(request: PageRequest, event: FromPath[str]) -> Response[str]:
    """Asks what has to come with an event."""
    caller = caller_of(request)
    return _ask(caller, event, nothing_typed()) if caller else over(request)


@post(ACT, opt=LINK, sync_to_thread=True, status_code=200)
def act(request: PageRequest, event: FromPath[str], typed: Sent, proof: Proof) -> Response[Any]:
    """Causes the event, once: the form names the version it was made for."""
    caller = checked_caller(request, proof)
    if caller is None:
        return over(request)
    try:
        with caller.database.write() as session:
            zone = _zone(session, caller)
            apply(
                session,
                caller.visit.actor,
                caller.visit.referral_id,
                event,
                version=_number(typed.value("version")),
                vault=caller.vault,
                **given(typed, zone),
            )
    except Forbidden:
        raise
    except HandrailError as refused:
        return _refused(caller, event, typed, refused)
    return go(own_path(request), done=event)


@post(f"{RESPOND}/leave", opt=LINK, sync_to_thread=True, status_code=200)
def leave(request: PageRequest, proof: Proof) -> Response[str]:
    """Ends the visit."""
    if caller := checked_caller(request, proof):
        with caller.database.write() as session:
            links.end_visit(session, caller.visit)
    shown = over(request, left=True)
    shown.cookies.append(cookie(request, ""))
    return shown


def given(typed: Typed, zone: ZoneInfo) -> dict[str, Any]:
    """What was entered, as the command takes it. Raises Invalid, naming the field."""
    return {
        "reason": typed.value("reason") or None,
        "note": typed.value("note").strip() or None,
        "appointment_at": _moment(typed.value("appointment_at"), zone),
        "expected_by": _day(typed.value("expected_by"), "expected_by"),
        "outcome": typed.value("outcome") or None,
        "service_dates": _days(typed.all("service_dates")),
        "provided": typed.value("provided").strip() or None,
    }


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    """The clock on the wall of the organization."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=zone) if text else None
    except ValueError:
        raise Invalid(N_("Give day and time."), parameter="appointment_at") from None


def _day(text: str, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Invalid(N_("Give a day."), parameter=name) from None


def _days(texts: tuple[str, ...]) -> tuple[date, ...]:
    found = (_day(text, "service_dates") for text in texts[:DATES_MAX])
    return tuple(day for day in found if day)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _refused(caller: Caller, event: str, typed: Typed, refused: HandrailError) -> Response[str]:
    """The same form with what was wrong; when it was about no field, the referral as it is now."""
    say = reader(caller.request)
    errors = said(refused, say)
    if "form" in errors or event in words.AT_ONCE:
        return _overview(caller, nothing_typed().wrong({"actions": " ".join(errors.values())}), 409)
    return _ask(caller, event, typed.wrong(errors), 400)


def _view(caller: Caller) -> tuple[ReferralView, ZoneInfo]:
    with caller.database.write() as session:  # reading it is audited
        view = queries.referral(session, caller.visit.actor, caller.vault, caller.visit.referral_id)
        return view, _zone(session, caller)


def _zone(session: Session, caller: Caller) -> ZoneInfo:
    organization_id = caller.visit.actor.organization_id
    return ZoneInfo(session.get_one(NetworkOrganization, organization_id).timezone)


def _overview(caller: Caller, typed: Typed, status: int = 200) -> Response[str]:
    view, zone = _view(caller)
    say = reader(caller.request)
    done = words.ACTIONS.get(dict(here(caller.request).pairs).get("done", ""))
    line = view.line
    return caller.show(
        "overview.html",
        status,
        typed=typed,
        view=view,
        state=words.said(words.STATES, line.state, say),
        due=showing.clock(line.due_at, zone, say) if _waits(view) and line.due_at else "",
        appointment=showing.clock(line.appointment_at, zone, say) if line.appointment_at else "",
        facts=showing.facts(view.shared or {}, say),
        happened=showing.happened(view, zone, say),
        at_once=[event for event in _allowed(view) if event in words.AT_ONCE],
        others=[event for event in _allowed(view) if event not in words.AT_ONCE],
        actions=words.ACTIONS,
        done=say.gettext(done.done) if done and not typed.errors else "",
    )


def _waits(view: ReferralView) -> bool:
    return view.line.state not in TERMINAL


def _allowed(view: ReferralView) -> list[str]:
    allowed = {item.event for item in view.available_events if item.allowed}
    return [event for event in words.ACTIONS if event in allowed]


def _ask(caller: Caller, event: str, typed: Typed, status: int = 200) -> Response[str]:
    view, zone = _view(caller)
    found = next((item for item in view.available_events if item.event == event), None)
    if found is None or not found.allowed or event not in words.ACTIONS:
        say = reader(caller.request)
        why = found.why if found and found.why else say.gettext("This is not possible any more.")
        return _overview(caller, nothing_typed().wrong({"actions": say.gettext(why)}), 409)
    say = reader(caller.request)
    return caller.show(
        "act.html",
        status,
        typed=typed,
        event=event,
        action=words.ACTIONS[event],
        version=view.line.version,
        today=now().astimezone(zone).date().isoformat(),
        **_choices(caller, found, say),
    )


def _choices(caller: Caller, found: AvailableEvent, say: Language) -> dict[str, Any]:
    """The lists and fields the form of that event has."""
    outcomes: tuple[str, ...] = ()
    if "outcome" in found.needs:
        with caller.database.read() as session:
            outcomes = tuple(codes(session, CodeKind.OUTCOME, now().date()))
    return {
        "reasons": words.options(words.REASONS, found.codes, say),
        "wants_words": found.reason == "text",
        "wants_moment": "appointment_at" in found.needs,
        "wants_day": found.event in WITH_DAY,
        "outcomes": words.options(words.OUTCOMES, outcomes, say),
    }
