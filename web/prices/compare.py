"""The page of prices: ask for a medicine, see the trade-off, and the same as a table."""

from dataclasses import dataclass

from litestar import Response, get
from sqlmodel import Session

from core.access import PUBLIC_SEARCH
from directory.prices import queries
from directory.prices.asking import WORDS
from directory.prices.finder import About, Found, Option
from directory.prices.offers import Comparison, Offer, Product, Program
from directory.prices.programs import programs
from directory.prices.sellers import sellers
from directory.prices.words import warnings
from web.forms import MILES
from web.i18n import N_, Language, language
from web.narrowing import Link
from web.pages import here, page
from web.prices import words
from web.prices.asked import Question, read_question, read_typed, with_fees
from web.prices.rows import Compared, Teller
from web.providers import PageRequest, Site, site_of
from web.rendering import Here

SHOWN_MAX = 60
NO_STORE = {"Cache-Control": "no-store"}  # what somebody takes is nobody's to keep
ASKED = {
    About.DRUG: N_("Which of these medicines is it?"),
    About.STRENGTH: N_("Which strength is it?"),
    About.FORM: N_("Which form is it?"),
    About.RELEASE: N_("Is it regular or extended release? They are not the same medicine."),
    About.QUANTITY: N_("How many do you get?"),
    About.NO_STRENGTH: N_("We do not know that strength. Is it one of these?"),
    About.NO_FORM: N_("We do not know that form. Is it one of these?"),
    About.NO_RELEASE: N_("We do not know that release. Is it one of these?"),
    About.MIXED_FORMS: N_("That names two forms. Which one is it?"),
    About.MIXED_RELEASES: N_("That names two releases. Which one is it?"),
}
"""Headings of the questions; what is about a quantity is said at its field."""
assert ASKED.keys() <= WORDS.keys()


@dataclass(frozen=True, slots=True)
class View:
    """Everything `prices/compare.html` shows. `choices` are answers to the question `heading`."""

    title: str
    heading: str
    medicine: str = ""
    choices: tuple[Link, ...] = ()
    compared: Compared | None = None
    farther: int = 0
    warnings: tuple[str, ...] = ()
    corrected: str = ""
    place: str = ""
    place_note: str = ""
    history: str = ""
    product: str = ""


@get("/prices", opt=PUBLIC_SEARCH, sync_to_thread=True)
def compare(request: PageRequest) -> Response[str]:
    """Prices of a medicine, or the question that has to be answered first."""
    site, at = site_of(request), here(request)
    say = language(at.code)
    with site.database.read() as session:
        catalog = request.app.state.drugs.catalog(session)
        asked = read_question(read_typed(at.pairs), site, catalog, say)
        known = [program for program, _ in programs(session).values()]
        view = _view(session, asked, site, say, at)
    return page(
        request,
        "prices/compare.html",
        400 if asked.typed.errors else 200,
        NO_STORE,
        indexed=not asked.typed.fields,
        form=asked.typed,
        view=view,
        miles=[
            (miles, say.ngettext("%(num)s mile", "%(num)s miles", int(miles))) for miles in MILES
        ],
        memberships=[(one.id, _member_words(one, say)) for one in with_fees(known)],
        conditions=[(code, say.gettext(text)) for code, text in words.REQUIREMENTS.items()],
    )


def _member_words(found: Program, say: Language) -> str:
    return f"{found.name}, {words.fee(found, say)}"


def _view(session: Session, asked: Question, site: Site, say: Language, at: Here) -> View:
    found = asked.found
    if asked.typed.errors or found is None:
        heading = say.gettext("What does a medicine cost in cash?")
        return View(heading, heading)
    if found.product is None:
        return _question(asked, found, say, at)
    if found.quantity is None:
        return _how_many(session, asked, found.product, say, at)
    return _answer(session, asked, found, site, say, at)


def _question(asked: Question, found: Found, say: Language, at: Here) -> View:
    about = found.about if found.about in ASKED else About.DRUG
    assert about
    heading = say.gettext(ASKED[about])
    links = (_choice(asked, option, say, at) for option in found.options)
    return View(heading, heading, choices=tuple(links))


def _choice(asked: Question, option: Option, say: Language, at: Here) -> Link:
    text = words.medicine(option.product, say)
    changes = {"product": option.product.id, "drug": _short(option.product)}
    if option.quantity is not None:
        changes["quantity"] = words.plain_number(option.quantity)
        text = f"{text}: {words.amount(option.quantity, option.product, say)}"
    return Link(text, at.href("/prices", asked.pairs(**changes)))


def _short(product: Product) -> str:
    """The product as the field shows it."""
    name = product.brand or product.ingredient
    return f"{name} {product.strength} {product.form} {product.release}"


def _how_many(session: Session, asked: Question, product: Product, say: Language, at: Here) -> View:
    """Quantities that are known, to choose from."""
    known = queries.quantities(session, product.id)
    links = [_choice(asked, Option(product, quantity), say, at) for quantity in known]
    heading = say.gettext("How many do you get?")
    return View(heading, heading, words.medicine(product, say), tuple(links))


def _answer(
    session: Session, asked: Question, found: Found, site: Site, say: Language, at: Here
) -> View:
    assert found.product and found.quantity
    product, quantity = found.product, found.quantity
    wanted = queries.Asked(
        product, quantity, asked.patient, asked.today, asked.place, asked.radius_m
    )
    answered = queries.comparison(session, wanted)
    shown = _first(answered.comparison)
    known = sellers(session, _places(shown), asked.today, timezone=site.settings.time_zone)

    def call(offer: Offer) -> str:
        pairs = [("drug", product.id), ("quantity", words.plain_number(offer.quantity)),
                 ("place", offer.seller), ("program", offer.program.id),
                 ("near", asked.typed.value("near"))]  # fmt: skip
        return at.href("/prices/call", pairs)

    told = Teller(say, product, known, at.href("/services"), call)
    medicine = words.medicine(product, say)
    return View(
        title=say.gettext("Cash prices of %(medicine)s", medicine=medicine),
        heading=_heading(answered.comparison, asked, say),
        medicine=f"{medicine}: {words.amount(quantity, product, say)}",
        compared=told.compared(shown),
        farther=answered.farther,
        warnings=tuple(say.gettext(text) for text in warnings(product)),
        corrected=found.corrected,
        place=asked.place.label if asked.place else "",
        place_note=say.gettext(
            "Miles are counted in a straight line from the middle of %(place)s.",
            place=asked.place.label,
        )
        if asked.place and asked.place.approximate
        else "",
        history=at.href(
            f"/prices/history/{product.id}", [("quantity", words.plain_number(quantity))]
        ),
        product=product.id,
    )


def _heading(found: Comparison, asked: Question, say: Language) -> str:
    """How many prices there are: what a screen reader says first, zero included."""
    total = len(found.ranked)
    if not total:
        return say.gettext("No price that is still good")
    if asked.place:
        return say.ngettext(
            "%(num)s price near %(place)s",
            "%(num)s prices near %(place)s",
            total,
            place=asked.place.label,
        )
    return say.ngettext("%(num)s price", "%(num)s prices", total)


def _first(found: Comparison) -> Comparison:
    """So much of it that a page can hold; nothing of the front is lost."""
    kept = [one for at, one in enumerate(found.ranked) if at < SHOWN_MAX or one.front]
    return Comparison(tuple(kept), found.other_sizes[:SHOWN_MAX], found.left_out[: SHOWN_MAX * 2])


def _places(found: Comparison) -> set[str]:
    offers = [one.offer for one in (*found.ranked, *found.other_sizes)]
    offers += [one.offer for one in found.left_out]
    return {offer.seller for offer in offers if not offer.by_mail}
