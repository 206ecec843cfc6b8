"""Acting on referrals: sending them, following them, and what a coordinator can do with each."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from web.staff import TYPED
from web.staff.referring import acting, links, onward, refer, referral, reminding, sent

PAGES: list[ControllerRouterHandler] = [
    refer.which_need,
    refer.refer,
    refer.send,
    sent.sent,
    reminding.ask,
    reminding.remind,
    referral.one,
    acting.ask,
    acting.act,
    acting.confirm,
    onward.route,
    onward.approve,
    links.make,
    links.end,
]


def inside() -> Router:
    """What needs a sign-in."""
    return Router("/", route_handlers=PAGES, dependencies=TYPED)
