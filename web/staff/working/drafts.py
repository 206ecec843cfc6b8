"""Long forms are kept while somebody types, on the server, and offered again when they come back.

A script sends what was typed when the typing pauses; without it, "Save for later" does. Nothing of a
patient stays in the browser.
"""

import re
from hashlib import sha256
from typing import Any

from litestar import Response, post
from sqlmodel import Session

from accounts.models import Role
from core.access import staff
from core.errors import Invalid, NotFound
from patients import drafts
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go
from web.staff.typed import SECRET, Sent, Typed, typed_from

FORMS = re.compile(
    r"/staff/patients/(?:new|(?P<patient>[A-Za-z0-9-]{1,64})/"
    r"(?:edit/[a-z]{1,32}|needs/new|consents/new|contacts|times|people/[A-Za-z0-9-]{1,64}))"
    r"|/staff/needs/(?P<need>[A-Za-z0-9-]{1,64})/edit|/staff/wins"
)
"""Addresses of the forms that are kept."""
COORDINATOR = staff(Role.COORDINATOR)
OWN = frozenset({"draft_form", "quiet"})


@post("/staff/drafts", opt=COORDINATOR, sync_to_thread=True, status_code=200)
def keep(request: PageRequest, typed: Sent) -> Response[Any]:
    """Keeps what was typed so far; `quiet` is the script, which needs no page."""
    desk = desk_of(request)
    form = _form(typed)
    pairs = [pair for pair in typed.pairs() if pair[0] not in {*OWN, *SECRET}]
    about = form.groupdict()
    try:
        with desk.database.write() as session:
            drafts.keep(
                session,
                desk.actor,
                desk.vault,
                form[0],
                pairs,
                patient_id=about["patient"],
                need_id=about["need"],
            )
    except Invalid:
        raise NotFound("There is no such form.") from None
    return Response(None, status_code=204) if typed.has("quiet") else go(form[0], done="kept")


@post("/staff/drafts/forget", opt=COORDINATOR, sync_to_thread=True, status_code=303)
def forget(request: PageRequest, typed: Sent) -> Response[Any]:
    """Throws away what was kept of a form."""
    desk = desk_of(request)
    form = _form(typed)
    with desk.database.write() as session:
        drafts.forget(session, desk.actor, form[0])
    return go(form[0], done="removed")


def stamp(known: Typed) -> str:
    """What stands for a form filled in with what is known, where that has no version of its own."""
    return sha256(repr(known.pairs()).encode()).hexdigest()[:16]


def begun(desk: Desk, known: Typed, version: int | str | None = None) -> Typed:
    """The form as somebody left it, when they ask for that; else as it is `known`.

    What was changed by others since is said, and nothing is saved over it unseen.
    """
    if dict(here(desk.request).pairs).get("draft") != "1":
        return known
    found = desk.begun()
    if found is None:
        return known
    typed = typed_from(found.pairs)
    if version is not None and typed.value("version") != str(version):
        words = desk.say.gettext(
            "Somebody changed this record while you were writing. What you typed is still here:"
            " look at the record, then save again."
        )
        return typed.wrong({"form": words})
    return typed


def sent(session: Session, desk: Desk) -> None:
    """The form at this address was sent: what was kept of it goes, in the same transaction."""
    drafts.forget(session, desk.actor, desk.path)


def _form(typed: Typed) -> re.Match[str]:
    found = FORMS.fullmatch(typed.value("draft_form"))
    if found is None:
        raise NotFound("There is no such form.")
    return found
