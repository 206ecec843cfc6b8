"""One patient's record: everything known, on one page."""

from datetime import date
from functools import partial
from typing import Any

from litestar import Response, get
from litestar.params import FromPath
from sqlmodel import Session

from accounts.queries import partners
from core.clock import now
from patients import caseloads, queries
from patients.opening import ERASED
from patients.views import ConsentView, ContactView, NeedView, PatientRecord
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, known_id
from web.staff.patients import COORDINATOR
from web.staff.week import week_of
from web.staff.wording import word, words
from web.times import window_words

RECORD = "/staff/patients/{patient_id:str}"
OPEN = ("open", "in_progress")


@get(RECORD, opt=COORDINATOR, sync_to_thread=True)
def record(request: PageRequest, patient_id: FromPath[str]) -> Response[str]:
    """The whole record. Reading it is noted in the audit trail."""
    desk = desk_of(request)
    with desk.database.write() as session:
        found = open_record(session, desk, patient_id)
        merged = queries.merged_into(session, desk.actor, patient_id)
        context = _context(session, desk, found)
    return desk.show("patient.html", record=found, merged=merged, **context)


def open_record(
    session: Session, desk: Desk, patient_id: str, purpose: str = "care"
) -> PatientRecord:
    """The record, for a page that shows some of it. Audited."""
    return queries.patient_record(
        session, desk.actor, desk.vault, known_id(patient_id), purpose=purpose
    )


def local_today(desk: Desk) -> date:
    """Today where this installation is."""
    return now().astimezone(desk.site.zone).date()


def wordings(desk: Desk) -> dict[str, Any]:
    """What templates call codes by: `word("status", "met")`, `words("insurance", codes)`."""
    say = desk.say
    return {
        "word": lambda name, code: word(name, code, say),
        "words": lambda name, codes: words(name, codes, say),
        "window_words": partial(window_words, say=say),
    }


def _context(session: Session, desk: Desk, found: PatientRecord) -> dict[str, Any]:
    today = local_today(desk)
    needs = sorted(found.needs, key=_urgency)
    return {
        **wordings(desk),
        "age": age_on(found.summary.birth_date, today),
        "contacts": sorted(found.contacts, key=_rank),
        "week": week_of(found.times, today, desk.say),
        "open_needs": [need for need in needs if need.status in OPEN],
        "closed_needs": [need for need in needs if need.status not in OPEN],
        "consents": sorted(found.consents, key=_freshness),
        "partner_names": {partner.id: partner.name for partner in partners(session)},
        "carers": caseloads.carers(session, desk.actor, found.summary.id),
        "closed": found.summary.name == ERASED,
    }


def age_on(born: date | None, today: date) -> int | None:
    """How many years old somebody is that day; None when it is not known when they were born."""
    if born is None:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _urgency(need: NeedView) -> tuple[bool, date, str]:
    return need.urgency != "urgent", need.opened_on, need.id


def _rank(contact: ContactView) -> tuple[bool, int, str]:
    return not contact.safe, contact.rank, contact.id


def _freshness(consent: ConsentView) -> tuple[bool, bool, float]:
    return not consent.active, consent.restricted is not None, -consent.recorded_at.timestamp()
