"""The services a need may be sent to: those of its shortlist and those the address names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from core.clock import now
from directory.models import Visibility
from directory.queries import service_views, units_at
from directory.views import ServiceView
from patients.clashes import clash_of
from patients.covering import Coverage, coverage
from patients.shortlist import shortlist
from patients.views import NeedView, PatientRecord
from referrals.drafting import Target
from referrals.preparing import Prospect, Shown, prospects
from web import words as public
from web.i18n import SOURCE_LANGUAGE, Language
from web.listing import text_of
from web.respond.showing import values
from web.staff.desk import ID, Desk
from web.staff.referring.words import CLOSED, OUTSIDE, WITH_THEM, clash_words, reason_words
from web.units import OFFERED
from web.words import PhoneLink, Text

MOST = 20
SHOWN = (Visibility.PUBLIC, Visibility.NETWORK)


@dataclass(frozen=True, slots=True)
class Choice:
    """A service that may be asked, with what there is to weigh.

    `barrier` says why it cannot be asked, `never` that it is only open when the patient cannot go.
    """

    unit: str
    target: Target
    partner_id: str
    name: Text
    organization: str
    place: str
    takes: tuple[str, ...]
    phones: tuple[PhoneLink, ...]
    barrier: str
    referral_id: str | None
    clash: str
    never: bool
    covered: Coverage
    named: bool


def choices(
    session: Session,
    desk: Desk,
    record: PatientRecord,
    need: NeedView,
    named: Sequence[str],
    fields: Sequence[str],
) -> list[Choice]:
    """Those the address names first, then the shortlist; in a constant number of statements."""
    held = [(row.service_id, row.location_id) for row in shortlist(session, desk.actor, need.id)]
    listed = units_at(session, held)
    units = dict.fromkeys([*_known(named), *(listed[place] for place in held if place in listed)])
    views = [
        view
        for view in service_views(session, list(units), timezone=desk.site.settings.time_zone)
        if view.visibility in SHOWN and view.status in OFFERED
    ]
    found = prospects(session, desk.actor, need.id, {view.service_id for view in views})
    return [
        _choice(view, found[view.service_id], record, need, fields, desk.say, view.id in named)
        for view in views
    ]


def told_fields(shown: Shown, say: Language) -> list[str]:
    """The fields that have something in them, and the name."""
    return [name for name in shown.fields if name == "name" or values(name, shown.content, say)]


def _known(named: Iterable[str]) -> list[str]:
    return [unit for unit in named if ID.fullmatch(unit)][:MOST]


def _choice(
    view: ServiceView,
    prospect: Prospect,
    record: PatientRecord,
    need: NeedView,
    fields: Sequence[str],
    say: Language,
    named: bool,
) -> Choice:
    clash = clash_of(view.hours, record.times, now())
    partner = prospect.partner_id or ""
    return Choice(
        unit=view.id,
        target=Target(view.service_id, view.location.id if view.location else None),
        partner_id=partner,
        name=text_of(view, "name", say) or Text(view.name, SOURCE_LANGUAGE),
        organization=view.organization.name,
        place=_place(view),
        takes=tuple(_takes(view, prospect, say)),
        phones=tuple(
            public.phone(phone.number, phone.extension, phone.description or "", say)
            for phone in view.phones[:1]
        ),
        barrier=_barrier(prospect, say),
        referral_id=prospect.with_them,
        clash=clash_words(clash, say) if clash else "",
        never=clash is not None and clash.never,
        covered=coverage(record.consents, partner, fields, restricted=need.restricted),
        named=named,
    )


def _place(view: ServiceView) -> str:
    """Where it is; a confidential place is not named."""
    if view.location is None or view.location.confidential:
        return ""
    address = view.location.address
    return address.line if address else view.location.name or ""


def _takes(view: ServiceView, prospect: Prospect, say: Language) -> Iterable[str]:
    """How much room there is, and how long people wait: as promised, and as it was."""
    if prospect.partner_id:
        yield reason_words(prospect.room, say)
    if promised := public.wait(view.wait_days, view.wait_asked_on, say):
        yield say.gettext("Wait, as they say: %(wait)s", wait=promised)
    if seen := view.observed_wait:
        said = public.observed_wait(seen.days, seen.count, seen.observed_on, say)
        yield say.gettext("Wait, as it was: %(wait)s", wait=said)


def _barrier(prospect: Prospect, say: Language) -> str:
    if prospect.with_them:
        return say.gettext(WITH_THEM)
    if prospect.partner_id is None:
        return say.gettext(OUTSIDE)
    return "" if prospect.takes_referrals else say.gettext(CLOSED)
