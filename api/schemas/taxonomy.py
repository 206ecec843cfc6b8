"""Code lists and taxonomy terms."""

from msgspec import Struct


class CodeOut(Struct):
    """A code: what search parameters and records say. `id` is that of its taxonomy term.

    `value` is the unit of the value it takes with it on a record ("hours"), or "".
    """

    id: str
    code: str
    names: dict[str, str]
    descriptions: dict[str, str]
    parent: str | None
    open_eligibility: list[str]
    value: str


class CodeListOut(Struct):
    """A list of codes; `parameter` is the search parameter that takes them, when one does."""

    name: str
    names: dict[str, str]
    parameter: str | None
    codes: list[CodeOut]


class Taxonomy(Struct):
    """Every list, categories first; names are in all our languages."""

    lists: list[CodeListOut]
