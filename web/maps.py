"""What a map without tiles is drawn from: the ZIP codes around, asked for when a map is opened."""

from typing import Any

from litestar import get
from litestar.params import FromQuery

from core.access import PUBLIC
from core.errors import Invalid
from directory.places.gazetteer import gazetteer

LANDMARKS = 40
LARGEST_DEGREES = 6.0


@get("/around", opt=PUBLIC, sync_to_thread=True)
def around(box: FromQuery[str] = "") -> dict[str, Any]:
    """ZIPs in a box (west,south,east,north in degrees): code, city, latitude, longitude."""
    west, south, east, north = _edges(box)
    found = [
        row
        for row in gazetteer().zips.values()
        if row.standard and south <= row.lat <= north and west <= row.lng <= east
    ]
    step = -(-len(found) // LANDMARKS) or 1
    return {"zips": [(row.code, row.city, row.lat, row.lng) for row in found[::step]]}


def _edges(box: str) -> tuple[float, ...]:
    """Four finite numbers of a box that is not larger than a map of a few counties."""
    try:
        edges = tuple(float(edge) for edge in box[:100].split(","))
        west, south, east, north = edges
    except ValueError:
        edges = ()
    if not edges or not (
        0 <= east - west <= LARGEST_DEGREES and 0 <= north - south <= LARGEST_DEGREES
    ):
        raise Invalid(
            "box must be west,south,east,north in degrees, at most 6 apart", parameter="box"
        )
    return edges
