"""What admins of an organization look after: mail that came back, and systems that are told of referrals."""

from litestar import Router
from litestar.di import Provide

from web.admin import returned, webhooks
from web.staff.typed import read_typed

HANDLERS = [
    returned.list_returned,
    returned.clear,
    webhooks.list_webhooks,
    webhooks.add,
    webhooks.one,
    webhooks.test,
    webhooks.switch_on,
    webhooks.remove,
]


def administering() -> Router:
    """The pages of admins."""
    return Router("/", route_handlers=HANDLERS, dependencies={"typed": Provide(read_typed)})
