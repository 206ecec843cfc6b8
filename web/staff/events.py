"""Rows of the audit trail as people read them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from core.actor import ANONYMOUS, SYSTEM
from core.audit import AuditEvent
from referrals.words import EVENTS
from web.i18n import N_, Language
from web.staff.wording import LOOP, SHARED, STATUS

ACTIONS = {
    "patient.create": N_("Added the patient"),
    "patient.read": N_("Read the record"),
    "patient.list": N_("Saw names on a list"),
    "patient.update": N_("Changed the record"),
    "patient.merge": N_("Merged two records"),
    "patient.export": N_("Exported the record"),
    "patient.erase": N_("Erased the record"),
    "patient.primary": N_("Gave the patient to a coordinator"),
    "patient.cover": N_("Had somebody stand in"),
    "need.open": N_("Opened a need"),
    "need.update": N_("Changed a need"),
    "consent.give": N_("Recorded a consent"),
    "consent.revoke": N_("Ended a consent"),
    "related_person.create": N_("Added a person"),
    "related_person.update": N_("Changed a person"),
    "related_person.remove": N_("Removed a person"),
    "member.invite": N_("Invited somebody"),
    "member.give_role": N_("Gave a role"),
    "member.take_role": N_("Took a role away"),
    "member.remove": N_("Ended a membership"),
    "key.create": N_("Made a key"),
    "key.revoke": N_("Ended a key"),
    "sign_in.ok": N_("Signed in"),
    "sign_in.refused": N_("Sign-in refused"),
    "second_factor.ok": N_("Gave the second step"),
    "second_factor.refused": N_("Second step refused"),
    "second_factor.begin": N_("Began to set up the second step"),
    "second_factor.on": N_("Switched the second step on"),
    "password.change": N_("Changed the password"),
    "password.reset": N_("Set a new password by link"),
    "password.reset_asked": N_("Asked for a new password"),
    "user.rename": N_("Changed their name"),
    "session.end_all": N_("Signed out everywhere"),
    "organization.create": N_("Added the organization"),
    "denied.forbidden": N_("Refused: role"),
    "denied.not_found": N_("Refused: not theirs, or not there"),
    "denied.key": N_("Refused: key"),
    "audit.search": N_("Searched the audit trail"),
    "need.preview": N_("Saw what partners would see"),
    "referral.read": N_("Read a referral"),
    "referral.remind": N_("Reminded a partner"),
    "referral.despite_clash": N_("Went on though the patient cannot go then"),
    "route_plan.approve": N_("Approved who is tried next"),
    "link.make_status": N_("Made a link for the patient"),
    "link.end_status": N_("Took the patient's link back"),
    "link.end_respond": N_("Took the partner's links back"),
}
STANDS = N_("A need stands at: %(status)s")
REFERRED = N_("A referral: %(what)s")
FIELDS = SHARED | {
    "preferred_name": N_("Name"),
    "pronouns": N_("Pronouns"),
    "pin": N_("Address"),
    "interpreter": N_("Languages"),
    "communication": N_("Communication"),
    "documents_held": N_("Papers they have"),
    "income_band": N_("Income"),
    "notes": N_("Notes"),
    "contacts": N_("How to reach them"),
    "times": N_("When they are free"),
    "care": N_("for care"),
    "edit": N_("to change it"),
    "export": N_("for the patient"),
    "history": N_("for its history"),
    "caseload": N_("for the caseload"),
    "consent": N_("for a consent"),
    "merge": N_("to merge it"),
    "erase": N_("to erase it"),
    "search": N_("to search for help"),
    "refer": N_("to refer it"),
    "referral": N_("for a referral"),
    "route": N_("for who is tried next"),
    "print": N_("to print it"),
}


@dataclass(frozen=True, slots=True)
class EventLine:
    """One row: when, who, what, and about which record."""

    sequence: int
    at: str
    who: str
    action: str
    words: str
    detail: str
    entity_type: str
    entity_id: str
    address: str


def lines_of(
    events: Iterable[AuditEvent], people: Mapping[str, str], say: Language, zone: ZoneInfo
) -> list[EventLine]:
    """The rows in words; `people` are names by id."""
    return [
        EventLine(
            event.sequence,
            format_datetime(event.at.astimezone(zone), "short", locale=say.locale),
            _who(event.actor_id, people, say),
            event.action,
            action_words(event.action, say),
            _detail(event, say),
            event.entity_type,
            event.entity_id,
            event.address,
        )
        for event in events
    ]


def action_words(action: str, say: Language) -> str:
    """What was done; the code itself for what has no words."""
    if action in ACTIONS:
        return say.gettext(ACTIONS[action])
    kind, _, what = action.partition(".")
    ends = STATUS | LOOP
    if kind == "need" and what in ends:
        return say.gettext(STANDS, status=say.gettext(ends[what]))
    if kind == "referral" and what in EVENTS:
        return say.gettext(REFERRED, what=say.gettext(EVENTS[what]))
    return action


def _who(actor_id: str, people: Mapping[str, str], say: Language) -> str:
    if actor_id == SYSTEM.id:
        return say.gettext("Handrail itself")
    if actor_id == ANONYMOUS.id:
        return say.gettext("Somebody not signed in")
    return people.get(actor_id, actor_id)


def _detail(event: AuditEvent, say: Language) -> str:
    """Which fields, for what purpose, which role: never what was written."""
    named = event.fields.get("fields")
    parts = [str(name) for name in named] if isinstance(named, list) else []
    found = [say.gettext(FIELDS[name]) if name in FIELDS else name for name in parts]
    if role := event.fields.get("role"):
        found.append(str(role))
    return ", ".join(dict.fromkeys(found))
