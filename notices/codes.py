"""Mails with a one-time code or a link for an account. They wait for nobody and stand alone.

The outbox says only what for and to whom: the code is computed, the link made, when the mail leaves.
"""

from sqlmodel import Session

from accounts import links as account_links
from accounts import own
from accounts.models import LinkPurpose, NetworkOrganization, User
from core.outbox import Message
from notices import bounces
from notices.letters import Letter, Line
from notices.office import Office
from notices.single import Refusal
from notices.smtp import Refused
from referrals.links import CODE_TOPIC, ReferralLink, one_time_code

ACCOUNT_TOPIC = own.MAIL


def code_letter(session: Session, office: Office, one: Message) -> tuple[Letter, Refusal] | None:
    """The mail with a response link's code; None when a newer code was asked for, or it is over."""
    link = session.get(ReferralLink, one.payload["link_id"])
    if link is None or link.revoked_at or link.codes_sent != one.payload["number"]:
        return None
    organization = session.get_one(NetworkOrganization, link.organization_id)
    if not organization.notify_email:
        return None
    say = office.say(organization.locale)
    code = one_time_code(office.secret, link.id, link.codes_sent)
    lines = [
        Line(say("Your code is %(code)s.", code=f"{code[:4]} {code[4:]}")),
        Line(say("It is good for 15 minutes. If you did not ask for it, do nothing.")),
    ]
    subject = say("Your code for a referral")
    letter = Letter(one.key, organization.notify_email, subject, lines, organization.locale)
    organization_id = organization.id  # the row is another session's when the mail is refused

    def refused(session: Session, error: Refused) -> None:
        bounces.note(session, organization_id, letter.to, error.code, error.reason)

    return letter, refused


def account_letter(session: Session, office: Office, one: Message) -> tuple[Letter, Refusal] | None:
    """The mail with a link for a new password."""
    user = session.get(User, one.payload["user_id"])
    if user is None or not user.active or one.payload["purpose"] != "password_reset":
        return None
    purpose = LinkPurpose.PASSWORD_RESET
    token = account_links.issue(session, purpose, user.email, created_by="system")
    say = office.say(user.locale)
    lines = [
        Line(
            say("Somebody asked for a new password for this address. If it was you, open:"),
            office.href(f"/staff/reset/{token}", user.locale),
        ),
        Line(say("The address works once, for one hour. If it was not you, do nothing.")),
    ]
    # A mail sent again has another link in it, so it is another mail.
    key = f"{one.key}:{one.attempts}"
    letter = Letter(key, user.email, say("Set a new password"), lines, user.locale)
    return letter, _let_be


def _let_be(_session: Session, _error: Refused) -> None:
    """An account belongs to no one organization: nobody is to be told."""


__all__ = ["ACCOUNT_TOPIC", "CODE_TOPIC", "account_letter", "code_letter"]
