"""The workplace of a partner organization: its inbox, and its own listing."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from web.partner import correcting, inbox, listings, referral, trust
from web.staff import TYPED

PAGES: list[ControllerRouterHandler] = [
    inbox.inbox,
    referral.open_one,
    referral.overview,
    referral.ask,
    referral.act,
    referral.acknowledge,
    listings.listings,
    listings.ask_capacity,
    listings.set_capacity,
    listings.switch,
    correcting.form,
    correcting.propose,
    trust.partners,
    trust.trust,
]


def inside() -> Router:
    """These pages; all of them need a sign-in."""
    return Router("/", route_handlers=PAGES, dependencies=TYPED)
