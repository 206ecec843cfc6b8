"""When a patient cannot go: warned of before it is sent or booked, noted when it is meant all the same.

A service that is only open when they cannot go is asked, and an appointment in a blocked time is entered,
by whoever says so (`despite`). Partners are told nothing of this: they do not know the patient's times.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from accounts.models import NetworkOrganization
from core.actor import Actor
from core.errors import Invalid
from core.saying import N_
from directory.queries import service_views, units_at
from patients.clashes import Clash, clash_at, clash_of
from patients.models import PatientTime
from patients.views import TimeView
from referrals import recording
from referrals.case import Case, Step
from referrals.models import Referral
from referrals.states import ActorKind

NEVER = N_(
    "This service is only open when the patient cannot go. Say that it is asked all the same."
)
BLOCKED = N_("The patient cannot go then. Say that it is meant.")
DESPITE = "despite"


def heed(session: Session, case: Case, step: Step) -> bool:
    """Whether the event goes against the patient's times. Raises Invalid unless that is meant."""
    if step.kind is not ActorKind.COORDINATOR:
        return False
    if step.transition.event == "send":
        found = clash(session, case.referral, case.partner, case.at)
        against, why, field = found is not None and found.never, NEVER, DESPITE
    elif step.given.appointment_at:
        against, why, field = _blocked(session, case.referral, step), BLOCKED, "appointment_at"
    else:
        return False
    if against and not step.given.despite:
        raise Invalid(why, parameter=field)
    return against


def clash(
    session: Session, row: Referral, partner: NetworkOrganization, at: datetime
) -> Clash | None:
    """How the hours of the referral's service clash with the patient's times."""
    times = _times(session, row)
    if not times:
        return None
    place = (row.service_id, row.location_id)
    unit = units_at(session, [place]).get(place)
    views = service_views(session, [unit], timezone=partner.timezone) if unit else []
    return clash_of(views[0].hours, times, at) if views else None


def note(session: Session, actor: Actor, row: Referral) -> None:
    """One audit row, for whoever asks later why."""
    recording.record(session, actor, "referral.despite_clash", row, service=row.service_id)


def _blocked(session: Session, row: Referral, step: Step) -> bool:
    of = session.get_one(NetworkOrganization, row.organization_id)
    at = step.given.appointment_at
    return at is not None and clash_at(_times(session, row), at, ZoneInfo(of.timezone)) is not None


def _times(session: Session, row: Referral) -> list[TimeView]:
    """When the patient can and cannot go; why is nobody's business here."""
    rows = session.exec(select(PatientTime).where(col(PatientTime.patient_id) == row.patient_id))
    return [
        TimeView(one.id, one.kind.value, one.window, None, one.valid_from, one.valid_to)
        for one in rows
    ]
