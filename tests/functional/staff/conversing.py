"""Talking to the pages as a browser without JavaScript does: open a form, fill it in, send it."""

import re
from html import unescape
from typing import Any

from httpx import Response

from tests.functional.conftest import Client
from tests.functional.staff.conftest import Staffed

INPUT = re.compile(r"<input\b([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)(?:="([^"]*)")?')


class Browser:
    """Somebody's browser: a cookie, and the page that is open."""

    def __init__(self, staffed: Staffed, who: str = "clinic.coordinator") -> None:
        self.client: Client = staffed.client
        self.client.cookies.clear()
        self.headers = {"cookie": staffed.town.people[who].headers["cookie"]} if who else {}
        self.html = ""

    def open(self, path: str) -> Response:
        """Load a page."""
        answer: Response = self.client.get(path, headers=self.headers)
        self.html = answer.text
        return answer

    def send(self, path: str, /, **fields: Any) -> Response:
        """Send a form to that address, with the hidden fields of the page that is open."""
        data = hidden(self.html) | fields
        answer: Response = self.client.post(
            path, data=data, headers=self.headers, follow_redirects=False
        )
        self.html = answer.text or self.html  # the page a form leads to is not opened yet
        return answer


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of a page, the token among them."""
    found = {}
    for match in INPUT.finditer(html):
        attributes = dict(ATTRIBUTE.findall(match[1]))
        if attributes.get("type") == "hidden":
            found[attributes["name"]] = unescape(attributes.get("value", ""))
    return found


def came_to(answer: Response) -> str:
    """Where a sent form led."""
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]
