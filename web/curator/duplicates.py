"""Records that may be the same: side by side, with what differs marked, and the decision."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from sqlmodel import Session

from core.access import staff
from core.clock import now
from core.errors import Conflict, HandrailError, Invalid, NotFound
from directory.codes import COST
from directory.doubles.alike import SERVICE
from directory.doubles.pairs import pair_to_decide, pairs
from directory.doubles.searching import Standing, ask, standing
from directory.merging import merge, tell_apart
from directory.models import DuplicateSearch, SearchStep
from directory.permissions import CURATORS
from directory.queries import organization_detail, service_views, units_of
from directory.views import OrganizationView, ServiceView
from web import times, words
from web.curator.desk import curating
from web.curator.words import ALIKE, STATUS
from web.i18n import N_, Language
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.reading import page_number
from web.staff.typed import Sent, Typed, typed_of

DUPLICATES = "/staff/duplicates"
PAIR = DUPLICATES + "/{pair_id:str}"
WHO = staff(*CURATORS)
PER_PAGE = 20
REFUSALS = (
    N_("Choose which of two records is kept."),
    N_("One of the two records is not there any more."),
    N_("Prices are recorded for the one that would go. Keep that one."),
    N_("Somebody else has decided about these two meanwhile."),
    N_("The slots of both services are counted. Ask the partner which count holds."),
    N_("Both are members of the network. An admin has to settle that first."),
)
"""What directory/merging.py and those that follow it refuse with."""
WRITTEN = (
    N_("Name"), N_("Organization"), N_("What it is"), N_("Where"), N_("Who it is for"),
    N_("How to get it"), N_("Source"), N_("Services"),
)  # fmt: skip
"""Fields in the words of whoever entered them, whatever language the page is in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both records. What is `written` stands there as somebody entered it."""

    label: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    written: bool = False

    @property
    def differs(self) -> bool:
        """Whether they say different things."""
        return self.first != self.second


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two records."""

    id: str
    name: str
    said: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Look:
    """How far the worker is with looking, and what it looked at last."""

    running: bool
    stopped: bool
    progress: str
    done: int
    total: int
    last: str


@get(DUPLICATES, opt=WHO, sync_to_thread=True)
def list_pairs(request: PageRequest) -> Response[str]:
    """Pairs nobody has decided about."""
    desk = curating(request)
    number = page_number(dict(here(request).pairs).get("page", ""), PER_PAGE)
    with desk.database.read() as session:
        found = pairs(session, desk.actor, page=number, per_page=PER_PAGE)
        look = _look(standing(session, desk.actor), desk)
    return desk.show("curator/duplicates.html", found=found, why=_why(desk.say), look=look)


@post(DUPLICATES, opt=WHO, sync_to_thread=True, status_code=303)
def look_again(request: PageRequest) -> Response[Any]:
    """Has the worker look through the whole directory."""
    desk = curating(request)
    with desk.database.write() as session:
        ask(session, desk.actor)
    return go(DUPLICATES)


@get(PAIR, opt=WHO, sync_to_thread=True)
def pair(request: PageRequest, pair_id: FromPath[str]) -> Response[str]:
    """Two records side by side."""
    return _show(curating(request), known_id(pair_id), typed_of({}))


@post(PAIR, opt=WHO, sync_to_thread=True, status_code=303)
def decide(request: PageRequest, pair_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Keep one of them, or tell them apart for good."""
    desk, key, kept = curating(request), known_id(pair_id), typed.value("keep")
    try:
        with desk.database.write() as session:
            found = pair_to_decide(session, desk.actor, key)
            both = {found.first_id: found.second_id, found.second_id: found.first_id}
            if typed.value("distinct"):
                tell_apart(session, desk.actor, key)
            elif kept in both:
                merge(session, desk.actor, found.kind, kept, both[kept])
            else:
                raise Invalid(REFUSALS[0], parameter="keep")
    except (Conflict, Invalid) as refused:
        return _show(desk, key, typed.wrong({"form": _said(refused, desk.say)}), 409)
    return go(DUPLICATES, done="distinct" if typed.value("distinct") else "merged_listing")


def _look(found: Standing, desk: Desk) -> Look:
    say, row, last = desk.say, found.running, found.last
    told = ""
    if last and last.finished_at:
        told = say.ngettext(
            "Looked through on %(when)s: %(num)s service or organization.",
            "Looked through on %(when)s: %(num)s services and organizations.",
            last.records,
            when=desk.moment(last.finished_at),
        )
    return Look(
        running=row is not None and not found.stopped,
        stopped=found.stopped,
        progress=_progress(row, say) if row else "",
        done=row.done if row else 0,
        total=row.total if row else 0,
        last=told,
    )


def _progress(row: DuplicateSearch, say: Language) -> str:
    counts = {"done": say.number(row.done), "total": say.number(row.total)}
    if row.step is SearchStep.READING:
        return say.gettext("%(done)s of %(total)s records read", **counts)
    if row.step is SearchStep.COMPARING:
        return say.gettext("%(done)s of %(total)s pairs compared", **counts)
    return say.gettext("The worker begins in a moment.")


def _said(refused: HandrailError, say: Language) -> str:
    return say.gettext(refused.message)


def _why(say: Language) -> Callable[[Sequence[str]], str]:
    return lambda reasons: ", ".join(say.gettext(ALIKE[one]) for one in reasons if one in ALIKE)


def _show(desk: Desk, key: str, typed: Typed, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        found = pair_to_decide(session, desk.actor, key)
        read = _service if found.kind == SERVICE else _organization
        sides = [read(session, one, desk) for one in (found.first_id, found.second_id)]
    second = dict(sides[1].said)
    written = {desk.say.gettext(label) for label in WRITTEN}
    rows = [Row(label, said, second[label], label in written) for label, said in sides[0].said]
    return desk.show(
        "curator/pair.html",
        status,
        pair=found,
        sides=sides,
        rows=[row for row in rows if row.first or row.second],
        why=_why(desk.say)(found.reasons.split()),
        typed=typed,
    )


def _service(session: Session, key: str, desk: Desk) -> Side:
    views = service_views(session, units_of(session, "service", key))
    if not views:
        raise NotFound("One of the two records is not there any more.")
    view, say = views[0], desk.say
    waiting = words.wait(view.wait_days, view.wait_asked_on, say)
    said = {
        say.gettext("Name"): (view.name,),
        say.gettext("Organization"): (view.organization.name,),
        say.gettext("Status"): (say.gettext(STATUS.get(view.status, view.status)),),  # type: ignore[call-overload]
        say.gettext("What it is"): _some(view.description),
        say.gettext("Phone"): tuple(phone.number for phone in view.phones),
        say.gettext("Where"): tuple(_places(views)),
        say.gettext("Hours"): times.compact(view.hours, now(), say) if view.hours else (),
        say.gettext("Language"): tuple(say.language_name(tag) for tag in view.languages),
        say.gettext("Cost"): tuple(
            words.label(COST, cost.option, say) for cost in view.costs if cost.option
        ),
        say.gettext("Who it is for"): _some(view.eligibility_description),
        say.gettext("How to get it"): _some(view.application_process),
        say.gettext("Wait"): _some(waiting),
        say.gettext("Last check"): (words.checked(view.assured_date, say),),
        say.gettext("Source"): _some(view.source),
    }
    return Side(key, view.name, tuple(said.items()))


def _organization(session: Session, key: str, desk: Desk) -> Side:
    found, say = organization_detail(session, key), desk.say
    view: OrganizationView = found.organization
    offered = dict.fromkeys(one.name for one in found.services)
    said = {
        say.gettext("Name"): (view.name,),
        say.gettext("What it is"): _some(view.description),
        say.gettext("Phone"): tuple(phone.number for phone in view.phones),
        say.gettext("Web page"): _some(view.website),
        say.gettext("E-mail"): _some(view.email),
        say.gettext("Services"): tuple(offered),
        say.gettext("Where"): tuple(dict.fromkeys(_places(found.services))),
    }
    return Side(key, view.name, tuple(said.items()))


def _places(views: Sequence[ServiceView]) -> list[str]:
    """Addresses; a confidential one is not written out."""
    places = (view.location for view in views if view.location and not view.location.confidential)
    return sorted({place.address.line for place in places if place.address})


def _some(text: str | None) -> tuple[str, ...]:
    return (text,) if text else ()
