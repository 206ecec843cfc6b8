"""How many a service can take, as fields of a form and back."""

from core.errors import Invalid
from referrals.capacity import CapacityGiven
from referrals.models import ProgramCapacity
from web.i18n import N_
from web.staff.typed import Typed, typed_of

WAITLIST = {"": None, "open": True, "closed": False}


def given(typed: Typed) -> CapacityGiven:
    """What was typed. Raises Invalid, naming the field."""
    return CapacityGiven(
        number(typed.value("slots_total"), "slots_total"),
        WAITLIST.get(typed.value("waitlist_open")),
        number(typed.value("expected_wait_days"), "expected_wait_days"),
    )


def number(text: str, name: str) -> int | None:
    """A whole number; None for a blank field."""
    if not text.strip():
        return None
    if not (text.isascii() and text.strip().isdecimal() and len(text) < 6):
        raise Invalid(N_("Give a whole number, or leave it empty."), parameter=name)
    return int(text)


def fields(known: ProgramCapacity | None) -> Typed:
    """What is known, filled in, with the version that is changed."""
    if known is None:
        return typed_of({})
    names = {value: name for name, value in WAITLIST.items()}
    return typed_of(
        {
            "slots_total": known.slots_total,
            "waitlist_open": names[known.waitlist_open],
            "expected_wait_days": known.expected_wait_days,
            "version": known.version,
        }
    )
