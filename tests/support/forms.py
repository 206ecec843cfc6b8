"""Forms and links of a page, and filling the forms in, without knowing what page it is."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

SKIPPED = ("submit", "button", "file", "reset", "image")


@dataclass
class Form:
    """A form: `fields` are its (name, kind, value) in order; a select's value is its first choice."""

    action: str = ""
    method: str = "get"
    fields: list[tuple[str, str, str]] = field(default_factory=list)

    def filled(self, text: str) -> list[tuple[str, str]]:
        """What a browser would send with `text` in every field for free text."""
        free = ("text", "search", "textarea")
        return [(name, text if kind in free else value) for name, kind, value in self.fields]


class Page(HTMLParser):
    """`links` are the addresses linked to, `forms` its forms."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get").lower()))
        elif self.forms:
            self._field(tag, given)

    def _field(self, tag: str, given: dict[str, str]) -> None:
        fields, name = self.forms[-1].fields, given.get("name", "")
        kind = given.get("type", "text") if tag == "input" else tag
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            chosen = "selected" in given or self._select not in {known for known, _, _ in fields}
            if chosen:
                fields[:] = [item for item in fields if item[0] != self._select]
                fields.append((self._select, "option", given.get("value", "")))
        elif tag in ("input", "textarea") and name and kind not in SKIPPED:
            box = kind in ("checkbox", "radio")
            if "checked" in given or not box:
                fields.append((name, kind, given.get("value", "on" if box else "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
