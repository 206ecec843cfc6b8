"""Ways to make a list of results shorter or longer: chips, boxes to tick, steps that would help."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from directory.codes import (
    ACCESSIBILITY,
    AUDIENCE,
    CATEGORY,
    COST,
    DELIVERY,
    Code,
    categories,
    code_lists,
    codes,
    terms_of,
)
from search.explain import Explanation, Relaxed
from search.explain_text import reason
from search.query import SearchResult
from search.request import SearchRequest
from web import words
from web.cards import Actions
from web.forms import FIELDS, FILTERS, MILES, MILES_DEFAULT, SearchForm
from web.i18n import Language
from web.times import chosen_time, window_words

COUNTED = ("category", "term", "language", "cost", "for", "delivery", "accessible", "cash_prices")
"""Parameters whose values are counted on every results page."""
LISTS = {"cost": COST, "for": AUDIENCE, "delivery": DELIVERY, "accessible": ACCESSIBILITY}
FACETS = {
    "category": "categories",
    "kind": "terms",
    "language": "languages",
    "cost": "cost",
    "for": "audiences",
    "delivery": "delivery",
    "accessible": "accessibility",
}
LANGUAGES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere; a blank address is where we are."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Option:
    """A box to tick. `count` is None where counting says nothing."""

    value: str
    label: str
    count: str | None
    chosen: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Boxes of one field; `one` when only one of them can be chosen."""

    name: str
    label: str
    options: tuple[Option, ...]
    open: bool = False
    one: bool = False


@dataclass(frozen=True, slots=True)
class Answered:
    """A search and its answer, with what is needed to talk about them.

    `link` makes the address of a search, `services` is the address services lie below, `back` the
    parameters that lead back here, `saving` the address that saves one more service, `actions` what
    staff can do with one. `count` says how many services another form would find.
    """

    form: SearchForm
    request: SearchRequest
    result: SearchResult
    say: Language
    now: datetime
    link: Callable[[SearchForm], str]
    services: str
    back: str
    count: Callable[[SearchForm], int]
    explained: Explanation | None = None
    left_out: tuple[str, ...] = ()
    saving: str = ""
    actions: Actions | None = None


def chips(answered: Answered) -> Iterator[Link]:
    form = answered.form
    for name in FILTERS:
        for value in form.chosen.get(name, ()):
            without = answered.link(form.without(name, value))
            yield Link(value_label(name, value, answered.say), without)
        if (value := form.value(name)) and (said := _single(form, name, answered.say)):
            yield Link(said, answered.link(form.without(name)))


def _single(form: SearchForm, name: str, say: Language) -> str:
    """What a field with one value says; blank when it says nothing yet."""
    if name == "when":
        return chosen_time(form, say)
    if name == "within":
        miles = int(form.value(name))
        return say.ngettext("Up to %(num)s mile away", "Up to %(num)s miles away", miles)
    if name == "cash_prices":
        return say.gettext("Has recent cash prices")
    return say.gettext("Takes referrals")


def value_label(name: str, value: str, say: Language) -> str:
    """The name of one value of a field that has several."""
    if name == "language":
        return say.language_name(value)
    if name == "free":
        return say.gettext("Free: %(times)s", times=window_words(value, say))
    if name == "blocked":
        return say.gettext("Busy: %(times)s", times=window_words(value, say))
    return words.label(LISTS.get(name, CATEGORY), value, say)


def clear(answered: Answered) -> str:
    """The search without any filter; blank when there is at most one to take away."""
    form = answered.form
    used = [name for name in FILTERS if form.value(name) or form.chosen.get(name)]
    for name in used:
        form = form.without(name)
    chosen = answered.form.chosen
    many = sum(len(values) for name, values in chosen.items() if name in FILTERS) > 1
    return answered.link(form) if len(used) > 1 or many else ""


def groups(answered: Answered) -> Iterator[Group]:
    form, say = answered.form, answered.say
    if answered.request.origin:
        yield _distances(form, say)
    chosen = form.chosen.get("category", ())
    yield _coded("category", say.gettext("Kind of help"), _plain(categories()), answered)
    if len(chosen) == 1 and chosen[0] in categories():
        yield _coded("kind", words.label(CATEGORY, chosen[0], say), terms_of(chosen[0]), answered)
    yield _languages(answered)
    for name, list_name in LISTS.items():
        found = code_lists()[list_name]
        title = found.names.get(say.code) or found.names["en"]
        yield _coded(name, title, found.codes.values(), answered)
    if answered.result.facets.get("cash_prices", {}).get("true") or form.value("cash_prices"):
        yield _with_prices(answered)
    yield Group(
        "accepts_referrals",
        say.gettext("For clinics"),
        (
            Option(
                "yes", say.gettext("Takes referrals"), None, bool(form.value("accepts_referrals"))
            ),
        ),
        open=bool(form.value("accepts_referrals")),
    )


def _with_prices(answered: Answered) -> Group:
    say, chosen = answered.say, bool(answered.form.value("cash_prices"))
    count = say.number(answered.result.facets.get("cash_prices", {}).get("true", 0))
    option = Option("yes", say.gettext("Has recent cash prices"), count, chosen)
    return Group("cash_prices", say.gettext("For medicines"), (option,), open=chosen)


def _plain(slugs: Iterable[str]) -> list[Code]:
    return [codes(CATEGORY)[slug] for slug in slugs]


def _distances(form: SearchForm, say: Language) -> Group:
    now = form.value("within") or MILES_DEFAULT
    options = tuple(
        Option(
            "" if miles == MILES_DEFAULT else miles,
            say.ngettext("%(num)s mile", "%(num)s miles", int(miles)),
            None,
            miles == now,
        )
        for miles in MILES
    )
    return Group("within", say.gettext("How far"), options, bool(form.value("within")), one=True)


def _coded(name: str, title: str, offered: Iterable[Code], answered: Answered) -> Group:
    """Boxes for the codes that are there, and for those that are ticked."""
    counts = answered.result.facets.get(FACETS[name], {})
    chosen = answered.form.chosen.get(name, ())
    options = []
    for code in offered:
        count = counts.get(code.id if name == "kind" else code.code, 0)
        if count or code.code in chosen:
            said = answered.say.number(count)
            options.append(
                Option(code.code, code.name(answered.say.code), said, code.code in chosen)
            )
    return Group(name, title, tuple(options), open=name in ("category", "kind") or bool(chosen))


def _languages(answered: Answered) -> Group:
    say, chosen = answered.say, answered.form.chosen.get("language", ())
    counts: Mapping[str, int] = answered.result.facets.get("languages", {})
    common = sorted(counts, key=lambda tag: (-counts[tag], tag))[:LANGUAGES_SHOWN]
    tags = common + [tag for tag in chosen if tag not in common]
    options = tuple(
        Option(tag, say.language_name(tag), say.number(counts.get(tag, 0)), tag in chosen)
        for tag in tags
    )
    return Group("language", say.gettext("Language"), options, open=True)


HEEDED = "heeded"
"""Where a page names what is known of a patient and heeded."""


def why_not(answered: Answered) -> Iterator[Link]:
    """What each thing chosen alone keeps out: "Closed at your time (7)", leading to just those more.

    What a patient's circumstances keep out leads to where these are left out one by one.
    """
    if answered.explained is None:
        return
    say, asked = answered.say, answered.request.query
    for one in answered.explained.excluded:
        label = f"{reason(one, asked, say.gettext)} ({say.number(one.count)})"
        wider = _wider(answered.form, one.relaxed)
        yield Link(label, answered.link(wider) if wider != answered.form else f"#{HEEDED}")


def _wider(form: SearchForm, relaxed: Relaxed) -> SearchForm:
    """The form that asks what `relaxed` asks."""
    match relaxed.rule:
        case "radius_m" if relaxed.miles is not None:
            return form.having("within", str(relaxed.miles))
        case "radius_m" | "reachable_from":
            return form.without("near").without("within")
        case "free":
            return form.without("free").without("blocked")
        case rule:
            return form.without(FIELDS.get(rule, rule))


def relaxations(answered: Answered) -> Iterator[Link]:
    """Much wider searches that find something, for when nothing is found."""
    for said, form in _steps(answered):
        if count := answered.count(form):
            yield Link(
                answered.say.ngettext(
                    "%(step)s: %(num)s service", "%(step)s: %(num)s services", count, step=said
                ),
                answered.link(form),
            )


def _steps(answered: Answered) -> Iterator[tuple[str, SearchForm]]:
    form, say = answered.form, answered.say
    if form.value("q"):
        wider = form.without("q")
        yield say.gettext("Without the words “%(words)s”", words=form.value("q")[:60]), wider
    everything = form
    for name in FILTERS:
        everything = everything.without(name)
    yield say.gettext("Without anything ticked"), everything
    if form.value("near"):
        yield say.gettext("In any place"), form.without("near").without("within")
