"""Recording a price after a call: one tap from the script, the price, one tap to keep it."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Response, get, post
from sqlmodel import Session

from core.access import staff
from core.clock import now
from core.errors import Conflict, HandrailError, Invalid
from directory.prices.commands import UnlikelyPrice, record
from directory.prices.forms import read_price
from directory.prices.kinds import ProgramKind
from directory.prices.permissions import RECORDERS
from directory.prices.programs import programs
from web.pages import here
from web.prices import words
from web.prices.call import RECORD, Call, read_call
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go
from web.staff.typed import Sent, Typed, typed_of

WHO = staff(*RECORDERS)
SAID = ("phone", "receipt")
CARRIED = ("drug", "quantity", "place", "near")


@get(RECORD, opt=WHO, sync_to_thread=True)
def ask_price(request: PageRequest) -> Response[str]:
    """The form, with everything but the price filled in."""
    desk, fields = desk_of(request), dict(here(request).pairs)
    typed = typed_of({"program": fields.get("program", ""), "source": "phone"})
    return _show(desk, fields, typed)


@post(RECORD, opt=WHO, sync_to_thread=True, status_code=303)
def keep_price(request: PageRequest, typed: Sent) -> Response[Any]:
    """Keep it, and show what it changed; an unlikely price is asked about first."""
    desk = desk_of(request)
    fields = {name: typed.value(name) for name in (*CARRIED, "program")}
    try:
        with desk.database.write() as session:
            call = read_call(session, fields, desk.site)
            zone = ZoneInfo(desk.site.settings.time_zone)
            record(session, desk.actor, read_price(_values(call, typed)), _today(zone))
    except UnlikelyPrice:
        asked = desk.say.gettext("That is far from what pharmacies pay. Ask once more.")
        return _show(desk, fields, typed.wrong({"price": asked}), status=409, unlikely=True)
    except (Invalid, Conflict) as refused:
        return _show(desk, fields, typed.wrong(_errors(desk, refused)), status=400)
    return go(
        "/prices",
        product=call.product.id,
        quantity=words.plain_number(call.quantity),
        near=fields["near"],
    )


def _today(zone: ZoneInfo) -> Any:
    return now().astimezone(zone).date()


def _values(call: Call, typed: Typed) -> dict[str, Any]:
    price = typed.value("price").strip().removeprefix("$").replace(",", "")
    fee = typed.value("fee").strip().removeprefix("$").replace(",", "")
    return {
        "drug_id": call.product.id,
        "quantity": call.quantity,
        "price": price,
        "dispensing_fee": fee or "0",
        "location_id": call.seller.location_id,
        "program_id": call.program.id,
        "source": typed.value("source") if typed.value("source") in SAID else "phone",
        "confirmed": typed.has("confirmed"),
    }


def _errors(desk: Desk, refused: HandrailError) -> dict[str, str]:
    """Words of our own for the fields there are; anything else as it was said."""
    amount = desk.say.gettext("Type the price in dollars, such as 9.50.")
    found = desk.errors(refused, {"dispensing_fee": "fee"})
    return {name: amount if name in ("price", "fee") else said for name, said in found.items()}


def _show(
    desk: Desk,
    fields: dict[str, str],
    typed: Typed,
    status: int = 200,
    *,
    unlikely: bool = False,
) -> Response[str]:
    with desk.database.read() as session:
        call = read_call(session, fields, desk.site)
        offered = _programs(session, desk)
    return desk.show(
        "price_record.html",
        status,
        call=call,
        medicine=words.medicine(call.product, desk.say),
        amount=words.amount(call.quantity, call.product, desk.say),
        typed=typed,
        carried=[(name, fields.get(name, "")) for name in CARRIED],
        offered=offered,
        sources=[("phone", desk.say.gettext("They said it on the telephone")),
                 ("receipt", desk.say.gettext("It stands on a receipt"))],
        unlikely=unlikely,
        action=RECORD,
    )  # fmt: skip


def _programs(session: Session, desk: Desk) -> list[tuple[str, str]]:
    """Programs a pharmacy may sell under, plain cash first."""
    found = [one for one, _ in programs(session).values() if one.kind is not ProgramKind.MAIL]
    ordered = sorted(found, key=lambda one: (one.kind is not ProgramKind.CASH, one.name))
    return [(one.id, words.program(one, desk.say)) for one in ordered]
