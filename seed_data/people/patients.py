"""The demonstration's patients: one file each, entered by a coordinator as anybody would."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import msgspec
from sqlmodel import Session

from core.actor import Actor
from core.clock import now
from patients import caring, commands
from patients.forms import (
    ConsentForm,
    ContactForm,
    NeedForm,
    PatientForm,
    RelatedPersonForm,
    TimeForm,
    parse,
)
from patients.models import AssignmentKind, LoopConfirmation, NeedStatus
from patients.sealing import Vault
from seed_data.people import network

FOLDER = Path(__file__).parent / "patients"
Values = dict[str, Any]


class Cover(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who stands in ("mailbox@organization"), for how many days."""

    by: str
    days: int


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A patient. Entries are those of patients/forms.py, with days counted from today."""

    key: str
    organization: str
    form: Values
    contacts: list[Values] = []
    people: list[Values] = []
    times: list[Values] = []
    needs: list[Values] = []
    consents: list[Values] = []
    cover: Cover | None = None


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """Every patient, by file name."""
    files = sorted(FOLDER.glob("*.json"))
    return tuple(msgspec.json.decode(path.read_bytes(), type=Case) for path in files)


def admit(session: Session, vault: Vault, case: Case) -> str:
    """Enter the patient with everything that hangs on the record; returns its id."""
    actor = network.actor(session, f"coordinator@{case.organization}.example.org")
    of = network.organization_id(case.organization)
    form = parse(PatientForm, case.form)
    patient = commands.create_patient(session, actor, vault, of, form).id
    contacts = [parse(ContactForm, values) for values in case.contacts]
    commands.set_contacts(session, actor, vault, patient, contacts)
    times = [parse(TimeForm, values) for values in case.times]
    commands.set_times(session, actor, vault, patient, times)
    people = {values["key"]: _person(session, actor, vault, patient, values)
              for values in case.people}  # fmt: skip
    for values in case.needs:
        _need(session, actor, vault, patient, _named(values, people))
    for values in case.consents:
        _consent(session, actor, vault, patient, _named(values, people))
    if case.cover:
        _cover(session, actor, patient, case.cover)
    return patient


def _person(session: Session, actor: Actor, vault: Vault, patient: str, values: Values) -> str:
    form = parse(RelatedPersonForm, _without(values, "key"))
    return commands.add_related_person(session, actor, vault, patient, form).id


def _need(session: Session, actor: Actor, vault: Vault, patient: str, values: Values) -> None:
    opened = now().date() - timedelta(days=values["opened_days_ago"])
    rest = _without(values, "opened_days_ago", "status", "confirmation")
    form = parse(NeedForm, {**rest, "opened_on": opened, "screened_on": opened})
    need = caring.open_need(session, actor, vault, patient, form)
    if status := values.get("status"):
        caring.set_need_status(session, actor, need.id, NeedStatus(status), version=need.version)
    if by := values.get("confirmation"):
        caring.confirm_need(session, actor, need.id, LoopConfirmation(by), version=need.version)


def _consent(session: Session, actor: Actor, vault: Vault, patient: str, values: Values) -> None:
    since = now().date() - timedelta(days=values["since_days_ago"])
    rest = _without(values, "since_days_ago", "days")
    rest["partners"] = [network.organization_id(key) for key in values["partners"]]
    until = since + timedelta(days=values["days"])
    form = parse(ConsentForm, {**rest, "valid_from": since, "valid_until": until})
    caring.give_consent(session, actor, vault, patient, form)


def _cover(session: Session, actor: Actor, patient: str, cover: Cover) -> None:
    standing_in = network.actor(session, f"{cover.by}.example.org")
    until = now() + timedelta(days=cover.days)
    caring.assign(session, actor, patient, standing_in.id, AssignmentKind.COVER, until=until)


def _named(values: Values, people: dict[str, str]) -> Values:
    """`person` (a key of this file) as the id it got."""
    if "person" not in values:
        return dict(values)
    return {**_without(values, "person"), "related_person_id": people[values["person"]]}


def _without(values: Values, *names: str) -> Values:
    return {name: value for name, value in values.items() if name not in names}
