"""The history of a medicine's price: drawn over a year, and the same as a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from babel.dates import format_date
from litestar import Response, get
from litestar.params import FromPath

from core.access import PUBLIC_SEARCH
from core.clock import now
from core.errors import Invalid, NotFound
from directory.prices import queries
from directory.prices.asking import read_quantity
from directory.prices.kinds import Channel, Source
from directory.prices.queries import Past
from directory.prices.sellers import sellers
from web.i18n import Language, language
from web.narrowing import Link
from web.pages import here, page
from web.prices import words
from web.prices.compare import NO_STORE
from web.prices.drawing import Dated, timeline
from web.providers import PageRequest, site_of

YEAR = timedelta(days=365)
LISTED_MAX = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """One price in the table."""

    day: str
    price: str
    name: str
    program: str
    source: str
    corrected: bool


@get("/prices/history/{drug_id:str}", opt=PUBLIC_SEARCH, sync_to_thread=True)
def history(request: PageRequest, drug_id: FromPath[str]) -> Response[str]:
    """What a medicine cost over the last year, in one quantity."""
    site, at = site_of(request), here(request)
    say = language(at.code)
    today = now().astimezone(site.zone).date()
    with site.database.read() as session:
        product = queries.drug(session, drug_id[:36])
        known = queries.quantities(session, product.id)
        quantity = _quantity(dict(at.pairs).get("quantity", "")) or next(iter(known), None)
        if quantity is None:
            raise NotFound("There is no price of it.")
        found = queries.history(session, product.id, quantity, today - YEAR)
        places = {one.place_key for one in found if one.channel is Channel.LOCATION}
        pharmacies = sellers(session, places, today, timezone=site.settings.time_zone)
        names = {key: one.name for key, one in pharmacies.items()}
        chains = queries.organization_names(
            session, {one.place_key for one in found if one.channel is Channel.CHAIN}
        )
    medicine = words.medicine(product, say)
    return page(
        request,
        "prices/history.html",
        headers=NO_STORE,
        medicine=medicine,
        amount=words.amount(quantity, product, say),
        drawing=timeline(
            [_dated(one, found) for one in found],
            today,
            lambda value: words.round_money(value, say),
            lambda on: format_date(on, "MMM y", locale=say.locale),
        )
        if found
        else "",
        entries=[_entry(one, names | chains, say) for one in found[:LISTED_MAX]],
        invented=any(one.invented for one in found),
        sizes=[
            Link(words.amount(one, product, say), "" if one == quantity else at.href(
                f"/prices/history/{product.id}", [("quantity", words.plain_number(one))]))
            for one in known
        ],
        compare=at.href(
            "/prices", [("product", product.id), ("quantity", words.plain_number(quantity))]
        ),
    )  # fmt: skip


def _quantity(text: str) -> Decimal | None:
    try:
        return read_quantity(text)[0]
    except Invalid:
        return None


def _dated(one: Past, found: Sequence[Past]) -> Dated:
    latest = next(
        other
        for other in found
        if (other.place_key, other.program) == (one.place_key, one.program)
        and not other.corrected
        or other is one
    )
    kind = "wrong" if one.corrected else "now" if latest is one else "past"
    return Dated(one.observed_on, float(one.price), kind)


def _entry(one: Past, names: dict[str, str], say: Language) -> Entry:
    return Entry(
        day=say.day(one.observed_on),
        price=words.money(one.price, say),
        name=names.get(one.place_key, one.program),
        program=one.program,
        source=say.gettext(words.SOURCES[Source(one.source)]),
        corrected=one.corrected,
    )
