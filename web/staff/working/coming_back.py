"""Coming back to a need: the day to get in touch again, and watching it."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from core.errors import Conflict, Invalid
from patients import coming_back
from web.providers import PageRequest
from web.staff.desk import desk_of, go, known_id
from web.staff.needs import show_need
from web.staff.patients import COORDINATOR
from web.staff.reading import day_of
from web.staff.typed import Sent


@post("/staff/needs/{need_id:str}/watch", opt=COORDINATOR, sync_to_thread=True, status_code=303)
def watch(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Watches a need, says that what is new was seen, or no longer watches it."""
    desk = desk_of(request)
    do = coming_back.unwatch if typed.value("watch") == "off" else coming_back.watch
    with desk.database.write() as session:
        do(session, desk.actor, known_id(need_id))
    return go("/staff" if typed.value("back") == "/staff" else f"/staff/needs/{need_id}")


@post(
    "/staff/needs/{need_id:str}/contact-day", opt=COORDINATOR, sync_to_thread=True, status_code=200
)
def contact_day(request: PageRequest, need_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Keeps the day to get in touch again; a blank one takes it away."""
    desk = desk_of(request)
    try:
        on = day_of(typed, "contact_on", desk.say)
        with desk.database.write() as session:
            coming_back.set_contact_day(session, desk.actor, known_id(need_id), on)
    except Invalid as refused:
        return show_need(desk, need_id, typed.wrong({"contact_on": refused.message}), 400)
    except Conflict as refused:
        words = desk.say.gettext(refused.message)
        return show_need(desk, need_id, typed.wrong({"contact_on": words}), 409)
    return go(f"/staff/needs/{need_id}", done="saved")
