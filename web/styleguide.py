"""Every piece that pages are made of, in each of its states, on one page. In the demonstration only.

Colours follow the reader's device, `?dir=rtl` turns the page around, printing shows paper.
"""

import re
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from litestar import Response, get

from core.access import PUBLIC
from core.clock import now
from core.errors import NotFound
from directory.hours import ExceptionDay, Hours, Rule, Window
from search.query import SearchQuery
from web import assets, times
from web.cards import Asked, card_html
from web.forms import SearchForm
from web.i18n import Language, language
from web.loop_line import Station, drawing, loop_line
from web.narrowing import Group, Link, Option
from web.pages import here, page
from web.providers import PageRequest, Site, site_of
from web.qr import qr
from web.results import ResultsView
from web.ribbon import LARGE, SMALL
from web.snippets import LAMPS
from web.words import PhoneLink, Text

CARDS = 2
HOURS = Hours(
    rules=(
        Rule(byday="MO,TU,WE,TH", opens_at=time(9), closes_at=time(17)),
        Rule(byday="TU", opens_at=time(18), closes_at=time(21)),
        Rule(byday="SA", opens_at=time(22), closes_at=time(2)),
    ),
)
LOOPS = (
    (("send", "sent"),),
    (("send", "sent"), ("accept", "accepted"), ("schedule", "scheduled")),
    (("send", "sent"), ("view", "viewed"), ("decline", "declined")),
    (("send", "sent"), ("accept", "accepted"), ("complete", "completed")),
)
"""Referrals that wait for an answer, for a day, for another partner, and for a word of the patient."""
ASKED = (Window(1, 19 * 60, 22 * 60),)
"""Tuesday evening: where it meets the hours, the drawing glows."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a referral."""

    event: str
    target: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HoursOnly:
    """As much of a listing as the tables of hours show."""

    week: tuple[times.DayRow, ...]
    changes: tuple[tuple[str, str], ...]
    hour_notes: tuple[Text, ...] = ()


@get("/styleguide", opt=PUBLIC, sync_to_thread=True)
def styleguide(request: PageRequest) -> Response[str]:
    """The living page of the design system."""
    site, at = site_of(request), here(request)
    if not site.settings.demo:
        raise NotFound("There is no such page.")
    say, moment = language(at.code), now()
    on = moment.astimezone(site.zone).date()
    hours = _closed_next_week(on)
    return page(
        request,
        "styleguide.html",
        direction="rtl" if ("dir", "rtl") in at.pairs else say.direction,
        colours=_colours(),
        drawings=re.findall(r'<symbol id="([a-z-]+)"', (assets.STATIC / "marks.svg").read_text()),
        states=[times.StateWords(kind, kind.replace("_", " ")) for kind in LAMPS],
        phone=PhoneLink(
            "919-555-0100", "tel:+19195550100", "Appointments", say.language_name("es")
        ),
        form=SearchForm({"q": "food"}),
        wrong=SearchForm({"zip": "Durhem"}, errors={"zip": say.gettext("Say what is wrong.")}),
        view=_list(say),
        cards=_cards(site, say, at.href("/services")),
        small=times.week_drawing(HOURS, moment, say, SMALL),
        fits=times.week_drawing(HOURS, moment, say, SMALL, ASKED),
        large=times.week_drawing(HOURS, moment, say, LARGE),
        listing=HoursOnly(times.table(hours, moment, say), times.changes(hours, moment, say)),
        loops=[_loop(say, site, *events) for events in LOOPS],
        alert=Text(say.gettext("Closed for now. Call before you go."), say.code),
        qr=qr(f"{site.settings.base_url}/styleguide"),
        when_options=times.when_options(say),
        day_options=times.day_options(say),
    )


def _closed_next_week(today: date) -> Hours:
    next_week = today + timedelta(days=7)
    painting = ExceptionDay(next_week, next_week + timedelta(days=2), reason="Painting")
    return replace(HOURS, exceptions=(painting,))


def _colours() -> list[str]:
    """Names of the colours, from the style sheet itself."""
    light = assets.style_sheet().split(":root {", 1)[1].split("}", 1)[0]
    return re.findall(r"--([a-z-]+): #", light)


def _list(say: Language) -> ResultsView:
    """What stands around a list of results."""
    here_and_there = (Link(say.gettext("Best match"), ""), Link(say.gettext("Nearest"), "#lists"))
    boxes = (
        Option("27701", say.language_name("es"), "12", chosen=True),
        Option("27702", say.language_name("vi"), "3", chosen=False),
    )
    return ResultsView(
        title="",
        heading="",
        chips=(Link(say.language_name("es"), "#lists"), Link("27701", "#lists")),
        clear="#lists",
        orders=here_and_there,
        page_words=say.gettext("%(first)s to %(last)s of %(total)s", first=21, last=40, total=58),
        before="#lists",
        after="#lists",
        groups=(Group("language", say.gettext("Language"), boxes, open=True),),
        why=(Link(say.language_name("es") + " (7)", "#lists"),),
    )


def _cards(site: Site, say: Language, services: str) -> list[str]:
    found = site.engine.search(SearchQuery(now=now(), per_page=CARDS))
    return [card_html(hit, Asked(say, now(), services)) for hit in found.hits]


def _loop(say: Language, site: Site, *events: tuple[str, str]) -> tuple[tuple[Station, ...], str]:
    """A referral with one event a day: its stations and their drawing."""
    first = now() - timedelta(days=len(events))
    happened = (
        Event(event, target, first + timedelta(days=day))
        for day, (event, target) in enumerate(events)
    )
    stations = loop_line(happened, say, site.zone)
    return stations, drawing(stations)
