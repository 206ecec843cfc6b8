"""Who is acting. Every command takes one, and the audit row names it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, a key or the system itself. `organization_ids` are those it acts for."""

    id: str
    name: str
    roles: frozenset[str] = frozenset()
    organization_ids: frozenset[str] = frozenset()

    @property
    def organization_id(self) -> str | None:
        """The organization it acts for, when there is exactly one."""
        return next(iter(self.organization_ids)) if len(self.organization_ids) == 1 else None


SYSTEM = Actor(id="system", name="Handrail", roles=frozenset({"system"}))
ANONYMOUS = Actor(id="anonymous", name="Somebody")
