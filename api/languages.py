"""In which language a client wants words."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from litestar import Request

from core.errors import Invalid
from core.settings import LANGUAGES

PARAMETER = "lang"
HEADER_MAX = 500  # characters of Accept-Language that are looked at


def language(request: Request[Any, Any, Any], default: str) -> str:
    """The parameter `lang`, else what Accept-Language likes best of ours, else the default.

    Raises Invalid for a `lang` that there is not.
    """
    asked = request.query_params.get(PARAMETER, "").strip().lower()
    if asked:
        if asked not in LANGUAGES:
            allowed = ", ".join(LANGUAGES)
            raise Invalid(f"lang must be one of {allowed}.", parameter=PARAMETER)
        return asked
    return preferred(request.headers.get("accept-language", "")[:HEADER_MAX]) or default


@lru_cache(maxsize=1024)
def preferred(header: str) -> str | None:
    """The first of our languages by the weights of an Accept-Language header, or None."""
    found = [(weight, tag) for tag, weight in _ranges(header) if tag in LANGUAGES and weight > 0]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def _ranges(header: str) -> Iterable[tuple[str, float]]:
    for part in header.split(","):
        tag, _, options = part.partition(";")
        weight = options.strip().removeprefix("q=") or "1"
        try:
            yield tag.strip().lower().split("-")[0], float(weight)
        except ValueError:
            continue
