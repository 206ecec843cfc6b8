"""A visit by a mailed link: a cookie of its own, good for one referral and half an hour.

It is no sign-in: no other page knows it. A form must carry the token that only our own pages know.
"""

import hmac
from dataclasses import dataclass
from typing import Any

from litestar import Response
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException

from accounts.browser import CSRF_FIELD, csrf_token
from core.access import LIMIT, PUBLIC
from core.db import Database
from patients.sealing import Vault
from referrals import links
from referrals.links import Visit
from web.i18n import N_
from web.pages import here, page
from web.providers import PageRequest, settings_of, site_of
from web.staff.desk import NO_STORE
from web.staff.typed import Sent

LINK: dict[str, Any] = {**PUBLIC, LIMIT: "link"}
"""Anybody who has a link; how often one address may try is limited."""
RESPOND = "/respond"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody on a visit, and what their pages are made with."""

    request: PageRequest
    visit: Visit
    csrf: str

    @property
    def database(self) -> Database:
        """Where everything is kept."""
        return site_of(self.request).database

    @property
    def vault(self) -> Vault:
        """What opens the words of the referral."""
        return Vault(self.request.app.state.keyring)

    def show(self, template: str, status: int = 200, **context: Any) -> Response[str]:
        """A page of the visit, which nobody keeps."""
        return page(
            self.request,
            f"respond/{template}",
            status,
            NO_STORE,
            csrf=self.csrf,
            csrf_field=CSRF_FIELD,
            organization=self.visit.actor.name,
            **context,
        )


def caller_of(request: PageRequest) -> Caller | None:
    """Who is on a visit; None for everybody else."""
    settings = settings_of(request)
    token = request.cookies.get(cookie_name(https=settings.https), "")
    if not token:
        return None
    address = request.state.get("address", "")
    with site_of(request).database.read() as session:
        visit = links.find_visit(session, token, address=address)
    if visit is None:
        return None
    request.state.link = visit
    return Caller(request, visit, csrf_token(settings.secret_key, visit.token_hash))


async def read_proof(request: PageRequest, typed: Sent) -> str:
    """The token that came with a form; handlers ask for it as `proof`.

    It is read after `typed`: of two that read a body at once, one would wait for ever.
    """
    assert typed is not None
    return str((await request.form()).get(CSRF_FIELD, ""))


Proof = NamedDependency[str]
"""The token that came with the form, as a parameter of a handler."""


def checked_caller(request: PageRequest, proof: str) -> Caller | None:
    """Who is on a visit, if one of its own pages sent this form; raises if another one did."""
    caller = caller_of(request)
    if caller and not hmac.compare_digest(proof.encode(), caller.csrf.encode()):
        raise PermissionDeniedException(N_("This form is out of date. Load the page again."))
    return caller


def cookie_name(*, https: bool) -> str:
    """Bound to this host over https, as the sign-in's is."""
    return "__Host-handrail-respond" if https else "handrail-respond"


def cookie(request: PageRequest, token: str) -> Cookie:
    """The visit's cookie; without a token the one that removes it."""
    https = settings_of(request).https
    return Cookie(
        key=cookie_name(https=https),
        value=token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=https,
        max_age=None if token else 0,
    )


def note_link(request: PageRequest, token: str) -> None:
    """Whose link it is that is refused, for the audit trail."""
    address = request.state.get("address", "")
    with site_of(request).database.read() as session:
        request.state.link = links.known(session, token, address=address)


def over(request: PageRequest, token: str = "", *, left: bool = False) -> Response[str]:
    """The link or the visit is over: what to do now."""
    if token:
        note_link(request, token)
    return page(request, "respond/over.html", 200 if left else 404, NO_STORE, left=left)


def own_path(request: PageRequest, path: str = "") -> str:
    """Address of a page of the visit, in the reader's language."""
    return here(request).href(f"{RESPOND}{path}")
