"""One page from a need to a sent referral: whom to ask, what they will see, with whose leave."""

from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts import sessions
from core.db import new_id
from core.errors import Conflict, HandrailError, Invalid
from patients import queries
from patients.forms import parse
from patients.views import NeedView, PatientRecord
from referrals.bulk import send_all
from referrals.errors import KeyReused
from referrals.forms import SharedConsentForm
from referrals.models import Referral
from referrals.preparing import Shown, preview
from web.links import with_query
from web.pages import here
from web.providers import PageRequest
from web.respond.showing import values
from web.staff.desk import Desk, desk_of, go, known_id
from web.staff.patients import COORDINATOR
from web.staff.record import OPEN, open_record, wordings
from web.staff.referring.choosing import Choice, choices, told_fields
from web.staff.referring.refusing import of_target, problems
from web.staff.typed import Sent, Typed, typed_of
from web.staff.wording import field_errors, options

REFER = "/staff/needs/{need_id:str}/refer"
CONSENT_FIELDS = {"related_person_id": "person"}


@dataclass(frozen=True, slots=True)
class Sheet:
    """Everything the page is about. `address` is the page itself, with the services it names."""

    record: PatientRecord
    need: NeedView
    shown: Shown
    choices: tuple[Choice, ...]
    replaces: str
    address: str

    def usual(self) -> list[Choice]:
        """Whom to ask at first: those the address names, else the whole shortlist."""
        able = [choice for choice in self.choices if not choice.barrier]
        return [choice for choice in able if choice.named] or able


@get("/staff/refer", opt=COORDINATOR, sync_to_thread=True)
def which_need(request: PageRequest) -> Response[Any]:
    """For which need of the patient of the search? Where one is known, on to its page."""
    desk = desk_of(request)
    named = [pair for pair in here(request).pairs if pair[0] == "service"]
    with desk.database.write() as session:
        context = sessions.context_of(session, desk.visitor.session_hash) or {}
        patient_id = context.get("patient_id")
        found = open_record(session, desk, patient_id, "refer") if patient_id else None
    needs = [need for need in found.needs if need.status in OPEN] if found else []
    if len(needs) == 1:
        return go(with_query(f"/staff/needs/{needs[0].id}/refer", named))
    return desk.show(
        "referring/which_need.html",
        patient=found.summary if found else None,
        needs=[(need, with_query(f"/staff/needs/{need.id}/refer", named)) for need in needs],
        **wordings(desk),
    )


@get(REFER, opt=COORDINATOR, sync_to_thread=True)
def refer(request: PageRequest, need_id: FromPath[str]) -> Response[str]:
    """Whom to ask, with what to weigh; what they will see; and consent."""
    desk = desk_of(request)
    sheet = _load(desk, need_id)
    return _show(desk, sheet, _usual(sheet, desk))


@post(REFER, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def send(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Sends to all that are ticked, or to none."""
    desk = desk_of(request)
    sheet = _load(desk, need_id)
    ticked = [choice for choice in sheet.choices if choice.unit in typed.all("to")]
    if wrong := problems(ticked, _fields(typed, sheet), typed, desk.say):
        return _show(desk, sheet, typed.wrong(wrong), 400)
    try:
        sent = _send(desk, sheet, ticked, typed)
    except KeyReused:
        words = desk.say.gettext("What this page had before was sent already. Look, and send anew.")
        fresh = typed.having(key=new_id()).wrong({"form": words})
        return _show(desk, _load(desk, need_id), fresh, 409)
    except (Conflict, Invalid) as refused:
        wrong = _refused(desk, refused, ticked)
        status = 409 if isinstance(refused, Conflict) else 400
        return _show(desk, _load(desk, need_id), typed.wrong(wrong), status)
    if len(sent) == 1:
        return go(f"/staff/referrals/{sent[0].id}", done="sent")
    return go(f"/staff/needs/{need_id}", done="sent")


def _send(desk: Desk, sheet: Sheet, ticked: list[Choice], typed: Typed) -> list[Referral]:
    consent = parse(SharedConsentForm, _consent(typed)) if typed.value("given_how") else None
    despite = {one.target.service_id for one in ticked if typed.has("despite", one.unit)}
    with desk.database.write() as session:
        return send_all(
            session,
            desk.actor,
            desk.vault,
            need_id=sheet.need.id,
            targets=[choice.target for choice in ticked],
            fields=_fields(typed, sheet),
            consent=consent,
            key=typed.value("key") or None,
            replaces_id=sheet.replaces or None,
            seen=typed.value("seen") or None,
            despite=despite,
        )


def _fields(typed: Typed, sheet: Sheet) -> list[str]:
    """What is ticked, in the order it is shown; the name always."""
    return [name for name in sheet.shown.fields if name == "name" or typed.has("fields", name)]


def _consent(typed: Typed) -> dict[str, Any]:
    by = typed.value("given_by") or "patient"
    return {
        "given_how": typed.value("given_how"),
        "given_by": by,
        "related_person_id": typed.value("person") if by != "patient" else None,
        "evidence": typed.value("evidence"),
        "valid_until": typed.value("valid_until"),
    }


def _refused(desk: Desk, refused: HandrailError, ticked: list[Choice]) -> dict[str, str]:
    """What the command said no to, beside what can be changed."""
    number, why = of_target(refused, desk.say)
    if number is not None and number < len(ticked):
        return {"to": f"{ticked[number].name.text}: {why}"}
    if isinstance(refused, Invalid) and set(refused.errors) & {"related_person_id", "form"}:
        return {"person": desk.say.gettext("Choose who gave it.")}
    if isinstance(refused, Invalid):
        found = field_errors(refused.errors, desk.say)
        return {CONSENT_FIELDS.get(name, name): words for name, words in found.items()}
    return {"form": why}


def _load(desk: Desk, need_id: str) -> Sheet:
    asked = here(desk.request).pairs
    named = [value for name, value in asked if name == "service"]
    replaces = next((value for name, value in asked if name == "replaces"), "")
    with desk.database.write() as session:
        patient_id = queries.patient_of_need(session, desk.actor, known_id(need_id))
        record = open_record(session, desk, patient_id, "refer")
        need = next(view for view in record.needs if view.id == need_id)
        shown = preview(session, desk.actor, desk.vault, need_id)
        found = choices(session, desk, record, need, named, shown.fields)
    kept = [("service", unit) for unit in named] + [("replaces", replaces)] * bool(replaces)
    address = with_query(f"/staff/needs/{need_id}/refer", kept)
    replaces = known_id(replaces) if replaces else ""
    return Sheet(record, need, shown, tuple(found), replaces, address)


def _usual(sheet: Sheet, desk: Desk) -> Typed:
    """At first: what there is to share; less, where the consents of all who are asked cover less."""
    asked, told = sheet.usual(), told_fields(sheet.shown, desk.say)
    missing = {name for choice in asked for name in choice.covered.missing}
    if asked and "name" not in missing:
        told = [name for name in told if name not in missing]
    return typed_of(
        {
            "to": [choice.unit for choice in asked],
            "fields": told,
            "given_by": "patient",
            "key": new_id(),
        }
    )


def _show(desk: Desk, sheet: Sheet, typed: Typed, status: int = 200) -> Response[str]:
    proxies = [(p.id, p.name) for p in sheet.record.related_people if p.is_proxy]
    told = _fields(typed, sheet)
    uncovered = [
        choice
        for choice in sheet.choices
        if choice.unit in typed.all("to") and set(choice.covered.missing) & set(told)
    ]
    rows = [(name, values(name, sheet.shown.content, desk.say)) for name in sheet.shown.fields]
    return desk.show(
        "referring/refer.html",
        status,
        sheet=sheet,
        patient=sheet.record.summary,
        need=sheet.need,
        typed=typed,
        is_open=sheet.need.status in OPEN,
        rows=rows,
        able=[choice for choice in sheet.choices if not choice.barrier],
        told=set(told),
        uncovered=uncovered,
        consenting=bool(uncovered or typed.value("given_how")),
        proxies=proxies,
        options=lambda name: options(name, desk.say),
        **wordings(desk),
    )
