"""The guide's rules that neither the schema nor the models know.

Each rule names what is wrong by resource and element, never by what it holds.
"""

from collections.abc import Callable, Iterator

from referrals.fhir import terms
from referrals.fhir.terms import Json

TASK_STATUSES = frozenset(
    {"draft", "requested", "accepted", "rejected", "cancelled", "in-progress", "on-hold", "failed",
     "completed", "entered-in-error"}
)  # fmt: skip
"""http://hl7.org/fhir/task-status, less `received` and `ready`, which the guide leaves out."""
REQUEST_STATUSES = frozenset(
    {"draft", "active", "on-hold", "revoked", "completed", "entered-in-error", "unknown"}
)
EVENT_STATUSES = frozenset(
    {"preparation", "in-progress", "not-done", "on-hold", "stopped", "completed",
     "entered-in-error", "unknown"}
)  # fmt: skip
REQUIRED = {
    "Task": ("status", "intent", "code", "focus", "for", "authoredOn", "requester"),
    "ServiceRequest": (
        "status",
        "intent",
        "category",
        "code",
        "subject",
        "authoredOn",
        "requester",
    ),
    "Procedure": ("status", "category", "code", "subject", "basedOn"),
    "Consent": ("status", "scope", "category", "patient", "dateTime", "organization"),
    "Patient": ("name",),
    "Organization": ("name",),
}
POINTS_TO = {
    ("Task", "focus"): ("ServiceRequest",),
    ("Task", "for"): ("Patient", "RelatedPerson"),
    ("Task", "requester"): ("Organization",),
    ("ServiceRequest", "subject"): ("Patient",),
    ("Procedure", "subject"): ("Patient",),
    ("Consent", "patient"): ("Patient",),
}


def broken(bundle: Json) -> list[str]:
    """What does not hold, in words; nothing when all is well."""
    found = [entry["resource"] for entry in bundle.get("entry", ())]
    there = {f"{one['resourceType']}/{one['id']}" for one in found}
    problems = [problem for one in found for problem in _of_resource(one)]
    problems += [
        f"{one['resourceType']} refers to what is not in the bundle"
        for one in found
        for reference in _references(one)
        if reference not in there
    ]
    if len(there) != len(found):
        problems.append("Bundle holds a resource twice")
    return problems


def _of_resource(one: Json) -> Iterator[str]:
    kind = one["resourceType"]
    for name in REQUIRED.get(kind, ()):
        if not one.get(name):
            yield f"{kind} has no {name}"
    for (of, name), targets in POINTS_TO.items():
        if of == kind and _target(one.get(name)) not in targets:
            yield f"{kind}.{name} must refer to {' or '.join(targets)}"
    if kind in RULES:
        yield from RULES[kind](one)


def _task(task: Json) -> Iterator[str]:
    if task.get("status") not in TASK_STATUSES:
        yield "Task.status is not of the guide's value set"
    if task.get("intent") != "order":
        yield "Task.intent must be order"
    if terms.FULFILL not in _codings(task.get("code")):
        yield "Task.code must be fulfill"
    reason = task.get("statusReason")
    if task.get("status") in terms.STATUS_REASON_EXPECTED and not reason:
        yield "Task has no statusReason"
    if reason is not None and not reason.get("text"):
        yield "Task.statusReason has no text"
    if str(task.get("lastModified", "9")) < str(task.get("authoredOn", "")):
        yield "Task.lastModified is before authoredOn"
    if (task.get("status") == "completed") != bool(task.get("output")):
        yield "Task.output goes with completed, and only with it"


def _service_request(request: Json) -> Iterator[str]:
    if request.get("status") not in REQUEST_STATUSES:
        yield "ServiceRequest.status is not of the value set"
    if request.get("intent") != "order":
        yield "ServiceRequest.intent must be order"
    if terms.SOCIAL_SERVICE not in [
        c for one in request.get("category", ()) for c in _codings(one)
    ]:
        yield "ServiceRequest.category must have Social service procedure"


def _procedure(procedure: Json) -> Iterator[str]:
    if procedure.get("status") not in EVENT_STATUSES:
        yield "Procedure.status is not of the value set"
    if not any(name.startswith("performed") for name in procedure):
        yield "Procedure has no performed[x]"


def _consent(consent: Json) -> Iterator[str]:
    if terms.DISCLOSURE not in [c for one in consent.get("category", ()) for c in _codings(one)]:
        yield "Consent.category must have IDSCL"
    if not ("policy" in consent or "policyRule" in consent):
        yield "Consent has neither policy nor policyRule"
    if not any(name.startswith("source") for name in consent):
        yield "Consent has no source[x]"
    if len(consent.get("organization", ())) > 1:
        yield "Consent.organization must be one"


RULES: dict[str, Callable[[Json], Iterator[str]]] = {
    "Task": _task,
    "ServiceRequest": _service_request,
    "Procedure": _procedure,
    "Consent": _consent,
}


def _codings(concept: Json | None) -> list[Json]:
    return list((concept or {}).get("coding", ()))


def _target(reference: Json | None) -> str:
    return str((reference or {}).get("reference", "")).partition("/")[0]


def _references(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name == "reference" and isinstance(inner, str):
                yield inner
            else:
                yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
