"""Programs: the one for plain cash, which is always there, and reading them all."""

from collections.abc import Mapping

from sqlmodel import Session, select

from core.db import insert_if_absent, stable_id
from directory.prices.kinds import ProgramKind
from directory.prices.models import PriceProgram
from directory.prices.offers import NOTHING, Program

CASH_ID = stable_id("price-program", "cash")
CASH_NAME = "Cash price"
REQUIREMENTS = ("low-income", "uninsured", "clinic-patient")
"""What a program may require; pages have words for each."""


def ensure_cash(session: Session) -> str:
    """The id of the program for plain cash, made where it is missing."""
    values = {
        "id": CASH_ID,
        "name": CASH_NAME,
        "kind": ProgramKind.CASH,
        "states_included": [],
        "states_excluded": [],
        "requirements": [],
        "excludes_controlled": False,
        "bypasses_insurance": True,
    }
    insert_if_absent(session, PriceProgram, values)
    return CASH_ID


def programs(session: Session) -> Mapping[str, tuple[Program, int | None]]:
    """Every program by id, with the days its mail takes. There are dozens at most."""
    rows = session.exec(select(PriceProgram).order_by(PriceProgram.name)).all()
    return {row.id: (program_of(row), row.delivery_days) for row in rows}


def program_of(row: PriceProgram) -> Program:
    """The program as the ranking sees it."""
    return Program(
        id=row.id,
        name=row.name,
        kind=row.kind,
        fee=row.fee or NOTHING,
        fee_period=row.fee_period,
        states_included=frozenset(row.states_included),
        states_excluded=frozenset(row.states_excluded),
        requirements=frozenset(row.requirements),
        excludes_controlled=row.excludes_controlled,
        bypasses_insurance=row.bypasses_insurance,
        notes=row.notes,
        notes_es=row.notes_es,
        url=row.url,
    )
