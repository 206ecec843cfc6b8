"""POST /prices: what somebody was told at a pharmacy."""

from typing import Any
from zoneinfo import ZoneInfo

from litestar import Request, Response, post
from litestar.params import JSONBody

from api.providers import database, settings, visitor
from api.schemas.prices import Recorded
from api.staff.session import NO_STORE
from core.access import staff
from core.clock import now
from directory.prices.commands import record
from directory.prices.forms import read_price
from directory.prices.permissions import RECORDERS


@post(
    "/prices",
    operation_id="recordPrice",
    opt=staff(*RECORDERS, scope="prices:write"),
    sync_to_thread=True,
    status_code=201,
)
def record_price(
    request: Request[Any, Any, Any], data: JSONBody[dict[str, Any]]
) -> Response[Recorded]:
    """Record a price. An unlikely one is answered with 409: ask again, then send `confirmed`."""
    form = read_price(data)
    today = now().astimezone(ZoneInfo(settings(request).time_zone)).date()
    with database(request).write() as session:
        row = record(session, visitor(request).actor, form, today)
        content = Recorded(row.id, row.is_current, row.observed_on, row.source)
    return Response(content, headers=NO_STORE, status_code=201)
