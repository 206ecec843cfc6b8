"""Corrections that organizations propose to their own listings, and the decision about each."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post

from accounts.queries import names_of
from core.access import staff
from core.errors import Conflict, Invalid
from directory.proposals import Change, ProposalView, decide, overtaken
from directory.proposals import proposals as waiting_ones
from web.curator.desk import curating
from web.curator.values import coded, days, hours
from web.curator.words import CORRECTED
from web.i18n import N_, Language
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.reading import page_number
from web.staff.typed import Sent, Typed, typed_of

PROPOSALS = "/staff/proposals"
WHO = staff("curator")
PER_PAGE = 10
REFUSALS = (
    N_("This proposal has been decided already."),
    N_("There is no such proposal."),
)
"""What directory/proposals.py refuses with."""


@dataclass(frozen=True, slots=True)
class Line:
    """One field, as it was and as it should be, a text for each line."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A proposal in words."""

    of: ProposalView
    who: str
    when: str
    lines: tuple[Line, ...]


@get(PROPOSALS, opt=WHO, sync_to_thread=True)
def waiting(request: PageRequest) -> Response[str]:
    """What waits for a decision, first come first."""
    return _show(curating(request), typed_of({}))


@post(PROPOSALS, opt=WHO, sync_to_thread=True, status_code=303)
def answer(request: PageRequest, typed: Sent) -> Response[Any]:
    """Accept or decline one. What was overtaken meanwhile is asked about once more."""
    desk, key = curating(request), known_id(typed.value("proposal"))
    accept = typed.value("decision") == "accept"
    why = typed.value("why").strip()
    if not accept and not why:
        words = desk.say.gettext("Say why, in a few words: the organization reads it.")
        return _show(desk, typed.wrong({f"why-{key}": words}), 400)
    try:
        with desk.database.write() as session:
            changed = overtaken(session, desk.actor, key) if accept else ()
            if changed and not typed.has("anyway"):
                return _show(desk, typed.wrong({"form": _overtaken(changed, desk.say)}), 409)
            decide(session, desk.actor, key, accept=accept, decision=why)
    except (Conflict, Invalid) as refused:
        return _show(desk, typed.wrong({"form": desk.say.gettext(refused.message)}), 409)
    return go(PROPOSALS, done="accepted" if accept else "declined")


def _overtaken(fields: tuple[str, ...], say: Language) -> str:
    names = say.listed([say.gettext(CORRECTED[name]) for name in fields])
    return say.gettext(
        "Somebody changed this since it was proposed: %(fields)s. Look at the listing; accept it "
        "all the same if that is right.",
        fields=names,
    )


def _show(desk: Desk, typed: Typed, status: int = 200) -> Response[str]:
    number = page_number(dict(here(desk.request).pairs).get("page", ""), PER_PAGE)
    with desk.database.read() as session:
        found = waiting_ones(session, desk.actor, page=number, per_page=PER_PAGE)
        people = names_of(session, {one.proposed_by for one in found.items})
    return desk.show(
        "curator/proposals.html",
        status,
        found=found,
        asked=[_asked(one, people.get(one.proposed_by, ""), desk) for one in found.items],
        typed=typed,
    )


def _asked(one: ProposalView, who: str, desk: Desk) -> Asked:
    when = desk.say.day(one.proposed_at.astimezone(desk.site.zone).date())
    lines = tuple(_line(change, desk.say) for change in one.changes)
    return Asked(one, who, when, lines)


def _line(change: Change, say: Language) -> Line:
    label = say.gettext(CORRECTED[change.field])
    return Line(
        label,
        tuple(_said(change.field, change.before, say)),
        tuple(_said(change.field, change.after, say)),
    )


def _said(name: str, value: Any, say: Language) -> Iterator[str]:
    """A value of a correction, as people read it."""
    if not value:
        return
    if name == "closure":
        yield days(value["starts_on"], value["ends_on"], say)
        if value.get("reason"):
            yield value["reason"]
    elif name == "hours":
        yield from (hours(one["days"], one["opens"], one["closes"], say) for one in value)
    elif isinstance(value, list):
        yield ", ".join(coded(name, one, say) for one in value)
    else:
        yield str(value)
