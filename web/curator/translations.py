"""Translations that are older than what they translate: the text as it is now, and a new translation."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post

from core.access import staff
from core.errors import Conflict, Invalid
from directory.renewing import renew, to_renew
from directory.translating import TEXT_MAX, Outdated
from web.curator.desk import curating
from web.curator.words import field_words
from web.i18n import N_
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.reading import page_number
from web.staff.typed import Sent, Typed, typed_of

TRANSLATIONS = "/staff/translations"
WHO = staff("curator")
PER_PAGE = 10
REFUSALS = (
    N_("Somebody changed this meanwhile. Look at what stands there now."),
    N_("This can have 4,000 characters."),
)
"""What directory/renewing.py refuses with."""


@dataclass(frozen=True, slots=True)
class Line:
    """One of them in words. `typed` is what was sent and refused, or else what stands there."""

    of: Outdated
    field: str
    language: str
    since: str
    typed: str
    wrong: str


@get(TRANSLATIONS, opt=WHO, sync_to_thread=True)
def waiting(request: PageRequest) -> Response[str]:
    """What waits to be translated anew, the longest waiting first."""
    return _show(curating(request), typed_of({}))


@post(TRANSLATIONS, opt=WHO, sync_to_thread=True, status_code=303)
def answer(request: PageRequest, typed: Sent) -> Response[Any]:
    """Keep a translation, changed or as it was; one that is emptied is removed."""
    desk, key = curating(request), known_id(typed.value("translation"))
    try:
        with desk.database.write() as session:
            renew(session, desk.actor, key, typed.value("text"), typed.value("mark"))
    except (Conflict, Invalid) as refused:
        status = 409 if isinstance(refused, Conflict) else 400
        words = desk.say.gettext(refused.message)
        return _show(desk, typed.wrong({f"text-{key}": words}), status)
    return go(TRANSLATIONS, done="translated" if typed.value("text").strip() else "untranslated")


def _show(desk: Desk, typed: Typed, status: int = 200) -> Response[str]:
    number = page_number(dict(here(desk.request).pairs).get("page", ""), PER_PAGE)
    with desk.database.read() as session:
        found = to_renew(session, desk.actor, page=number, per_page=PER_PAGE)
    return desk.show(
        "curator/translations.html",
        status,
        found=found,
        lines=[_line(one, typed.errors, typed, desk) for one in found.items],
        most=TEXT_MAX,
        typed=typed,
    )


def _line(one: Outdated, errors: Mapping[str, str], typed: Typed, desk: Desk) -> Line:
    wrong = errors.get(f"text-{one.id}", "")
    return Line(
        of=one,
        field=field_words(one.field, desk.say),
        language=desk.say.language_name(one.language),
        since=desk.say.day(one.since.astimezone(desk.site.zone).date()),
        typed=typed.value("text") if wrong else one.translation,
        wrong=wrong,
    )
