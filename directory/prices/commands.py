"""Recording prices. Nothing is changed or removed: a correction supersedes what it puts right."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from core import audit
from core.actor import Actor
from core.db import new_id
from core.errors import Conflict, Invalid, NotFound
from directory.commands import publish_changes
from directory.models import Location, Organization
from directory.prices.benchmarks import benchmark_of
from directory.prices.finder import sensible
from directory.prices.forms import PriceForm
from directory.prices.kinds import Channel, ProgramKind, Source
from directory.prices.models import Drug, PriceObservation, PriceProgram
from directory.prices.permissions import check_record_prices
from directory.prices.programs import ensure_cash
from directory.prices.rank import is_odd

OLDEST = date(2000, 1, 1)
KEY = ("drug_id", "place_key", "program_id", "quantity", "source")
"""Of the prices that share these, one is current."""


class UnlikelyPrice(Conflict):
    """So far from what pharmacies pay that somebody should ask again; kept if `confirmed`."""


def record(session: Session, actor: Actor, form: PriceForm, today: date) -> PriceObservation:
    """Keep a price. Raises Invalid, NotFound, Conflict, or UnlikelyPrice to ask about it first."""
    check_record_prices(actor)
    drug = session.exec(select(Drug).where(Drug.id == form.drug_id).with_for_update()).first()
    if drug is None:
        raise Invalid("There is no such drug.", parameter="drug_id")
    program = _program(session, form)
    check_quantity(drug, form)
    observed_on = check_dates(form, today)
    row = PriceObservation(
        id=new_id(),
        drug_id=drug.id,
        ndc11=form.ndc11,
        quantity=form.quantity,
        days_supply=form.days_supply,
        **_place(session, form, program),
        program_id=program.id,
        price=form.price,
        dispensing_fee=form.dispensing_fee,
        shipping=form.shipping,
        observed_on=observed_on,
        valid_to=form.valid_to,
        source=_source(actor, form),
        source_ref=form.source_ref,
        observer=actor.id,
        is_current=False,
    )
    _ask(session, drug, program, form, today)
    _supersede(session, form.corrects, row)
    elect(session, row)
    audit.record(session, actor, "price.record", "price_observation", row.id, _noted(row, form))
    publish_changes(session, entities_of([row.place_key], row.channel))
    return row


def _program(session: Session, form: PriceForm) -> PriceProgram:
    wanted = form.program_id or ensure_cash(session)
    program = session.get(PriceProgram, wanted)
    if program is None:
        raise Invalid("There is no such program.", parameter="program_id")
    return program


def check_quantity(drug: Drug, form: PriceForm) -> None:
    """Raise Invalid for what cannot be bought, and for millilitres of tablets."""
    if form.unit is not None and form.unit != drug.unit:
        said = f"unit is {form.unit}, but this drug is counted in {drug.unit}."
        raise Invalid(said, parameter="unit")
    if not sensible(form.quantity, drug.unit):
        raise Invalid("quantity must be whole for what is counted.", parameter="quantity")


def check_dates(form: PriceForm, today: date) -> date:
    """The day it was observed. Raises Invalid for a day to come, or one long gone."""
    observed_on = form.observed_on or today
    if not OLDEST <= observed_on <= today:
        said = f"observed_on must be from {OLDEST} to today."
        raise Invalid(said, parameter="observed_on")
    if form.valid_to is not None and form.valid_to < observed_on:
        raise Invalid("valid_to must not be before observed_on.", parameter="valid_to")
    return observed_on


def _place(session: Session, form: PriceForm, program: PriceProgram) -> dict[str, Any]:
    """Columns that say who sells."""
    if program.kind is ProgramKind.MAIL:
        if form.location_id or form.organization_id:
            said = "A mail program's price is of no pharmacy; leave location_id out."
            raise Invalid(said, parameter="location_id")
        return {"channel": Channel.MAIL, "place_key": program.id}
    if bool(form.location_id) == bool(form.organization_id):
        said = "Say one of location_id and organization_id."
        raise Invalid(said, parameter="location_id")
    if form.location_id:
        location = session.get(Location, form.location_id)
        if location is None or location.confidential:
            raise NotFound("There is no such location.")
        return {
            "channel": Channel.LOCATION,
            "location_id": location.id,
            "place_key": location.id,
        }
    if session.get(Organization, form.organization_id) is None:
        raise NotFound("There is no such organization.")
    chain = form.organization_id
    return {"channel": Channel.CHAIN, "organization_id": chain, "place_key": chain}


def _source(actor: Actor, form: PriceForm) -> Source:
    """What a partner says of prices counts as a partner's word."""
    only_partner = "partner" in actor.roles and "coordinator" not in actor.roles
    return Source.PARTNER if only_partner else form.source


def _ask(session: Session, drug: Drug, program: PriceProgram, form: PriceForm, today: date) -> None:
    cost = benchmark_of(session, drug, today)
    if cost is None or form.confirmed:
        return
    if is_odd(form.price, form.quantity, program.kind, cost):
        times = form.price / (cost * form.quantity)
        raise UnlikelyPrice(
            f"{form.price} is {times:.1f} times what pharmacies pay for this. Ask again. If it is"
            " what they said, send it with confirmed: it is kept, and not ranked."
        )


def _supersede(session: Session, old_id: str | None, new: PriceObservation) -> None:
    """Insert the new row and let it take the place of the old one."""
    old = None
    if old_id is not None:
        statement = select(PriceObservation).where(PriceObservation.id == old_id)
        old = session.exec(statement.with_for_update()).first()
        if old is None or old.drug_id != new.drug_id:
            raise Invalid("There is no such price of this drug.", parameter="corrects")
        if old.superseded_by is not None:
            raise Conflict("That price was corrected already.")
    session.add(new)
    session.flush()
    if old is not None:
        old.superseded_by, old.is_current = new.id, False
        session.flush()
        if _key(old) != _key(new):
            elect(session, old)


def _key(row: PriceObservation) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in KEY)


def elect(session: Session, row: PriceObservation) -> None:
    """Make the latest price that no correction superseded the current one, among the row's kind."""
    same = [getattr(PriceObservation, name) == getattr(row, name) for name in KEY]
    latest = session.exec(
        select(PriceObservation.id)
        .where(*same, col(PriceObservation.superseded_by).is_(None))
        .order_by(
            col(PriceObservation.observed_on).desc(),
            col(PriceObservation.recorded_at).desc(),
            col(PriceObservation.id),
        )
        .limit(1)
    ).first()
    rows = update(PriceObservation).where(*same)
    session.exec(rows.where(col(PriceObservation.is_current)).values(is_current=False))
    session.exec(rows.where(col(PriceObservation.id) == latest).values(is_current=True))
    session.refresh(row)


def entities_of(place_keys: Iterable[str], channel: Channel) -> list[tuple[str, str]]:
    """What to index again when a price of these places changes; a mail program is no listing."""
    entity = {Channel.LOCATION: "location", Channel.CHAIN: "organization"}.get(channel)
    return [(entity, key) for key in sorted(place_keys)] if entity else []


def _noted(row: PriceObservation, form: PriceForm) -> dict[str, Any]:
    noted = {"drug": row.drug_id, "place": row.place_key, "quantity": str(row.quantity)}
    return {**noted, "price": str(row.price), "corrects": form.corrects}
