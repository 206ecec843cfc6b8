"""An address as a square to point a telephone at, drawn on the server. The address stands beside it."""

from functools import lru_cache

import segno
from jinja2.filters import do_mark_safe as ready

QUIET_MODULES = 4  # white around the square, as ISO/IEC 18004 asks for
LONGEST = 1_000  # characters; a square of more is too fine for paper and an old camera


@lru_cache(maxsize=256)
def qr(address: str) -> str:
    """The square as SVG that fills its box; blank for an address too long to be read from paper."""
    if len(address) > LONGEST:
        return ""
    square = segno.make_qr(address, error="m")
    drawn = square.svg_inline(border=QUIET_MODULES, omitsize=True, svgclass="qr", lineclass=None)
    return ready(drawn.replace("<svg ", '<svg aria-hidden="true" ', 1))
