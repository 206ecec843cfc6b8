"""The pages for people who work in the network, below /staff.

The doors (sign-in, mailed links) are public and have an address in each language; everything inside
speaks the language of the account.
"""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from web.staff import (
    account,
    caring,
    consents,
    contacts,
    editing,
    finding,
    joining,
    keys,
    lives,
    members,
    needs,
    oidc,
    patients,
    people,
    prices,
    printing,
    record,
    reports,
    start,
    times,
    trail,
    wins,
)
from web.staff import doors as way_in
from web.staff.typed import read_typed
from web.staff.working import choosing, coming_back, drafts, packets

TYPED = {"typed": Provide(read_typed)}
PUBLIC_DOORS: list[ControllerRouterHandler] = [
    way_in.door,
    way_in.enter,
    joining.invitation,
    joining.join,
    joining.reset,
    joining.set_password,
    joining.forgotten,
    joining.ask,
]
INSIDE: list[ControllerRouterHandler] = [
    oidc.begin,
    oidc.finish,
    way_in.second_step,
    way_in.give_code,
    way_in.leave,
    start.start,
    start.organizations,
    start.choose,
    account.account,
    account.save,
    account.password,
    account.end_session,
    account.factor,
    account.begin_factor,
    account.confirm_factor,
    keys.list_keys,
    keys.make,
    keys.revoke,
    patients.list_patients,
    patients.search,
    patients.new,
    patients.create,
    record.record,
    editing.edit,
    editing.save,
    contacts.edit,
    contacts.save,
    times.edit,
    times.save,
    people.new,
    people.add,
    people.edit,
    people.save,
    needs.new,
    needs.open_need,
    needs.need,
    needs.edit,
    needs.save,
    needs.set_status,
    needs.confirm,
    consents.new,
    consents.give,
    consents.ask,
    consents.revoke,
    caring.who,
    caring.assign,
    caring.loads,
    caring.hand_over,
    lives.history,
    lives.choose,
    lives.merge,
    lives.export,
    lives.ask,
    lives.erase,
    finding.begin,
    finding.results,
    finding.change,
    finding.service,
    members.list_members,
    members.invitation,
    members.invite,
    members.member,
    members.set_roles,
    members.end,
    trail.trail,
    prices.ask_price,
    prices.keep_price,
    printing.need_sheet,
    printing.patient_sheet,
    reports.show,
    reports.as_sheet,
    reports.unmet,
    reports.what_is_behind,
    wins.journal,
    wins.keep,
    wins.remove,
    choosing.show,
    choosing.change,
    choosing.compare,
    packets.show,
    packets.make,
    packets.sheet,
    packets.revoke,
    coming_back.watch,
    coming_back.contact_day,
    drafts.keep,
    drafts.forget,
]


def doors(path: str) -> Router:
    """What can be opened without signing in, below the address of a language."""
    return Router(path, route_handlers=PUBLIC_DOORS, dependencies=TYPED)


def inside() -> Router:
    """What needs a sign-in."""
    return Router("/", route_handlers=INSIDE, dependencies=TYPED)
