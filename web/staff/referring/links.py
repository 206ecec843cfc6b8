"""The patient's own link to a referral: made, shown once, and taken back."""

from typing import Any

from litestar import Response, post
from litestar.params import FromPath

from referrals import status_links
from referrals.links import LinkKind
from web.i18n import LANGUAGES
from web.providers import PageRequest
from web.qr import qr
from web.staff.desk import desk_of, go, known_id
from web.staff.patients import COORDINATOR
from web.staff.referring.referral import open_referral

LINK = "/staff/referrals/{referral_id:str}/status-link"


@post(LINK, opt=COORDINATOR, sync_to_thread=True, status_code=200)
def make(request: PageRequest, referral_id: FromPath[str]) -> Response[str]:
    """A new link, shown now and never again; those before it end."""
    desk = desk_of(request)
    opened = open_referral(desk, referral_id)
    with desk.database.write() as session:
        token, language = status_links.make(session, desk.actor, known_id(referral_id))
    chosen = desk.site.settings
    other = language in LANGUAGES and language != chosen.language
    address = f"{chosen.base_url}{f'/{language}' if other else ''}/status/{token}"
    return desk.show(
        "referring/status_link.html",
        line=opened.view.line,
        patient=opened.record.summary,
        address=address,
        square=qr(address),
    )


@post(f"{LINK}/end", opt=COORDINATOR, sync_to_thread=True, status_code=303)
def end(request: PageRequest, referral_id: FromPath[str]) -> Response[Any]:
    """Takes every link of the patient to this referral back."""
    desk = desk_of(request)
    with desk.database.write() as session:
        status_links.end(session, desk.actor, known_id(referral_id), LinkKind.STATUS)
    return go(f"/staff/referrals/{referral_id}", done="ended")
