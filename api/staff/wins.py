"""The wins journal over the API: the author's own notes, and nobody else's."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from litestar import Request, delete, get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from pydantic import BaseModel, ConfigDict

from api.parameters import record_id
from api.providers import AnyRequest, database, vault, visitor
from api.staff.answers import Answer, answer
from core.access import staff
from core.errors import Invalid
from patients.forms import parse
from referrals.reports import wins

READ = staff("coordinator", scope="patients:read")
WRITE = staff("coordinator", scope="patients:write")


class WinForm(BaseModel):
    """A note: what went well, when, and of which need, if of one."""

    model_config = ConfigDict(extra="forbid")

    text: str
    happened_on: date | None = None
    need_id: str | None = None
    organization_id: str = ""


@get("/wins", operation_id="wins", opt=READ, sync_to_thread=True)
def list_wins(
    request: Request[Any, Any, Any],
    organization_id: Annotated[str, QueryParameter(max_length=36)] = "",
) -> Answer:
    """Your own notes of what went well, newest first. Nobody else can read them."""
    own = _own(request, organization_id)
    with database(request).read() as session:
        found = wins.wins(session, visitor(request).actor, vault(request), own)
    return answer({"results": [asdict(one) for one in found]})


@post("/wins", operation_id="keepWin", opt=WRITE, sync_to_thread=True, status_code=201)
def keep_win(request: Request[Any, Any, Any], data: JSONBody[dict[str, Any]]) -> Answer:
    """Keep a short note of what went well: sealed, yours alone, in no report."""
    form = parse(WinForm, data)
    own = _own(request, form.organization_id)
    need_id = record_id(form.need_id) if form.need_id else None
    with database(request).write() as session:
        row = wins.keep(
            session,
            visitor(request).actor,
            vault(request),
            own,
            text=form.text,
            happened_on=form.happened_on,
            need_id=need_id,
        )
    return answer({"id": row.id, "happened_on": row.happened_on, "need_id": row.need_id}, 201)


@delete(
    "/wins/{win_id:str}", operation_id="removeWin", opt=WRITE, sync_to_thread=True, status_code=204
)
def remove_win(request: Request[Any, Any, Any], win_id: FromPath[str]) -> None:
    """Throw one of your notes away."""
    with database(request).write() as session:
        wins.remove(session, visitor(request).actor, record_id(win_id))


def _own(request: AnyRequest, organization_id: str) -> str:
    chosen = organization_id or visitor(request).actor.organization_id
    if not chosen:
        raise Invalid("Say which organization: organization_id.", parameter="organization_id")
    return chosen
