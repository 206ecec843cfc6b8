"""Small ready-made pieces of HTML that stand on a page many times: drawings, lamps, `lang`."""

from collections.abc import Callable
from html import escape
from typing import Any

from jinja2.filters import do_mark_safe as ready

from web import assets

_RING = '<circle class="line" cx="8" cy="8" r="6.5" stroke-width="1.5" fill="none" stroke="#000"/>'
LAMPS = {
    "open": '<circle class="lamp" cx="8" cy="8" r="6.5" fill="#000" stroke-width="1.5"/>',
    "closing_soon": _RING
    + '<path class="lamp" d="M8 1.5v13a6.5 6.5 0 0 1 0-13z" fill="#000" stroke-width="1.5"/>',
    "closed": _RING,
    "unknown": _RING.replace("/>", ' stroke-dasharray="2.5 2.5"/>'),
}
"""The lamp beside a state in words: full = open, half = closing, ring = closed, dashed = not known."""


class Ready(dict[str, Any]):
    """HTML by name, made when it is first wanted. Templates look it up; calling costs them more."""

    def __init__(self, make: Callable[[str], str]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> Any:
        made = self[name] = ready(self._make(name))
        return made


def mark(name: str) -> str:
    """A drawing from the one cached file. It decorates: words always stand beside it."""
    address = f"{assets.url('marks.svg')}#{escape(name)}"
    return f'<svg class="mark" aria-hidden="true"><use href="{address}"/></svg>'


def lamp(kind: str) -> str:
    """The lamp of an open state; what is neither open nor closed is dashed."""
    drawn = LAMPS.get(kind, LAMPS["unknown"])
    return f'<svg class="dot" viewBox="0 0 16 16" aria-hidden="true">{drawn}</svg>'


def lang_attribute(page: str, spoken: str) -> str:
    """The `lang` attribute for words that are not in the language of the page."""
    return f' lang="{escape(spoken)}"' if spoken and spoken != page else ""
