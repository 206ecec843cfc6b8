"""Everything a coordinator can do with a referral: a page that asks what has to come with it."""

from datetime import date, datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.models import NetworkOrganization
from core.clock import now
from core.errors import Conflict, Forbidden, HandrailError, Invalid
from patients.clashes import clash_at
from patients.models import LoopConfirmation
from referrals import confirming, queries
from referrals.clashing import clash
from referrals.codes import codes
from referrals.commands import apply
from referrals.models import CodeKind, Referral
from referrals.views import AvailableEvent
from web.i18n import N_
from web.providers import PageRequest
from web.respond.showing import values
from web.staff.desk import Desk, desk_of, go, nothing_typed, said
from web.staff.patients import COORDINATOR
from web.staff.reading import day_of, read_number
from web.staff.record import local_today, wordings
from web.staff.referring.actions import ACTIONS, EVIDENCE
from web.staff.referring.referral import Opened, open_referral, question_of, show
from web.staff.referring.words import clash_words
from web.staff.report_words import CODES
from web.staff.typed import Sent, Typed, typed_of
from web.staff.wording import Options
from web.times import window_words

ACT = "/staff/referrals/{referral_id:str}/act/{event:str}"
WITH_EVIDENCE = "evidence"


@get(ACT, opt=COORDINATOR, sync_to_thread=True)
def ask(request: PageRequest, referral_id: FromPath[str], event: FromPath[str]) -> Response[str]:
    """Asks what has to come with an event."""
    desk = desk_of(request)
    opened = open_referral(desk, referral_id)
    usual = {"service_dates": local_today(desk)} if event == "complete_on_behalf" else {}
    return _ask(desk, opened, event, typed_of(usual))


@post(ACT, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def act(
    request: PageRequest, referral_id: FromPath[str], event: FromPath[str], typed: Sent
) -> Response[Any]:
    """Causes the event, once: the form names the version it was made for."""
    desk = desk_of(request)
    opened = open_referral(desk, referral_id)
    try:
        given = _given(desk, event, typed)
        _heed_clash(desk, opened, given, typed)
        with desk.database.write() as session:
            version = read_number(typed.value("version"), 0)
            apply(session, desk.actor, referral_id, event, version=version, vault=desk.vault,
                  **given)  # fmt: skip
    except Forbidden:
        raise
    except HandrailError as refused:
        return _refused(desk, referral_id, event, typed, refused)
    return go(f"/staff/referrals/{referral_id}", done="sent" if event == "send" else "saved")


@post("/staff/referrals/{referral_id:str}/confirm", opt=COORDINATOR, sync_to_thread=True,
      status_code=200)  # fmt: skip
def confirm(request: PageRequest, referral_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Keeps who says that it helped; that it did not opens the need again, with a new draft."""
    desk = desk_of(request)
    opened = open_referral(desk, referral_id)
    said_by = set(LoopConfirmation) - {LoopConfirmation.UNCONFIRMED}
    if typed.value("by") not in said_by:
        words = desk.say.gettext("Choose who says how it ended.")
        return show(desk, opened, typed.wrong({"by": words}), 400)
    by = LoopConfirmation(typed.value("by"))
    met = by is not LoopConfirmation.DISPUTED
    try:
        with desk.database.write() as session:
            version = read_number(typed.value("version"), 0)
            confirming.confirm(session, desk.actor, opened.need.id, met=met, version=version,
                               words_of=by if met else None)  # fmt: skip
    except Conflict as refused:
        wrong = typed.wrong({"by": desk.say.gettext(refused.message)})
        return show(desk, open_referral(desk, referral_id), wrong, 409)
    if met:
        return go(f"/staff/referrals/{referral_id}", done="saved")
    again = open_referral(desk, referral_id).view.replaced_by
    return go(f"/staff/referrals/{again[-1]}" if again else f"/staff/needs/{opened.need.id}")


def _given(desk: Desk, event: str, typed: Typed) -> dict[str, Any]:
    """What was entered, as the command takes it. Raises Invalid, naming the field."""
    despite = typed.has("despite")
    if event == "send":
        return {"preview": typed.value("preview") or None, "despite": despite}
    day = day_of(typed, "service_dates", desk.say)
    return {
        "reason": typed.value("reason") or None,
        "note": typed.value("note").strip() or None,
        "appointment_at": _moment(desk, typed.value("appointment_at")),
        "outcome": typed.value("outcome") or None,
        "service_dates": (day,) if isinstance(day, date) else (),
        "provided": typed.value("provided").strip() or None,
        "evidence": typed.value("evidence") or None,
        "despite": despite,
    }


def _moment(desk: Desk, text: str) -> datetime | None:
    """The clock on the wall here."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=desk.site.zone) if text else None
    except ValueError:
        raise Invalid(N_("Give day and time."), parameter="appointment_at") from None


def _heed_clash(desk: Desk, opened: Opened, given: dict[str, Any], typed: Typed) -> None:
    """Raises Invalid when an appointment falls into a blocked time, and why, unless it is meant."""
    at = given.get("appointment_at")
    found = clash_at(opened.record.times, at, desk.site.zone) if at else None
    if found is None or typed.has("despite"):
        return
    why = found.reason or window_words(found.window, desk.say)
    words = desk.say.gettext("They cannot go then (%(why)s). Tick that it is meant.", why=why)
    raise Invalid(words, parameter="appointment_at")


def _refused(
    desk: Desk, referral_id: str, event: str, typed: Typed, refused: HandrailError
) -> Response[str]:
    """The same form with what was wrong and what was typed; the referral as it is by now."""
    wrong = typed.wrong(said(refused, desk.say))
    status = 400 if isinstance(refused, Invalid) else 409
    return _ask(desk, open_referral(desk, referral_id), event, wrong, status)


def _ask(desk: Desk, opened: Opened, event: str, typed: Typed, status: int = 200) -> Response[str]:
    found = next((one for one in opened.view.available_events if one.event == event), None)
    if event not in ACTIONS or found is None or not found.allowed:
        return _not_now(desk, opened, event, found, typed)
    return desk.show(
        "referring/act.html",
        status,
        typed=typed,
        event=event,
        action=ACTIONS[event],
        line=opened.view.line,
        patient=opened.record.summary,
        need=opened.need,
        question=question_of(opened.view),
        **_choices(desk, found),
        **_preview(desk, opened, event),
        **wordings(desk),
    )


def _not_now(
    desk: Desk, opened: Opened, event: str, found: AvailableEvent | None, typed: Typed
) -> Response[str]:
    """Why it is not possible, and what was typed, so that it is not lost."""
    why = typed.error("form") or (found.why if found and found.why else "")
    words = desk.say.gettext(why) if why else desk.say.gettext("This is not possible any more.")
    kept = [typed.value(name) for name in ("note", "provided") if typed.value(name).strip()]
    wrong = nothing_typed().wrong({"actions": words})
    return show(desk, opened, wrong.having(kept=kept), 409)


def _choices(desk: Desk, found: AvailableEvent) -> dict[str, Any]:
    """The lists and fields the form of that event has."""
    with desk.database.read() as session:
        today = now().date()
        lists = {kind: tuple(codes(session, kind, today))
                 for kind in (CodeKind.OUTCOME, CodeKind.EVIDENCE)}  # fmt: skip
    evident = found.reason == WITH_EVIDENCE
    return {
        "reasons": [] if evident else _options(desk, found.codes),
        "knowing": _evidence(desk, found.codes if evident else lists[CodeKind.EVIDENCE])
        if evident or "evidence" in found.needs
        else [],
        "knowing_name": "reason" if evident else "evidence",
        "wants_words": found.reason == "text" or found.event == "answer_info",
        "wants_moment": "appointment_at" in found.needs,
        "outcomes": _options(desk, lists[CodeKind.OUTCOME]) if "outcome" in found.needs else [],
    }


def _options(desk: Desk, found: tuple[str, ...]) -> Options:
    """Codes in words that begin a line."""
    if not found:
        return []
    known = [(code, desk.say.gettext(CODES[code]) if code in CODES else code) for code in found]
    return [("", ""), *((code, text[:1].upper() + text[1:]) for code, text in known)]


def _evidence(desk: Desk, found: tuple[str, ...]) -> Options:
    return [(code, desk.say.gettext(EVIDENCE.get(code, code))) for code in found]


def _preview(desk: Desk, opened: Opened, event: str) -> dict[str, Any]:
    """What the partner will see of a draft, and what stands for exactly that."""
    if event != "send":
        return {"rows": [], "preview": "", "clash": ""}
    view = opened.view
    with desk.database.write() as session:  # reading it is noted
        content, digest = queries.preview(session, desk.actor, desk.vault, view.line.id)
        row = session.get_one(Referral, view.line.id)
        partner = session.get_one(NetworkOrganization, row.partner_id)
        found = clash(session, row, partner, now())
    return {
        "rows": [(name, values(name, content, desk.say)) for name in view.fields],
        "preview": digest,
        "clash": clash_words(found, desk.say) if found else "",
        "never": found is not None and found.never,
    }
