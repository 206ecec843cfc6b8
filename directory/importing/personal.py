"""What belongs to a person rather than to a service: contact rows, mailboxes."""

import re
from typing import Any

WHOLE = frozenset(
    {
        "admin",
        "art",
        "ask",
        "biz",
        "bus",
        "care",
        "case",
        "desk",
        "email",
        "food",
        "fund",
        "home",
        "hr",
    }
    | {"jobs", "mail", "ride", "staff", "team", "web", "wic", "apply", "learn", "enroll"}
    | {"director", "manager", "coordinator", "secretary", "president", "pastor", "church"}
)
"""Names of mailboxes that say a task, as a whole word."""
PARTS = (
    *("access", "admission", "advocacy", "answers", "appointment", "assist", "business", "camp"),
    *("center", "centre", "child", "clinic", "communit", "complaint", "connect", "contact"),
    *("counsel", "customer", "develop", "dispatch", "donat", "driver", "education", "emergency"),
    *("enquir", "enrol", "event", "famil", "feedback", "finance", "foreclosure", "frontdesk"),
    *("general", "hello", "health", "help", "homeless", "hotline", "housing", "info", "inquir"),
    *("intake", "interpret", "justice", "legal", "library", "lifeline", "marketing", "media"),
    *("medical", "member", "mentor", "nurse", "office", "ombuds", "outreach", "pantry", "partner"),
    *("patient", "pharmac", "program", "project", "question", "recept", "recruit", "referral"),
    *("register", "registration", "request", "residen", "resource", "respite", "rides"),
    *("schedul", "school", "screening", "senior", "service", "shelter", "social", "student"),
    *("support", "therapy", "training", "transit", "transport", "treatment", "tutor", "veteran"),
    *("visit", "volunteer", "website", "wellness", "youth"),
)
"""Beginnings and ends of words in mailbox names that say a task, and are in nobody's name."""
_SMALL = frozenset({"of", "and", "the", "for", "on", "in", "at", "a", "an", "to"})
_CAPITALS = re.compile(r"\b[A-Z]{3,8}\b")
_NOT_LETTERS = re.compile(r"[^a-z]+")


def is_personal_contact(data: dict[str, Any]) -> bool:
    """A contact row that names a person, or only a mailbox that may be one's."""
    if data.get("name"):
        return True
    return bool(data.get("email")) and not is_role_mailbox(data["email"], ())


def is_role_mailbox(email: str, names: tuple[str, ...]) -> bool:
    """Whether the mailbox is plainly that of a task or an organization; in doubt it is not.

    `names` are those of the organization and its service, for mailboxes called after them.
    """
    local, _, domain = email.lower().partition("@")
    words = [word for word in _NOT_LETTERS.split(local) if word]
    if any(word in WHOLE or word.startswith(PARTS) or word.endswith(PARTS) for word in words):
        return True
    plain = "".join(words)
    site = _NOT_LETTERS.sub("", domain.rpartition(".")[0])
    if len(plain) >= 3 and (plain in site or (len(site) >= 4 and site in plain)):
        return True
    return any(_called_after(plain, name) for name in names)


def _called_after(plain: str, name: str) -> bool:
    """`dacl` for Department of Aging and Community Living, `homesforhope` for Homes for Hope."""
    words = [word for word in _NOT_LETTERS.split(name.lower()) if word]
    if len(plain) < 3 or not words:
        return False
    if plain.upper() in _CAPITALS.findall(name) and not name.isupper():
        return True
    large = [word for word in words if word not in _SMALL]
    initials = {"".join(word[0] for word in some) for some in (words, large) if some}
    return plain in initials or (len(plain) >= 6 and plain in "".join(words))
