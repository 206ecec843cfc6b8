"""Sentences with something filled in that can still be said in another language."""

from typing import Self


class Saying(str):
    """An English sentence that remembers what it was made of: `source` and the `values` in it.

    It is a text like any other; web/i18n.py finds the source in a catalog and fills in the values,
    which may be sayings themselves.
    """

    __slots__ = ("source", "values")

    source: str
    values: dict[str, object]

    def __new__(cls, source: str, /, **values: object) -> Self:
        """`source` has a `%(name)s` for each value."""
        new = super().__new__(cls, source % values)
        new.source, new.values = source, values
        return new

    def __deepcopy__(self, _memo: object) -> Self:
        return self


def N_(message: str) -> str:
    """Marks a string for translation; it is translated where it is used."""
    return message
