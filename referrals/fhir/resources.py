"""A loop → FHIR R4 resources. Pure; each function makes the resources of one type.

`base` is this installation's address: it names its identifiers and code systems.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime

from patients.views import ConsentView
from referrals.fhir import terms
from referrals.fhir.loop import Attempt, Loop
from referrals.fhir.terms import Json
from referrals.states import TABLE, Status

REQUEST_STATUS = {
    Status.DRAFT: "draft",
    Status.COMPLETED: "completed",
    Status.ENTERED_IN_ERROR: "entered-in-error",
    Status.WAITLISTED: "on-hold",
    Status.DECLINED: "revoked",
    Status.EXPIRED: "revoked",
    Status.CANCELLED: "revoked",
    Status.NOT_COMPLETED: "revoked",
}
"""ServiceRequest.status; every other state is an active request."""


def patients(loop: Loop) -> Iterator[Json]:
    """Who it is about. Only ways to reach them that are safe."""
    who = loop.patient
    reached = [
        {"system": contact.system, "value": contact.value, "rank": contact.rank}
        for contact in loop.contacts
        if contact.safe
    ]
    languages = [{"language": _coded(terms.LANGUAGE_SYSTEM, tag)} for tag in who.languages]
    yield _filled(
        resourceType="Patient",
        id=who.id,
        name=[{"text": who.name}],
        birthDate=who.birth_date and who.birth_date.isoformat(),
        telecom=reached,
        address=[{"postalCode": who.postal_code}] if who.postal_code else None,
        communication=languages,
    )


def related_people(loop: Loop) -> Iterator[Json]:
    """Caregivers and proxies: a need can be theirs, and a consent given by them."""
    for person in loop.people:
        yield _filled(
            resourceType="RelatedPerson",
            id=person.id,
            patient=_patient(loop),
            name=[{"text": person.name}],
            relationship=[{"text": person.relationship}],
            telecom=[{"system": "phone", "value": person.phone}] if person.phone else None,
        )


def organizations(loop: Loop) -> Iterator[Json]:
    """Who sends, and who was asked."""
    for key, name in sorted(loop.organizations.items()):
        yield {"resourceType": "Organization", "id": key, "active": True, "name": name}


def consents(loop: Loop) -> Iterator[Json]:
    """What the patient allowed, for the partners that were asked."""
    for consent in loop.consents:
        yield _filled(
            resourceType="Consent",
            id=consent.id,
            meta=_meta("Consent", consent.restricted),
            status="active" if consent.active else "inactive",
            scope={"coding": [terms.PRIVACY]},
            category=[{"coding": [terms.DISCLOSURE]}],
            patient=_patient(loop),
            dateTime=_instant(consent.recorded_at),
            performer=[_giver(loop, consent)],
            organization=[_to("Organization", loop.sender_id)],
            sourceAttachment={
                "contentType": "text/plain",
                "title": f"{consent.given_how.capitalize()} consent",
            },
            policyRule={"coding": [terms.AUTHORIZATION]},
            provision=_provision(consent),
        )


def _giver(loop: Loop, consent: ConsentView) -> Json:
    given_by = consent.related_person_id
    return _to("RelatedPerson", given_by) if given_by else _patient(loop)


def _provision(consent: ConsentView) -> Json:
    until = min(_days(consent)) if _days(consent) else None
    return _filled(
        type="permit",
        period=_filled(
            start=consent.valid_from.isoformat(),
            # A consent can be revoked before the day it would begin to hold.
            end=max(until, consent.valid_from).isoformat() if until else None,
        ),
        actor=[
            {"role": {"coding": [terms.RECIPIENT]}, "reference": _to("Organization", partner)}
            for partner in consent.partners
        ],
        purpose=[_code("http://terminology.hl7.org/CodeSystem/v3-ActReason", "TREAT")],
    )


def _days(consent: ConsentView) -> list[date]:
    revoked = consent.revoked_at.date() if consent.revoked_at else None
    return [day for day in (consent.valid_until, revoked) if day]


def service_requests(loop: Loop, base: str) -> Iterator[Json]:
    """What was asked of a partner, once per attempt."""
    for attempt in loop.attempts:
        row = attempt.referral
        yield _filled(
            resourceType="ServiceRequest",
            id=row.id,
            meta=_meta("ServiceRequest", row.restricted),
            status=REQUEST_STATUS.get(row.status, "active"),
            intent="order",
            priority=row.urgency.value,
            category=[{"coding": [terms.SOCIAL_SERVICE]}, {"coding": [_category(loop, base)]}],
            code={"text": attempt.service or loop.need.category},
            subject=_patient(loop),
            authoredOn=_instant(_authored(attempt)),
            requester=_to("Organization", row.organization_id),
            performer=[_to("Organization", row.partner_id)],
            reasonCode=[{"text": loop.need.words}] if loop.need.words else None,
            supportingInfo=_consented(loop, attempt),
        )


def tasks(loop: Loop, base: str) -> Iterator[Json]:
    """Where each attempt stands."""
    for attempt in loop.attempts:
        row, state = attempt.referral, TABLE.states[attempt.referral.status]
        subject = loop.need.subject
        yield _filled(
            resourceType="Task",
            id=row.id,
            meta=_meta("TaskForReferralManagement", row.restricted),
            identifier=[{"system": f"{base}/referrals", "value": row.id}],
            status=state.fhir,
            statusReason=_reason(attempt, state.fhir, base),
            businessStatus={"text": state.business} if state.business else None,
            intent="order",
            priority=row.urgency.value,
            code={"coding": [terms.FULFILL]},
            focus=_to("ServiceRequest", row.id),
            authoredOn=_instant(_authored(attempt)),
            lastModified=_instant(attempt.last.at),
            requester=_to("Organization", row.organization_id),
            owner=_to("Organization", row.partner_id),
            output=_output(attempt),
            **{"for": _to("RelatedPerson", subject.id) if subject else _patient(loop)},
        )


def procedures(loop: Loop, base: str) -> Iterator[Json]:
    """What was given, for each attempt that was completed."""
    for attempt in loop.attempts:
        if attempt.result is None or not _is_done(attempt):
            continue
        row, found = attempt.referral, attempt.result.outcome
        yield _filled(
            resourceType="Procedure",
            id=row.id,
            meta=_meta("Procedure", row.restricted),
            basedOn=[_to("ServiceRequest", row.id)],
            status="completed",
            category={"coding": [terms.SOCIAL_SERVICE, _category(loop, base)]},
            code={
                "coding": [_own(base, "outcome", found.code)],
                "text": attempt.result.provided or attempt.service or _words(found.code),
            },
            subject=_patient(loop),
            **_performed(found.service_dates),
        )


def _performed(days: list[str]) -> Json:
    if len(days) == 1:
        return {"performedDateTime": days[0]}
    return {"performedPeriod": {"start": min(days), "end": max(days)}}


def _is_done(attempt: Attempt) -> bool:
    return attempt.referral.status is Status.COMPLETED


def _output(attempt: Attempt) -> list[Json]:
    if attempt.result is None or not _is_done(attempt):
        return []
    activity = _to("Procedure", attempt.referral.id)
    return [{"type": {"coding": [terms.RESULT]}, "valueReference": activity}]


def _reason(attempt: Attempt, status: str, base: str) -> Json | None:
    """Why it stands there: the code of the event that brought it there, and the same in words."""
    code = attempt.last.reason or attempt.referral.reason
    if code is None:
        return {"text": _words(attempt.last.event)} if _wants_reason(status) else None
    coding = [_own(base, "reason", code)]
    if code in terms.GRAVITY_REASONS:
        coding.append(_code(terms.CATEGORY_SYSTEM, terms.GRAVITY_REASONS[code]))
    return {"coding": coding, "text": _words(code)}


def _wants_reason(status: str) -> bool:
    return status in terms.STATUS_REASON_EXPECTED


def _authored(attempt: Attempt) -> datetime:
    return attempt.referral.sent_at or attempt.referral.created_at


def _category(loop: Loop, base: str) -> Json:
    known = terms.GRAVITY_CATEGORIES.get(loop.need.category)
    if known is None:
        return _own(base, "category", loop.need.category)
    return {**_code(terms.CATEGORY_SYSTEM, known[0]), "display": known[1]}


def _consented(loop: Loop, attempt: Attempt) -> list[Json]:
    known = {consent.id for consent in loop.consents}
    consent = attempt.referral.consent_id
    return [_to("Consent", consent)] if consent and consent in known else []


def _meta(profile: str, restricted: str | None) -> Json:
    security = [terms.RESTRICTED] if restricted else None
    return _filled(profile=[terms.profile(profile)], security=security)


def _patient(loop: Loop) -> Json:
    return _to("Patient", loop.patient.id)


def _to(kind: str, key: str) -> Json:
    return {"reference": f"{kind}/{key}"}


def _code(system: str, code: str) -> Json:
    return {"system": system, "code": code}


def _coded(system: str, code: str) -> Json:
    return {"coding": [_code(system, code)]}


def _own(base: str, name: str, code: str) -> Json:
    """A code of this network's own, with the words for it."""
    return {**_code(f"{base}/codes/{name}", code.replace("_", "-")), "display": _words(code)}


def _words(code: str) -> str:
    return code.replace("_", " ").replace("-", " ").capitalize()


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _filled(**values: object) -> Json:
    """Only what has a value: FHIR knows neither null nor empty."""
    return {name: value for name, value in values.items() if value not in (None, [], {}, "")}
