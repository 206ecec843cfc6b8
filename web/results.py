"""The results page: from an answered search to everything the page says and links to."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from core.paging import Page
from directory.geocode import Place
from search.openings import times_asked
from search.request import SearchRequest
from web import narrowing
from web.cards import Asked, card_html
from web.forms import SAVED, WINDOWS, SearchForm
from web.i18n import Language
from web.narrowing import Answered, Group, Link


@dataclass(frozen=True, slots=True)
class ResultsView:
    """Everything `results.html` shows."""

    title: str
    heading: str
    keep: tuple[tuple[str, str], ...] = ()
    chips: tuple[Link, ...] = ()
    clear: str = ""
    cards: tuple[str, ...] = ()  # HTML
    orders: tuple[Link, ...] = ()
    place_note: str = ""
    page_words: str = ""
    before: str = ""
    after: str = ""
    groups: tuple[Group, ...] = ()
    empty: tuple[str, ...] = ()
    first: str = ""
    words_note: str = ""
    why: tuple[Link, ...] = ()
    relaxations: tuple[Link, ...] = ()
    places: tuple[Link, ...] = ()
    origin: tuple[float, float] | None = None


def results_view(answered: Answered) -> ResultsView:
    """The page for a search that could be asked."""
    form, say, result = answered.form, answered.say, answered.result
    heading = _heading(answered)
    asked = Asked(
        say,
        answered.now,
        answered.services,
        answered.back,
        answered.request.origin,
        times_asked(answered.request.query),
        answered.saving,
        answered.actions,
    )
    pages = Page(result.hits, result.total, result.page, result.per_page)
    return ResultsView(
        title=f"{heading}: {form.value('q')}" if form.value("q") else heading,
        heading=heading,
        keep=(*_singles(form, ("sort",)), *_unseen(form)),
        chips=tuple(narrowing.chips(answered)),
        clear=narrowing.clear(answered),
        cards=tuple(card_html(hit, asked) for hit in result.hits),
        origin=_origin(answered.request),
        orders=tuple(_orders(answered)),
        place_note=_place_note(answered),
        page_words=_page_words(pages, say),
        before=_page(answered, result.page - 1) if result.page > 1 else "",
        after=_page(answered, result.page + 1) if result.page < pages.pages else "",
        groups=tuple(narrowing.groups(answered)),
        empty=tuple(_empty(answered)),
        first=_page(answered, 1) if result.total and not result.hits else "",
        words_note=_words_note(answered),
        why=tuple(narrowing.why_not(answered)),
        relaxations=tuple(narrowing.relaxations(answered)) if not result.total else (),
    )


def _origin(request: SearchRequest) -> tuple[float, float] | None:
    return (request.origin.lat, request.origin.lng) if request.origin else None


def refused_view(
    form: SearchForm,
    near: Iterable[Place],
    say: Language,
    link: Callable[[SearchForm], str],
) -> ResultsView:
    """The page for a search that cannot be asked: what was said is kept, near places are offered."""
    right = SearchForm(
        {name: had for name, had in form.values.items() if name not in form.errors},
        {name: had for name, had in form.chosen.items() if name not in form.errors},
    )
    places = tuple(
        Link(
            ", ".join(filter(None, (place.label, place.detail))),
            link(right.having("near", place.label)),
        )
        for place in near
    )
    heading = say.gettext("Not searched yet")
    return ResultsView(title=heading, heading=heading, keep=_kept(right), places=places)


def _kept(form: SearchForm) -> tuple[tuple[str, str], ...]:
    """What the boxes said, for a form without boxes."""
    chosen = tuple((name, value) for name, values in form.chosen.items() for value in values)
    return (*chosen, *_singles(form, ("sort", "within", "accepts_referrals", "cash_prices")))


def _singles(form: SearchForm, names: Iterable[str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, form.value(name)) for name in names if form.value(name))


def _unseen(form: SearchForm) -> tuple[tuple[str, str], ...]:
    kept = (*WINDOWS, SAVED)
    return tuple((name, value) for name in kept for value in form.chosen.get(name, ()))


def _heading(answered: Answered) -> str:
    """How many there are: what a screen reader says first, zero included."""
    say, total, origin = answered.say, answered.result.total, answered.request.origin
    if not total:
        return say.gettext("No services match all of this")
    if origin:
        return say.ngettext(
            "%(num)s service near %(place)s",
            "%(num)s services near %(place)s",
            total,
            place=origin.label,
        )
    return say.ngettext("%(num)s service", "%(num)s services", total)


def _orders(answered: Answered) -> Iterator[Link]:
    say, now = answered.say, answered.request.query.sort
    offered = [("match", say.gettext("Best match")), ("soonest", say.gettext("Soonest"))]
    if answered.request.origin:
        offered.insert(1, ("distance", say.gettext("Nearest")))
    for sort, name in offered:
        other = answered.form.having("sort", sort)
        yield Link(name, "" if sort == now else answered.link(other))


def _place_note(answered: Answered) -> str:
    origin, say = answered.request.origin, answered.say
    if origin is None:
        return say.gettext("Say where you are, and the list shows what is near or comes to you.")
    if not origin.approximate:
        return ""
    return say.gettext(
        "Miles are counted in a straight line from the middle of %(place)s.", place=origin.label
    )


def _words_note(answered: Answered) -> str:
    """Which words were not looked for, as no service has all of them."""
    say = answered.say
    if not answered.left_out:
        return ""
    quoted = say.listed([say.gettext("“%(word)s”", word=word) for word in answered.left_out])
    return say.gettext("Nothing has all of your words. Not looked for: %(words)s.", words=quoted)


def _page_words(pages: Page[Any], say: Language) -> str:
    if pages.pages == 1 or not pages.items:
        return ""
    return say.gettext(
        "%(first)s to %(last)s of %(total)s",
        first=say.number(pages.first),
        last=say.number(pages.last),
        total=say.number(pages.total),
    )


def _page(answered: Answered, number: int) -> str:
    return answered.link(answered.form.having("page", str(number)))


def _empty(answered: Answered) -> Iterator[str]:
    say, result = answered.say, answered.result
    if result.hits:
        return
    if result.total:
        yield say.gettext("The list ends before this page.")
    else:
        yield say.gettext(
            "Each thing you choose makes the list shorter, and together they leave nothing."
        )
