"""Calling a service: what to ask, in which words, and one form that takes any answer in two taps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from litestar import Response, get, post
from litestar.params import FromPath

from accounts.queries import names_of
from core.access import staff
from core.clock import now
from core.errors import Invalid
from directory.models import AsListed, Observation, Reached, Service, Taking
from directory.observations import (
    FACTS,
    Answers,
    observations,
    observe,
    service_to_call,
)
from directory.permissions import CALLERS
from directory.queries import service_views, units_of
from directory.views import ServiceView
from web import times, words
from web.curator.desk import curating, may_change, today
from web.curator.words import GREETING, QUESTIONS, SAME, TAKING, WAIT, heard
from web.i18n import LANGUAGES, N_, Language, language
from web.listing import Listing, listing
from web.pages import here
from web.providers import PageRequest
from web.staff.desk import Desk, go, known_id
from web.staff.reading import day_of
from web.staff.typed import Sent, Typed, typed_of

CALL = "/staff/services/{service_id:str}/call"
WHO = staff(*CALLERS)
REFUSALS = (
    N_("The day of the call is not here yet."),
    N_("Choose at least one answer."),
    N_("Choose one of the waits."),
)
"""What directory/observations.py refuses with."""
CAME_FROM = {"verify": "/staff/verify", "problems": "/staff/problems"}
Code = TypeVar("Code", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its words in the language it is asked in, what the listing says, and answers."""

    name: str
    words: str
    listed: str
    options: Sequence[tuple[str, str]]


@get(CALL, opt=WHO, sync_to_thread=True)
def script(request: PageRequest, service_id: FromPath[str]) -> Response[str]:
    """What to ask, with the number to call."""
    desk = curating(request)
    return _show(desk, service_id, typed_of({"asked_on": ""}))


@post(CALL, opt=WHO, sync_to_thread=True, status_code=303)
def keep(request: PageRequest, service_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Keep what they said, as of the day it was said."""
    desk = curating(request)
    try:
        with desk.database.write() as session:
            day = today(desk)
            asked_on = day_of(typed, "asked_on", desk.say) or day
            service = service_to_call(session, desk.actor, known_id(service_id))
            observe(session, desk.actor, service.id, _answers(typed), asked_on, day)
    except Invalid as refused:
        return _show(desk, service_id, typed.wrong(desk.errors(refused)), 400)
    back = CAME_FROM.get(typed.value("from"), f"/staff/services/{known_id(service_id)}/call")
    return go(back, done="noted")


def _answers(typed: Typed) -> Answers:
    """What was tapped. The rest is as listed when they said so."""
    rest = AsListed.SAME if typed.value("rest") else None
    wait = typed.value("wait_days")
    facts = {name: _code(AsListed, typed.value(name)) or rest for name in FACTS}
    return Answers(
        reached=_code(Reached, typed.value("reached")) or Reached.ANSWERED,
        taking=_code(Taking, typed.value("taking")),
        wait_days=int(wait) if wait.isdecimal() and len(wait) < 4 else None,
        **facts,
    )


def _code(kind: type[Code], text: str) -> Code | None:
    return kind(text) if text in set(kind) else None


def _show(desk: Desk, key: str, typed: Typed, status: int = 200) -> Response[str]:
    chosen = dict(here(desk.request).pairs)
    asked_in = chosen.get("in", "")
    spoken = language(asked_in) if asked_in in LANGUAGES else desk.say
    with desk.database.read() as session:
        service = service_to_call(session, desk.actor, known_id(key))
        view = _view(service_views(session, units_of(session, "service", service.id)), key)
        past = observations(session, service.id)
        people = names_of(session, {one.asked_by for one in past})
    shown = listing(view, now(), desk.say)
    organization = desk.organization.name if desk.organization else ""
    return desk.show(
        "curator/call.html",
        status,
        key=known_id(key),
        service=service,
        view=shown,
        spoken=[desk.say.language_name(tag) for tag in view.languages],
        asked_in=spoken,
        greeting=spoken.gettext(GREETING, organization=organization),
        questions=_questions(service, view, shown, desk.say, spoken),
        typed=typed,
        came_from=chosen.get("from", typed.value("from")),
        past=[_line(one, people, desk.say) for one in past],
        checked=words.checked(service.assured_date, desk.say),
        changes=may_change(desk),
    )


def _view(views: Sequence[ServiceView], key: str) -> ServiceView:
    """The service at the place that was asked for, else at its first."""
    return next((view for view in views if view.id == key), views[0])


def _questions(
    service: Service, view: ServiceView, shown: Listing, say: Language, spoken: Language
) -> list[Question]:
    waited = words.wait(service.wait_days, service.wait_asked_on, say)
    week = times.compact(view.hours, now(), say) if view.hours else ()
    hours = "; ".join(week) or say.gettext("Hours unknown – call")
    phone = shown.phones[0].number if shown.phones else say.gettext("no number")
    listed = {"wait_days": waited, "hours": hours, "phone": phone, "cost": _cost(view, say)}
    choices: Mapping[str, Mapping[Any, str]] = {"taking": TAKING, "wait_days": WAIT}
    return [
        Question(
            name,
            spoken.gettext(text),
            listed.get(name, ""),
            [(str(code), say.gettext(said)) for code, said in choices.get(name, SAME).items()],
        )
        for name, text in QUESTIONS.items()
    ]


def _cost(view: ServiceView, say: Language) -> str:
    options = [words.label("handrail/cost", cost.option, say) for cost in view.costs if cost.option]
    amounts = [say.money(cost.amount, cost.currency or "USD") for cost in view.costs if cost.amount]
    told = [text for text in (view.fees_description, view.fees) if text]
    return "; ".join([*options, *amounts, *told]) or say.gettext("nothing is listed")


def _line(found: Observation, people: Mapping[str, str], say: Language) -> tuple[str, str, str]:
    """When, who, what."""
    return say.day(found.asked_on), people.get(found.asked_by, ""), heard(found, say)
