"""Answering a referral by a mailed link, without an account."""

from litestar import Router
from litestar.di import Provide

from web.respond import acting, capacity, door
from web.respond.visit import read_proof
from web.staff.typed import read_typed


def visits(path: str) -> Router:
    """The door of a link and the pages behind it, below the address of a language."""
    return Router(
        path,
        route_handlers=[
            door.door,
            door.ask_code,
            door.give_code,
            acting.overview,
            acting.ask,
            acting.act,
            acting.leave,
            capacity.ask_capacity,
            capacity.set_capacity,
        ],
        dependencies={"typed": Provide(read_typed), "proof": Provide(read_proof)},
    )
