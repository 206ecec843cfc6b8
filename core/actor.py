"""Who is acting. Every command takes one, and the audit row names it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a key or the system itself, with the roles it holds in each organization.

    `via` says how it proved itself: "session", "key", "link" or "system"; `address` is the network
    address it came from, for the audit only.
    """

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    organization_ids: frozenset[str] = frozenset()
    memberships: frozenset[tuple[str, str]] = frozenset()
    via: str = "system"
    address: str = ""

    @property
    def organization_id(self) -> str | None:
        """The organization it acts for, when there is exactly one."""
        return next(iter(self.organization_ids)) if len(self.organization_ids) == 1 else None

    def holds(self, role: str, organization_id: str) -> bool:
        """Whether it holds that role in that organization."""
        return (organization_id, role) in self.memberships


SYSTEM = Actor(id="system", name="Handrail", roles=frozenset({"system"}))
ANONYMOUS = Actor(id="anonymous", name="Somebody", via="nobody")
