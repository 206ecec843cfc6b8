"""When it is allowed: what each guard of the table means.

A guard raises with the reason in words. With `given` None it is asked before anything was entered,
to know which events to offer; guards of what is entered then have nothing to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlmodel import Session, col, select

from core.errors import Conflict, Invalid
from core.saying import Saying
from directory.queries import service_summary
from patients.caring import covering_consent
from patients.models import Need, NeedStatus
from patients.opening import is_active
from referrals.case import Case, Given, Step
from referrals.codes import OTHER, check_code
from referrals.errors import Duplicate, NoConsent
from referrals.models import CodeKind, Referral
from referrals.states import TEXT, ActorKind, Transition

YEARS_AHEAD = timedelta(days=3 * 366)
REMINDERS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What a guard is asked about. `given` is None before anything was entered."""

    session: Session
    case: Case
    transition: Transition
    kind: ActorKind
    given: Given | None


Guard = Callable[[Asked], None]


def check(session: Session, case: Case, step: Step) -> None:
    """Raise unless every guard of the transition holds, and its reason is one."""
    check_reason(session, case, step)
    asked = Asked(session, case, step.transition, step.kind, step.given)
    for name in step.transition.guard:
        GUARDS[name](asked)


def check_now(session: Session, case: Case, transition: Transition, kind: ActorKind) -> None:
    """Raise if the event cannot happen now, whatever is entered with it."""
    asked = Asked(session, case, transition, kind, None)
    for name in transition.guard:
        GUARDS[name](asked)


def check_reason(session: Session, case: Case, step: Step) -> None:
    """The reason is a code that is valid today, or words where words are asked for."""
    wanted, given = step.transition.reason, step.given
    if wanted is None:
        if given.reason:
            raise Invalid("This event takes no reason.", parameter="reason")
        return
    if wanted == TEXT:
        _words(given, "Say it in words.")
        return
    check_code(session, CodeKind(wanted), given.reason, case.at.date())
    if given.reason == OTHER:
        _words(given, "Say in words what the other reason is.")


def _words(given: Given, message: str) -> None:
    if not given.note:
        raise Invalid(message, parameter="note")


def _partner_active(asked: Asked) -> None:
    if not asked.case.partner.active:
        raise Conflict(
            Saying("%(name)s no longer takes part in this network.", name=asked.case.partner.name)
        )


def _service_open(asked: Asked) -> None:
    service = service_summary(asked.session, asked.case.referral.service_id)
    if service is None or not service.takes_referrals:
        raise Conflict("This service takes no referrals at the moment. Choose another one.")


def _intake(asked: Asked) -> None:
    need = asked.session.get_one(Need, asked.case.referral.need_id)
    if need.status not in (NeedStatus.OPEN, NeedStatus.IN_PROGRESS):
        raise Conflict("The need is closed. Open it again, or record a new one.")
    if "name" not in asked.case.referral.fields:
        raise Invalid("A referral shares the name at least.", parameter="fields")


def _consent(asked: Asked) -> None:
    if not consent_holds(asked.case):
        raise NoConsent("There is no consent for sharing this with this partner, or it has ended.")


def find_consent(session: Session, case: Case) -> None:
    """Let a draft rest on a consent that covers it, when there is one today."""
    referral = case.referral
    case.consent = covering_consent(
        session,
        referral.patient_id,
        referral.partner_id,
        referral.fields,
        restricted=referral.restricted,
    )


def consent_holds(case: Case) -> bool:
    """Whether the referral's consent holds today and covers its fields and restriction."""
    consent, referral = case.consent, case.referral
    return (
        consent is not None
        and is_active(consent, case.at.date())
        and consent.restricted == referral.restricted
        and set(referral.fields) <= set(consent.data_categories)
    )


def _no_duplicate(asked: Asked) -> None:
    referral = asked.case.referral
    open_one = select(Referral.id).where(
        Referral.need_id == referral.need_id,
        Referral.service_id == referral.service_id,
        Referral.id != referral.id,
        col(Referral.closed_at).is_(None),
        col(Referral.sent_at).is_not(None),
    )
    if asked.session.exec(open_one.limit(1)).first():
        raise Duplicate("This need is already with this service. Cancel that referral first.")


def _waitlist_open(asked: Asked) -> None:
    if asked.case.capacity and asked.case.capacity.waitlist_open is False:
        raise Conflict("The waitlist of this service is closed.")


def _expected_by(asked: Asked) -> None:
    if asked.given is None or asked.given.expected_by is None:
        return
    today = asked.case.at.date()
    if not today < asked.given.expected_by <= today + YEARS_AHEAD:
        raise Invalid("Choose a day from tomorrow on, within three years.", parameter="expected_by")


def _appointment(asked: Asked) -> None:
    if asked.given is None:
        return
    at = asked.given.appointment_at
    if at is None or at.tzinfo is None:
        raise Invalid("Give day and time.", parameter="appointment_at")
    if not asked.case.at < at <= asked.case.at + YEARS_AHEAD:
        raise Invalid(
            "Choose a time in the future, within three years.", parameter="appointment_at"
        )


def _began(asked: Asked) -> None:
    begins = asked.case.referral.appointment_at
    if begins and asked.case.at < begins:
        raise Conflict("The appointment has not begun yet.")


def _outcome(asked: Asked) -> None:
    if asked.given is None:
        return
    case, given = asked.case, asked.given
    check_code(asked.session, CodeKind.OUTCOME, given.outcome, case.at.date(), parameter="outcome")
    # A partner east of UTC may be a day ahead of it.
    newest = (case.at + timedelta(hours=14)).date()
    opened = asked.session.get_one(Need, case.referral.need_id).opened_on
    if not given.service_dates or len(given.service_dates) > 100:
        raise Invalid("Name at least one day of service.", parameter="service_dates")
    if not all(opened <= day <= newest for day in given.service_dates):
        raise Invalid(
            Saying(
                "Days of service lie between %(day)s (when the need was opened) and today.",
                day=opened,
            ),
            parameter="service_dates",
        )


def _evidence(asked: Asked) -> None:
    if asked.given is not None:
        today, code = asked.case.at.date(), asked.given.evidence
        check_code(asked.session, CodeKind.EVIDENCE, code, today, parameter="evidence")


def _due(asked: Asked) -> None:
    """Only the clock has to wait for the time."""
    referral, event = asked.case.referral, asked.transition.event
    is_due = (
        referral.due_event == event
        and referral.due_at is not None
        and referral.due_at <= asked.case.at
    )
    if asked.kind is ActorKind.TIMER and not is_due:
        raise Conflict("It is not due yet.")


def _reminded(asked: Asked) -> None:
    if asked.case.referral.reminders_sent < REMINDERS:
        raise Conflict("The partner has not been reminded twice yet.")


GUARDS: Final[Mapping[str, Guard]] = {
    "partner_active": _partner_active,
    "service_open": _service_open,
    "intake": _intake,
    "consent": _consent,
    "no_duplicate": _no_duplicate,
    "waitlist_open": _waitlist_open,
    "expected_by": _expected_by,
    "appointment": _appointment,
    "appointment_began": _began,
    "outcome": _outcome,
    "evidence": _evidence,
    "due": _due,
    "reminded": _reminded,
}
