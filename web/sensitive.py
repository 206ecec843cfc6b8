"""Pages that somebody may have to leave fast, and that must not say in a title what they are about.

Violence, substance use and the mind: by the codes of a service and by words, of a service or of a
search. The lists are data (`sensitive.json`). Too many is better than one too few: what it costs is
a bar at the top.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from directory.codes import AUDIENCE, CATEGORY
from directory.views import ServiceView
from search.words import fold
from web.forms import SearchForm


def is_sensitive(view: ServiceView) -> bool:
    """Whether this service is about one of these."""
    lists = _lists()
    if set(view.codes(AUDIENCE)) & lists["audiences"] or set(view.codes(CATEGORY)) & lists["terms"]:
        return True
    texts = (view.name, view.alternate_name, view.description, view.program, view.organization.name)
    return speaks_of_it(" . ".join(text for text in texts if text))


def any_sensitive(views: Iterable[ServiceView]) -> bool:
    """Whether any of these services is."""
    return any(is_sensitive(view) for view in views)


def asks_for_it(form: SearchForm) -> bool:
    """Whether a search says, in words or boxes, that it is."""
    lists = _lists()
    chosen = form.chosen
    ticked = set(chosen.get("for", ())) & lists["audiences"]
    return bool(ticked or set(chosen.get("kind", ())) & lists["terms"]) or speaks_of_it(
        form.value("q")
    )


def speaks_of_it(text: str) -> bool:
    """Whether the text has one of the words, in any case, with or without accents."""
    return _pattern().search(fold(text)) is not None


@cache
def _lists() -> dict[str, Any]:
    found = json.loads(Path(__file__).with_name("sensitive.json").read_text(encoding="utf-8"))
    return {name: set(values) for name, values in found.items() if isinstance(values, list)}


@cache
def _pattern() -> re.Pattern[str]:
    words = (re.escape(word).replace(r"\*", r"\w*") for word in sorted(_lists()["words"]))
    return re.compile(rf"\b(?:{'|'.join(words)})\b")
