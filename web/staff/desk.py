"""What every page for signed-in people is made from: who reads it, for which organization, and in
the language of their account."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from babel.dates import format_datetime
from litestar import Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from accounts.browser import CSRF_FIELD, Visitor
from accounts.models import Role
from accounts.queries import OrganizationName, own_organizations
from core.actor import Actor
from core.crypto import Keyring
from core.db import Database
from core.errors import HandrailError, Invalid, NotFound
from patients import drafts
from patients.drafts import Begun
from patients.sealing import Vault
from web.i18n import LANGUAGES, N_, SOURCE_LANGUAGE, Language, language
from web.links import with_query
from web.pages import here, page
from web.providers import PageRequest, Site, site_of
from web.rendering import Here
from web.staff.typed import Typed

NO_STORE = {"Cache-Control": "no-store"}
ID = re.compile(r"[A-Za-z0-9-]{1,64}")

DONE = {
    "saved": N_("Saved."),
    "added": N_("Added."),
    "sent": N_("Sent."),
    "removed": N_("Removed."),
    "proposed": N_("Thank you. A curator looks at it, and you see here what comes of it."),
    "merged": N_("The two records are one now."),
    "erased": N_("The record was erased."),
    "moved": N_("The caseload was handed over."),
    "ended": N_("Ended."),
    "cleared": N_("Mail is sent to that address again."),
    "taken": N_("It took the test."),
    "password": N_("Your password is changed. Sign in with the new one."),
    "out": N_("You are signed out."),
    "factor": N_("The second step is switched on."),
    "unticked": N_("Nothing was ticked. Tick one at least, then press the button again."),
    "kept": N_("Kept for you. Open this form again within seven days to go on with it."),
    "noted": N_("Noted, with the day and your name."),
    "assured": N_("Noted: it is right as listed, as of today."),
    "status": N_("Noted. The listing says so now, and its history says who did."),
    "decided": N_("Decided. The report is off the list."),
    "accepted": N_("Accepted. The listing says so now."),
    "declined": N_("Declined. The organization sees why."),
    "translated": N_("Kept. Readers see the translation again."),
    "untranslated": N_("The translation is removed. Readers see the English text."),
    "merged_listing": N_("The two are one now. The old address leads to the one that was kept."),
    "distinct": N_("Kept apart. Nobody is asked about these two again."),
    "reverted": N_("Put back. The history keeps both changes."),
}
"""What a page says first when something was done: the address names it by its key."""

NAVIGATION: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("/staff", N_("Start"), tuple(Role)),
    ("/staff/inbox", N_("Inbox"), (Role.PARTNER,)),
    ("/staff/listings", N_("Your listing"), (Role.PARTNER,)),
    ("/staff/patients", N_("Patients"), (Role.COORDINATOR,)),
    ("/staff/find", N_("Find help"), (Role.COORDINATOR,)),
    ("/staff/referrals", N_("Referrals"), (Role.COORDINATOR,)),
    ("/staff/wins", N_("Wins"), (Role.COORDINATOR,)),
    ("/staff/verify", N_("To check"), (Role.CURATOR, Role.SUPERVISOR, Role.ADMIN)),
    ("/staff/problems", N_("Problems"), (Role.CURATOR,)),
    ("/staff/proposals", N_("Proposals"), (Role.CURATOR,)),
    ("/staff/translations", N_("Translations"), (Role.CURATOR,)),
    ("/staff/duplicates", N_("Doubles"), (Role.CURATOR, Role.ADMIN)),
    ("/staff/imports", N_("Imports"), (Role.CURATOR,)),
    ("/staff/reports", N_("Reports"), (Role.SUPERVISOR, Role.ADMIN)),
    ("/staff/caseloads", N_("Caseloads"), (Role.SUPERVISOR, Role.ADMIN)),
    ("/staff/members", N_("Members"), tuple(Role)),
    ("/staff/bounces", N_("Returned mail"), (Role.ADMIN,)),
    ("/staff/webhooks", N_("Webhooks"), (Role.ADMIN,)),
    ("/staff/audit", N_("Audit trail"), (Role.ADMIN,)),
)
"""Address, words, and the roles it is shown to."""


@dataclass(frozen=True, slots=True)
class Place:
    """An entry of the navigation."""

    href: str
    words: str
    current: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """The person at work. `organization` is None while they have to choose one of several."""

    request: PageRequest
    site: Site
    visitor: Visitor
    say: Language
    organizations: tuple[OrganizationName, ...]
    organization: OrganizationName | None

    @property
    def actor(self) -> Actor:
        """Who acts."""
        return self.visitor.actor

    @property
    def database(self) -> Database:
        """Where everything is kept."""
        return self.site.database

    @property
    def keyring(self) -> Keyring:
        """The keys of sealed fields."""
        return cast(Keyring, self.request.app.state.keyring)

    @property
    def vault(self) -> Vault:
        """What seals and opens patient records."""
        return Vault(self.keyring)

    @property
    def organization_id(self) -> str:
        """The organization they work for now. Raises NotFound while none is chosen."""
        if self.organization is None:
            raise NotFound("Choose the organization you work for first.")
        return self.organization.id

    def holds(self, *roles: Role) -> bool:
        """Whether they have one of these roles in the organization they work for now."""
        chosen = self.organization
        return chosen is not None and any(self.actor.holds(role, chosen.id) for role in roles)

    @property
    def path(self) -> str:
        """The address of this page, without what is asked of it."""
        return str(self.request.scope["path"])

    def begun(self) -> Begun | None:
        """What they began to type into the form of this page and did not send."""
        with self.database.read() as session:
            return drafts.begun(session, self.actor, self.vault, self.path)

    def places(self) -> list[Place]:
        """The navigation."""
        path = self.request.scope["path"].rstrip("/")
        found = [
            (href, words) for href, words, roles in NAVIGATION if self.holds(*roles) or href == path
        ]
        best = max((href for href, _ in found if _below(path, href)), key=len, default="")
        return [Place(href, self.say.gettext(words), href == best) for href, words in found]

    def moment(self, at: datetime) -> str:
        """A date and time, short, where this installation is."""
        return format_datetime(at.astimezone(self.site.zone), "short", locale=self.say.locale)

    def show(self, template: str, status: int = 200, **context: Any) -> Response[str]:
        """The page as a response that nobody keeps."""
        at = here(self.request)
        done = DONE.get(dict(at.pairs).get("done", ""), "")
        return page(
            self.request,
            f"staff/{template}",
            status,
            NO_STORE,
            Here(at.path, at.pairs, self.say.code, self.site.settings.language),
            desk=self,
            csrf=self.visitor.csrf,
            csrf_field=CSRF_FIELD,
            done=self.say.gettext(done) if done else "",
            **context,
        )

    def errors(
        self, refused: HandrailError, fields: Mapping[str, str] | None = None
    ) -> dict[str, str]:
        """What a command refused, by field of the form, in the reader's language."""
        return said(refused, self.say, fields)


def desk_of(request: PageRequest) -> Desk:
    """The desk of whoever asks. Only for routes that need a sign-in."""
    visitor = visitor_of(request)
    site = site_of(request)
    with site.database.read() as session:
        found = tuple(own_organizations(session, visitor.actor))
    chosen = [name for name in found if name.id == visitor.organization_id]
    if len(found) == 1:
        chosen = list(found)
    say = language(visitor.locale if visitor.locale in LANGUAGES else SOURCE_LANGUAGE)
    return Desk(request, site, visitor, say, found, chosen[0] if chosen else None)


def visitor_of(request: PageRequest) -> Visitor:
    """Who asks; nobody on public routes."""
    return cast(Visitor, request.state.get("visitor") or Visitor())


def said(
    refused: HandrailError, say: Language, fields: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The errors of a refusal by field; what is about no field is about the whole form ("form")."""
    names = fields or {}
    errors = refused.errors if isinstance(refused, Invalid) else {}
    found = errors or {refused.parameter or "form": refused.message}
    return {names.get(name, name): say.gettext(words) for name, words in found.items()}


def go(path: str, /, *, cookies: Iterable[Cookie] = (), **query: str) -> Redirect:
    """On to another page, after something was done: loading that one again does nothing twice."""
    return Redirect(
        with_query(path, query.items()), status_code=303, cookies=list(cookies), headers=NO_STORE
    )


def known_id(text: str) -> str:
    """An id from an address. Raises NotFound for what can be none."""
    if not ID.fullmatch(text):
        raise NotFound("There is no such record.")
    return text


def nothing_typed() -> Typed:
    """An empty form."""
    return Typed()


def _below(path: str, href: str) -> bool:
    return path == href or (href != "/staff" and path.startswith(href + "/"))
