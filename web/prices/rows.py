"""A comparison as the rows, groups and drawing of its page."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from directory.prices.kinds import Channel
from directory.prices.offers import Comparison, LeftOut, Offer, Product, Ranked, Reason
from directory.prices.sellers import Seller
from directory.prices.words import REASONS
from search.explain import MILE_M
from web.i18n import Language
from web.prices import words
from web.prices.drawing import Spot, curve

Link = Callable[[Offer], str]
DRAWN_MAX = 60


@dataclass(frozen=True, slots=True)
class Row:
    """One price in the table. `how` says what the total is made of, `notes` what else to know."""

    number: int
    name: str
    organization: str
    listing: str
    total: str
    how: tuple[str, ...]
    where: str
    asked: str
    notes: tuple[str, ...]
    evening: bool
    delivers: bool
    mail: bool
    front: bool
    call: str
    quantity: str
    unit_price: str


@dataclass(frozen=True, slots=True)
class Left:
    """Prices left out for one reason; `lines` names each."""

    reason: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Everything the page says of a comparison; `drawing` is SVG."""

    rows: tuple[Row, ...]
    front: tuple[Row, ...]
    others: tuple[Row, ...]
    left: tuple[Left, ...]
    drawing: str
    invented: bool


@dataclass(frozen=True, slots=True)
class Teller:
    """Says prices: in which language, of which product, with which pharmacies and links."""

    say: Language
    product: Product
    sellers: Mapping[str, Seller]
    services: str
    call: Link

    def compared(self, found: Comparison) -> Compared:
        """The page of a comparison."""
        rows = tuple(self.row(one, number) for number, one in enumerate(found.ranked, 1))
        others = tuple(self.row(one, number) for number, one in enumerate(found.other_sizes, 1))
        listed = [one.offer for one in (*found.ranked, *found.other_sizes)]
        return Compared(
            rows=rows,
            front=tuple(row for row in rows if row.front),
            others=others,
            left=tuple(self._left(found.left_out)),
            drawing=self._drawing(found.ranked) if len(found.ranked) > 1 else "",
            invented=any(o.invented for o in (*listed, *(one.offer for one in found.left_out))),
        )

    def row(self, one: Ranked, number: int) -> Row:
        """A ranked price."""
        offer, say = one.offer, self.say
        seller = self.sellers.get(offer.seller)
        listing = seller.listing if seller else None
        return Row(
            number=number,
            name=self.name(offer),
            organization=seller.organization if seller else "",
            listing=f"{self.services}/{listing}" if listing else "",
            total=words.money(one.total, say),
            how=(words.program(offer.program, say), *words.parts(one, say)),
            where=words.where(offer, say),
            asked=words.asked(offer, say, one.freshness),
            notes=tuple(filter(None, self._notes(one))),
            evening=bool(seller and seller.evening),
            delivers=bool(seller and seller.delivers),
            mail=offer.by_mail,
            front=one.front,
            call="" if offer.by_mail else self.call(offer),
            quantity=words.amount(offer.quantity, self.product, say),
            unit_price=words.money(one.unit_price, say),
        )

    def name(self, offer: Offer) -> str:
        """Who sells."""
        if offer.channel is Channel.MAIL:
            return offer.program.name
        seller = self.sellers.get(offer.seller)
        return seller.name if seller else self.say.gettext("A pharmacy")

    def _notes(self, one: Ranked) -> Iterator[str]:
        say, offer = self.say, one.offer
        yield words.membership(one, say)
        yield words.notes(offer.program, say)
        if one.contradicted is not None:
            amount = words.money(one.contradicted, say)
            yield say.gettext("Somebody else was told %(amount)s there. Ask.", amount=amount)

    def _left(self, found: Iterable[LeftOut]) -> Iterator[Left]:
        for reason, group in groupby(found, key=lambda one: one.reason):
            lines = tuple(self._left_line(one) for one in group)
            yield Left(self.say.gettext(REASONS[Reason(reason)]), lines)

    def _left_line(self, one: LeftOut) -> str:
        offer, say = one.offer, self.say
        said = (
            f"{self.name(offer)}: {words.money(offer.price, say)},"
            f" {words.program(offer.program, say)}, {words.asked(offer, say)}"
        )
        needs = [say.gettext(words.REQUIREMENTS[code]) for code in one.missing
                 if code in words.REQUIREMENTS]  # fmt: skip
        return f"{said} – {say.listed(needs)}" if needs else said

    def _drawing(self, ranked: Iterable[Ranked]) -> str:
        spots = [
            Spot(
                label=str(number),
                cost=float(one.total),
                far=None if one.offer.distance_m is None else one.offer.distance_m / MILE_M,
                front=one.front,
                mail=one.offer.by_mail,
            )
            for number, one in enumerate(ranked, 1)
            if number <= DRAWN_MAX or one.front
        ]
        say = self.say
        axes = (say.gettext("miles away"), say.gettext("total"), say.gettext("by mail"))
        return curve(spots, axes, lambda value: words.round_money(value, say))
