"""What somebody typed into a form: kept as it was typed, with what is wrong with it by field."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from litestar import Request
from litestar.di import NamedDependency

from accounts.browser import CSRF_FIELD

VALUES_MAX = 1_000
LENGTH_MAX = 20_000
SECRET = ("password", "old_password", "code")
"""Fields that are never shown again."""


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form by name; a field may have several values, and errors have words."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What was typed into a field; blank when nothing was."""
        return self.fields.get(name, ("",))[0]

    def all(self, name: str) -> tuple[str, ...]:
        """Everything chosen in a group of boxes."""
        return self.fields.get(name, ())

    def has(self, name: str, value: str = "yes") -> bool:
        """Whether a box was ticked."""
        return value in self.all(name)

    def error(self, name: str) -> str:
        """What is wrong with a field; blank when nothing is."""
        return self.errors.get(name, "")

    def wrong(self, errors: Mapping[str, str]) -> "Typed":
        """The same, with what is wrong, to be shown again without its secrets."""
        kept = {name: values for name, values in self.fields.items() if name not in SECRET}
        return Typed(kept, dict(errors))

    def having(self, **values: str | Iterable[str]) -> "Typed":
        """The same with these fields set anew."""
        found = {k: (v,) if isinstance(v, str) else tuple(v) for k, v in values.items()}
        return replace(self, fields={**self.fields, **found})

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Every field and value, to be carried along."""
        return tuple((name, value) for name, values in self.fields.items() for value in values)


def typed_of(values: Mapping[str, Any]) -> Typed:
    """A form filled in with what is known: texts, lists of texts, yes or no."""
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in values.items():
        if isinstance(value, bool):
            fields[name] = ("yes",) if value else ()
        elif isinstance(value, (list, tuple)):
            fields[name] = tuple(str(part) for part in value)
        else:
            fields[name] = ("" if value is None else str(value),)
    return Typed(fields)


def typed_from(pairs: Iterable[tuple[str, object]]) -> Typed:
    """The fields of a form that was sent; files and what is too much are left out."""
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in list(pairs)[:VALUES_MAX]:
        if isinstance(value, str) and name != CSRF_FIELD:
            text = value[:LENGTH_MAX].replace("\x00", "")
            fields[name] = (*fields.get(name, ()), text)
    return Typed(fields)


async def read_typed(request: Request[Any, Any, Any]) -> Typed:
    """The form of this request; handlers ask for it as `typed`."""
    return typed_from((await request.form()).multi_items())


Sent = NamedDependency[Typed]
"""The form of the request, as a parameter of a handler."""
