"""Reads microdata out of a page: what a search engine would take from it."""

from html.parser import HTMLParser
from typing import Any

Item = dict[str, list[Any]]
VOID = {"meta", "link", "input", "br", "img", "hr", "use", "path"}


class _Reader(HTMLParser):
    """Items by nesting; `texts` are properties whose value is the text of their element."""

    def __init__(self) -> None:
        super().__init__()
        self.items: list[Item] = []
        self._open: list[tuple[str, Item | None, list[str] | None, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, item = given.get("itemprop") or "", None
        if "itemscope" in given:
            item = {"@type": [given.get("itemtype")]}
            self._put(name, item) if name else self.items.append(item)
        elif name and tag in VOID:
            self._put(name, given.get("content" if tag == "meta" else "href"))
        if tag not in VOID:
            text: list[str] | None = [] if name and item is None else None
            self._open.append((tag, item, text, name))

    def handle_data(self, data: str) -> None:
        for _, _, text, _ in self._open:
            if text is not None:
                text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag not in [opened for opened, *_ in self._open]:
            return  # of an element that closes itself
        while self._open:
            opened, _, text, name = self._open.pop()
            if text is not None:
                self._put(name, "".join(text).strip())
            if opened == tag:
                return

    def _put(self, name: str, value: Any) -> None:
        owner = next(item for _, item, _, _ in reversed(self._open) if item is not None)
        owner.setdefault(name, []).append(value)


def microdata(html: str) -> list[Item]:
    """Top-level items: property → values, an item as a dict with its "@type"."""
    reader = _Reader()
    reader.feed(html)
    return reader.items
