"""A curator puts a listing right: what a correction can say (corrections/), its name and its status."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from directory.commands import save
from directory.corrections import Standing, apply, checked, standing
from directory.models import Service, ServiceStatus
from directory.observations import settle
from directory.permissions import check_curate

NAME_MAX = 300
MARK = 20


@dataclass(frozen=True, slots=True)
class Edited:
    """A listing as it stands, and a mark that changes with it."""

    found: Standing
    mark: str


def to_edit(session: Session, actor: Actor, service_id: str) -> Edited:
    """What stands there now. Raises NotFound."""
    check_curate(actor)
    found = standing(session, service_id)
    return Edited(found, _mark(found))


def edit(
    session: Session,
    actor: Actor,
    service_id: str,
    changes: Mapping[str, Any],
    *,
    name: str,
    status: str,
    mark: str,
    assured: date | None = None,
) -> bool:
    """Put it right; whether anything changed. `mark` is that of the listing as it was read.

    With `assured` the listing was checked on that day. Raises Invalid by field, and Conflict when
    somebody else changed it meanwhile.
    """
    check_curate(actor)
    if session.get(Service, service_id, with_for_update=True) is None:
        raise NotFound("There is no such service.")
    said = _checked(changes, name, status)
    found = standing(session, service_id)
    if _mark(found) != mark:
        raise Conflict(
            "Somebody else changed this listing meanwhile. Look at what stands there now."
        )
    differing = {key: one for key, one in said.items() if one != found.values.get(key)}
    changed = apply(session, actor, found, differing) if differing else False
    values = found.service.model_dump() | {"name": name.strip(), "status": ServiceStatus(status)}
    if assured:
        values["assured_date"] = assured
    done = save(session, actor, [Service(**values)], action="directory.correct")
    settle(session, service_id)
    return changed or done.updated > 0


def _checked(changes: Mapping[str, Any], name: str, status: str) -> dict[str, Any]:
    errors = {}
    if not 1 <= len(name.strip()) <= NAME_MAX or not name.isprintable():
        errors["name"] = "Give a name of 1 to 300 characters."
    if status not in set(ServiceStatus):
        errors["status"] = "Choose a status from the list."
    try:
        said = checked(changes)
    except Invalid as refused:
        errors |= refused.errors
    if errors:
        raise Invalid(next(iter(errors.values())), errors=errors)
    return said


def _mark(found: Standing) -> str:
    stands = [found.values, found.service.name, found.service.status.value]
    text = json.dumps(stands, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:MARK]
