"""The resources of the API for whoever has signed in, as one router."""

from litestar import Router
from litestar.types import ControllerRouterHandler

from api.resources import PREFIX
from api.staff import (
    exchange,
    finding,
    listing_reports,
    patients,
    people,
    referrals,
    session,
    telling,
)

ROUTES: list[ControllerRouterHandler] = [
    session.start,
    session.second_factor,
    session.current,
    session.end,
    people.list_members,
    people.invite,
    people.give_role,
    people.remove_member,
    people.list_keys,
    people.make_key,
    people.revoke_key,
    people.audit,
    listing_reports.list_reports,
    listing_reports.decide_report,
    patients.list_patients,
    patients.search_patients,
    patients.create_patient,
    patients.read_patient,
    patients.update_patient,
    patients.set_contacts,
    patients.set_times,
    patients.add_person,
    patients.open_need,
    patients.list_needs,
    exchange.need_as_fhir,
    patients.set_need_status,
    patients.confirm_need,
    patients.give_consent,
    patients.list_consents,
    patients.revoke_consent,
    patients.assign,
    patients.hand_over,
    patients.merge,
    patients.export,
    patients.erase,
    referrals.list_referrals,
    referrals.draft_referral,
    referrals.send_referrals,
    referrals.read_referral,
    referrals.preview,
    referrals.cause,
    referrals.acknowledge_end,
    referrals.need_timeline,
    finding.propose,
    finding.read_plan,
    finding.approve_plan,
    finding.read_capacity,
    finding.write_capacity,
    telling.make_status_link,
    telling.end_status_link,
    telling.end_response_links,
    telling.list_bounces,
    telling.clear_bounce,
    telling.list_webhooks,
    telling.add_webhook,
    telling.switch_webhook_on,
    telling.remove_webhook,
]


def staff_resources() -> Router:
    """Described in the same OpenAPI document as the public ones."""
    return Router(PREFIX, route_handlers=ROUTES)
