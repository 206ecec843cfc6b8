"""Who was refused what, in the audit trail: after the answer, and never without bound.

Each actor may leave PER_MINUTE rows a minute, and so may everybody unknown together. What is beyond
is counted, and told by the next row of that actor ("more"), so that a flood of refusals neither fills
the disk nor goes unsaid. A row names the route and the record asked for, never what was sent.
"""

import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from litestar.types import HTTPScope
from sqlalchemy.exc import SQLAlchemyError

from accounts.browser import Visitor
from app.limiting import Limiter
from core import audit
from core.actor import ANONYMOUS, Actor
from core.db import Database
from referrals.links import Visit

PER_MINUTE = 10
ACTIONS: Mapping[int, str] = {403: "denied.forbidden", 404: "denied.not_found"}
REFUSED: Mapping[int, str] = {
    400: "refused.invalid",
    404: "refused.link",
    409: "refused.conflict",
    412: "refused.stale",
    422: "refused.key_reused",
    428: "refused.no_version",
    429: "refused.throttled",
}
"""Changes of referrals that the rules refused: who tried what is part of the story."""
LINKS = ("/respond", "/status")
REFERRALS = (
    *LINKS,
    "/api/v1/referrals",
    "/api/v1/capacity",
    "/api/v1/needs/{need_id}/route-plan",
    "/staff/inbox",
    "/staff/needs/{need_id}/refer",
    "/staff/referrals",
)
TOKEN = "{token}"
SAID_ALREADY = {("/respond/{token}", 400)}
"""A wrong code is an event of its link (referrals/links.py)."""
SAFE = ("GET", "HEAD", "OPTIONS")
LANGUAGE = re.compile(r"/[a-z]{2}(?=/)")
ROUTE_LENGTH = 64

log = structlog.get_logger("handrail.denials")


@dataclass(frozen=True, slots=True)
class Denial:
    """One refusal. `record` is the id asked for, when the address had one."""

    actor: Actor
    action: str
    method: str
    route: str
    record: str
    address: str


def denial(scope: HTTPScope, status: int) -> Denial | None:
    """What there is to tell of an answer; None when nobody was refused anything.

    Whoever is not signed in and finds nothing is a visitor with an old address, not a denial, nor is
    an address that leads nowhere, whoever asks; but a link that is over, or guessed, is one.
    """
    state: Mapping[str, Any] = scope.get("state", {})
    actor = (state.get("visitor") or Visitor()).actor
    came_by: Visit | None = state.get("link")
    action = _action(scope, status, actor)
    if action is None:
        return None
    return Denial(
        came_by.actor if came_by else actor,
        action,
        scope["method"],
        scope.get("path_template", ""),
        came_by.referral_id if came_by else _record(scope.get("path_params", {})),
        state.get("address", ""),
    )


def _action(scope: HTTPScope, status: int, actor: Actor) -> str | None:
    if status == 401:
        named = any(name == b"authorization" for name, _ in scope["headers"])
        return "denied.key" if named else None
    if "path_template" not in scope:
        return None
    action = ACTIONS.get(status)
    if action and not (status == 404 and actor is ANONYMOUS):
        return action
    path = LANGUAGE.sub("", scope.get("path_template", ""), count=1)
    if not path.startswith(REFERRALS) or (path, status) in SAID_ALREADY:
        return None
    opened = path.startswith(LINKS) and TOKEN in path and status in (404, 429)
    return REFUSED.get(status) if opened or scope["method"] not in SAFE else None


class Denials:
    """Writes them, one after the other, in a thread of its own."""

    def __init__(
        self,
        database: Database,
        *,
        per_minute: int = PER_MINUTE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._limiter = Limiter(per_minute, clock=clock)
        self._more: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._writer = ThreadPoolExecutor(1, "denials")

    def note(self, found: Denial) -> None:
        """Write it soon, or count it."""
        with self._lock:
            if self._limiter.wait_s("denied", found.actor.id):
                self._more[found.actor.id] += 1
                return
            more = self._more.pop(found.actor.id, 0)
        self._writer.submit(self._write, found, more)

    def close(self) -> None:
        """Write what is waiting, and what was only counted."""
        self._writer.shutdown()
        for actor_id, more in self._more.items():
            rest = Denial(Actor(actor_id, "", via="nobody"), "denied.more", "", "", "", "")
            self._write(rest, more)

    def _write(self, found: Denial, more: int) -> None:
        fields = {"method": found.method, "record": found.record, "more": more}
        try:
            with self._database.write() as session:
                for chain in sorted(found.actor.organization_ids) or [audit.SYSTEM_CHAIN]:
                    audit.record(
                        session,
                        found.actor,
                        found.action,
                        "route",
                        found.route[:ROUTE_LENGTH],
                        {name: value for name, value in fields.items() if value},
                        organization_id=chain,
                        address=found.address,
                    )
        except SQLAlchemyError as error:
            log.warning("denial not recorded", kind=type(error).__qualname__)


def _record(parameters: Mapping[str, Any]) -> str:
    """The first id of the address; never other text, which might be a name."""
    for value in parameters.values():
        try:
            return str(UUID(str(value)))
        except ValueError:
            continue
    return ""
