"""What follows from a service's terms and words: our codes, ages, areas, cost; personal mailboxes.

The rows made here have ids of their own, so that a later import finds and changes them.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from directory.codes import Code
from directory.importing import crosswalk
from directory.importing.hours_rows import is_evening
from directory.importing.intake import Intake
from directory.importing.personal import is_role_mailbox
from directory.importing.progress import Progress
from directory.importing.staging import Record

ELIGIBILITY = re.compile(r"eligib|human situation|age group|who it is for", re.IGNORECASE)
SLIDING = re.compile(r"\bsliding[- ](?:fee[- ])?scale\b", re.IGNORECASE)
DOLLARS = re.compile(r"\$\s?(\d{1,6}(?:\.\d\d)?)")


@dataclass(slots=True)
class Terms:
    """What a service's own terms say."""

    codes: list[Code] = field(default_factory=list)
    eligible: list[str] = field(default_factory=list)
    ages: list[tuple[int, int | None]] = field(default_factory=list)
    areas: list[tuple[str, str, str]] = field(default_factory=list)  # kind, code, words


def derive(intake: Intake, progress: Progress) -> None:
    """Add to every service and organization what follows from the rest."""
    _note_evenings(intake)
    for record in intake.staging.records("attribute"):
        if record.data["link_entity"] == "service":
            intake.staging.note("term", record.data["link_id"], record.data["taxonomy_term_id"])
    for record in intake.staging.records("organization"):
        _drop_mailbox(intake, record, "email", (record.data["name"],))
    for record in progress.counted("services read", intake.staging.records("service")):
        before = dict(record.data)
        _service(intake, record)
        if record.data != before:
            intake.staging.put(record)


def _note_evenings(intake: Intake) -> None:
    for record in intake.staging.records("schedule"):
        if is_evening(record.data):
            for column in ("service_id", "location_id", "service_at_location_id"):
                if owner := record.data.get(column):
                    intake.staging.note("evening", owner, "yes")


def _service(intake: Intake, record: Record) -> None:
    terms = _terms(intake, record)
    evening = _open_in_the_evening(intake, record.id)
    for code in {code.id: code for code in terms.codes}.values():
        if evening or not crosswalk.needs_evening(code):
            _add_code(intake, record, code)
    for area in dict.fromkeys(terms.areas):
        _add_area(intake, record, *area)
    _add_cost(intake, record)
    _set_eligibility(intake, record, terms)
    if intake.staging.is_kind("by_appointment"):
        record.data["by_appointment"] = bool(intake.staging.facts("by_appointment", record.id))
    organization = intake.staging.get("organization", record.data["organization_id"])
    names = (record.data["name"], organization.data["name"] if organization else "")
    _drop_mailbox(intake, record, "email", names)
    _drop_mailbox(intake, record, "assurer_email", ())


def _terms(intake: Intake, record: Record) -> Terms:
    found = Terms(codes=list(crosswalk.codes_of(record.data["name"])))
    for term_id in intake.staging.facts("term", record.id):
        term = intake.staging.get("taxonomy_term", term_id)
        if term is None:
            continue
        name = term.data["name"]
        found.codes += crosswalk.codes_of(name)
        found.codes += crosswalk.codes_of_open_eligibility(term.data.get("code") or "")
        if ages := crosswalk.ages_of(name):
            found.ages.append(ages)
        if "resident" in name.casefold() and (area := crosswalk.area_of(name)):
            found.areas.append((*area, name))
        if _is_eligibility(intake, term):
            found.eligible.append(name)
    return found


def _is_eligibility(intake: Intake, term: Record) -> bool:
    taxonomy = intake.staging.get("taxonomy", term.data.get("taxonomy_id") or "")
    return bool(taxonomy and ELIGIBILITY.search(taxonomy.data.get("name") or ""))


def _open_in_the_evening(intake: Intake, service: str) -> bool:
    if intake.staging.facts("evening", service):
        return True
    places = intake.staging.facts("at", service)
    return any(intake.staging.facts("evening", place) for place in places)


def _put(intake: Intake, table: str, record: Record, key: str, data: dict[str, Any]) -> None:
    known_as = f"{record.id}@{key}"
    intake.spoken.add(table)
    intake.staging.put(Record(table, known_as, data, record.file, record.row))


def _add_code(intake: Intake, record: Record, code: Code) -> None:
    category = code.list_name.endswith("/category")
    intake.tally.repaired("category_from_terms" if category else "code_from_terms")
    data = {
        "link_id": record.id,
        "link_entity": "service",
        "link_type": code.list_name,
        "taxonomy_term_id": code.id,
    }
    _put(intake, "attribute", record, f"{code.list_name}/{code.code}", data)


def _add_area(intake: Intake, record: Record, kind: str, code: str, words: str) -> None:
    intake.tally.repaired("area_from_words")
    data = {"service_id": record.id, "name": words, "extent_kind": kind, "code": code}
    _put(intake, "service_area", record, f"{kind}:{code}", data)


def _add_cost(intake: Intake, record: Record) -> None:
    """A cost option for a fee that is plainly said: free, sliding scale, one amount."""
    for column in ("fees", "fees_description"):
        text = record.data.get(column) or ""
        dollars = DOLLARS.fullmatch(text.rstrip("."))
        cost = crosswalk.cost_of("Sliding scale" if SLIDING.search(text) else text)
        data: dict[str, Any] = {"service_id": record.id, "amount_description": text or None}
        if cost:
            data["option"] = cost.code
        elif dollars:
            data |= {"option": "fee", "currency": "USD", "amount": f"{float(dollars[1]):.2f}"}
        else:
            continue
        intake.tally.repaired("cost_from_words")
        _put(intake, "cost_option", record, "cost", data)
        return


def _set_eligibility(intake: Intake, record: Record, terms: Terms) -> None:
    """Who it is for and their ages; a source with terms says so too when it is for anybody."""
    data = record.data
    if "attribute" in intake.spoken and not intake.in_pieces:
        for column in ("eligibility_description", "minimum_age", "maximum_age"):
            data.setdefault(column, None)
    said = intake.staging.facts("eligibility", record.id)
    if not data.get("eligibility_description") and (said or terms.eligible):
        if not said:
            intake.tally.repaired("eligibility_from_terms")
        data["eligibility_description"] = "; ".join(said or sorted(set(terms.eligible)))
    if terms.ages and data.get("minimum_age") is None and data.get("maximum_age") is None:
        intake.tally.repaired("ages_from_terms")
        data["minimum_age"] = float(min(low for low, _ in terms.ages))
        highs = [high for _, high in terms.ages]
        data["maximum_age"] = None if None in highs else float(max(filter(None, highs)))


def _drop_mailbox(intake: Intake, record: Record, column: str, names: tuple[str, ...]) -> None:
    email = record.data.get(column)
    if email and not intake.keep_personal and not is_role_mailbox(email, names):
        intake.tally.personal[f"{record.table}.{column}"] += 1
        record.data[column] = None
        if record.table == "organization":
            intake.staging.put(record)
