"""What to say on the telephone: the exact question, in the reader's language and in English."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from litestar import Response, get
from sqlmodel import Session

from core.access import PUBLIC_SEARCH
from core.clock import now
from core.errors import Invalid, NotFound
from directory.prices import queries
from directory.prices.asking import TEXT_MAX, read_quantity
from directory.prices.offers import Product, Program
from directory.prices.programs import CASH_ID, programs
from directory.prices.sellers import Seller, sellers
from directory.prices.words import warnings
from web.i18n import SOURCE_LANGUAGE, Language, language
from web.links import with_query
from web.pages import here, page
from web.prices import words
from web.prices.compare import NO_STORE
from web.providers import PageRequest, Site, site_of
from web.words import phone

RECORD = "/staff/prices/record"


@dataclass(frozen=True, slots=True)
class Call:
    """Whom to ask for what."""

    product: Product
    quantity: Decimal
    seller: Seller
    program: Program
    today: date

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The same as parameters of a link."""
        return [("drug", self.product.id), ("quantity", words.plain_number(self.quantity)),
                ("place", self.seller.location_id), ("program", self.program.id)]  # fmt: skip


@get("/prices/call", opt=PUBLIC_SEARCH, sync_to_thread=True)
def call(request: PageRequest) -> Response[str]:
    """The script of a call."""
    site, at = site_of(request), here(request)
    say, near = language(at.code), dict(at.pairs).get("near", "")[:TEXT_MAX]
    with site.database.read() as session:
        found = read_call(session, dict(at.pairs), site)
    return page(
        request,
        "prices/call.html",
        headers=NO_STORE,
        call=found,
        phone=phone(found.seller.phone, None, None, say) if found.seller.phone else None,
        medicine=words.medicine(found.product, say),
        amount=words.amount(found.quantity, found.product, say),
        script=script(found, say),
        english=script(found, language(SOURCE_LANGUAGE)) if say.code != SOURCE_LANGUAGE else (),
        warnings=[say.gettext(text) for text in warnings(found.product)],
        record=with_query(RECORD, [*found.pairs, ("near", near)]),
        listing=at.href(f"/services/{found.seller.listing}") if found.seller.listing else "",
        compare=at.href("/prices", [("product", found.product.id), ("near", near),
                                    ("quantity", words.plain_number(found.quantity))]),
    )  # fmt: skip


def read_call(session: Session, fields: dict[str, str], site: Site) -> Call:
    """Whom to ask for what. Raises NotFound where something is not there."""
    today = now().astimezone(site.zone).date()
    product = queries.drug(session, fields.get("drug", "")[:36])
    place = fields.get("place", "")[:36]
    known = sellers(session, [place], today, timezone=site.settings.time_zone)
    program = programs(session).get(fields.get("program") or CASH_ID)
    try:
        quantity, _ = read_quantity(fields.get("quantity", ""))
    except Invalid:
        quantity = None
    if place not in known or known[place].confidential or program is None or quantity is None:
        raise NotFound("There is no such pharmacy or price.")
    return Call(product, quantity, known[place], program[0], today)


def script(found: Call, say: Language) -> tuple[str, ...]:
    """The questions, one by one."""
    medicine = words.medicine(found.product, say)
    amount = words.amount(found.quantity, found.product, say)
    asked = [
        say.gettext(
            "What is your cash price, without insurance, for %(medicine)s, quantity %(amount)s?",
            medicine=medicine,
            amount=amount,
        )
    ]
    if found.program.id != CASH_ID:
        named = found.program.name
        asked.append(say.gettext("And with “%(program)s”?", program=named))
    asked += [
        say.gettext("Is that the whole price, with every fee?"),
        say.gettext("Do you have it today?"),
        say.gettext("How long does that price hold?"),
    ]
    return tuple(asked)
