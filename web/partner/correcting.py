"""Corrections to an own listing: one form with what stands there; only what differs is kept."""

from collections.abc import Mapping
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath

from accounts import listings as own
from accounts.models import NetworkOrganization
from core.errors import Conflict, Invalid
from directory.codes import DOCUMENT, codes
from directory.corrections import Standing
from directory.models import ProposalStatus
from web.i18n import N_
from web.listing_form import costs, listing_fields, read_hours, read_listing, week_forms
from web.partner.inbox import PARTNER
from web.partner.listings import LISTINGS
from web.providers import PageRequest
from web.staff.desk import Desk, desk_of, go, known_id
from web.staff.typed import Sent, Typed, typed_of
from web.staff.wording import options

CORRECT = f"{LISTINGS}/{{service_id:str}}/correct"
WORDS: Mapping[str, str] = {
    "description": N_("This can have 4,000 characters."),
    "fees": N_("This can have 4,000 characters."),
    "note": N_("This can have 2,000 characters."),
    "phone": N_("Type a telephone number, such as 919-555-0100."),
    "languages": N_("Choose languages from the list."),
    "cost": N_("Choose from the list."),
    "documents": N_("A document can have 200 characters."),
    "hours": N_("Type times like 9:00-17:00, or 9 am-5 pm."),
    "place_note": N_("This can have 200 characters."),
    "closure": N_("Give the first and the last day; the last may be today or within two years."),
    "form": N_("Nothing was changed. Change what is wrong, or say it in words."),
}
"""What is wrong with a field: the checks speak to programs."""


@get(CORRECT, opt=PARTNER, sync_to_thread=True)
def form(request: PageRequest, service_id: FromPath[str]) -> Response[str]:
    """The listing as it stands."""
    desk, key = desk_of(request), known_id(service_id)
    return _show(desk, _standing(desk, key), None)


@post(CORRECT, opt=PARTNER, sync_to_thread=True, status_code=303)
def propose(request: PageRequest, service_id: FromPath[str], typed: Sent) -> Response[Any]:
    """Keeps it for a curator, or puts it right when the organization is trusted."""
    desk, key = desk_of(request), known_id(service_id)
    found = _standing(desk, key)
    try:
        with desk.database.write() as session:
            made = own.correct(
                session,
                desk.actor,
                desk.organization_id,
                key,
                _changes(typed, found),
                note=typed.value("note").strip(),
            )
    except Invalid as refused:
        return _show(desk, found, typed.wrong(_errors(desk, refused.errors)), 400)
    except Conflict as refused:
        return _show(desk, found, typed.wrong({"form": desk.say.gettext(refused.message)}), 409)
    return go(LISTINGS, done="saved" if made.status is ProposalStatus.DIRECT else "proposed")


def _standing(desk: Desk, key: str) -> Standing:
    with desk.database.read() as session:
        return own.own_listing(session, desk.actor, desk.organization_id, key)


def _changes(typed: Typed, found: Standing) -> dict[str, Any]:
    """Everything on the form; what is the same is left out further down. Raises Invalid."""
    others = [line.strip() for line in typed.value("other_documents").splitlines()]
    said: dict[str, Any] = {
        **read_listing(typed),
        **read_hours(typed, found),
        "languages": list(typed.all("languages")),
        "documents": [*typed.all("documents"), *(line for line in others if line)],
        "place_note": {
            place.unit: typed.value(f"place_note-{place.unit}")
            for place in found.places
            if place.row
        },
    }
    if typed.value("starts_on") or typed.value("ends_on"):
        said["closure"] = {
            "starts_on": typed.value("starts_on") or typed.value("ends_on"),
            "ends_on": typed.value("ends_on") or typed.value("starts_on"),
            "reason": typed.value("reason"),
        }
    return said


def _errors(desk: Desk, errors: Mapping[str, str]) -> dict[str, str]:
    """By the field of the form they are about."""
    names = {"closure": "ends_on", "documents": "other_documents"}
    return {
        names.get(name, name): desk.say.gettext(
            WORDS[name if name in WORDS else name.partition("-")[0]]
        )
        for name in errors
    }


def _show(desk: Desk, found: Standing, typed: Typed | None, status: int = 200) -> Response[str]:
    with desk.database.read() as session:
        trusted = session.get_one(NetworkOrganization, desk.organization_id).trusted
    say = desk.say
    return desk.show(
        "partner/correct.html",
        status,
        service=found.service,
        typed=typed or _filled(found),
        weeks=list(week_forms(found, say)),
        places=[(place.unit, place.name) for place in found.places if place.row],
        costs=costs(say),
        documents=[(code, one.name(say.code)) for code, one in codes(DOCUMENT).items()],
        languages=_languages(found, desk),
        trusted=trusted,
    )


def _languages(found: Standing, desk: Desk) -> list[tuple[str, str]]:
    """Those offered everywhere, and those that this service has besides."""
    offered = options("language", desk.say)
    known = {code for code, _ in offered}
    more = [code for code in found.values["languages"] if code not in known]
    return offered + [(code, desk.say.language_name(code)) for code in more]


def _filled(found: Standing) -> Typed:
    coded = [one for one in found.values["documents"] if one in codes(DOCUMENT)]
    others = [one for one in found.values["documents"] if one not in codes(DOCUMENT)]
    notes = {f"place_note-{unit}": text for unit, text in found.values["place_note"].items()}
    return typed_of(
        {
            **listing_fields(found),
            **notes,
            "languages": found.values["languages"],
            "documents": coded,
            "other_documents": "\n".join(others),
        }
    )
