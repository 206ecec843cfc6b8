"""Where an invented place lies: near the middle of its real ZIP, always the same spot."""

import math
from functools import lru_cache
from hashlib import sha256

import numpy as np

from directory.places.gazetteer import Zip, gazetteer
from directory.places.place import METRES_PER_DEGREE

FARTHEST_M = 4_000.0
SMALLEST_M = 50.0


def pin(zip_code: str, key: str) -> tuple[float, float]:
    """Latitude and longitude of a place, closer to the middle of its ZIP than to any other.

    Raises KeyError for a ZIP that does not exist.
    """
    row = gazetteer().zips[zip_code]
    return scattered(row, key, _room_m(zip_code))


def scattered(row: Zip, key: str, radius_m: float) -> tuple[float, float]:
    """A spot within the radius of the ZIP's middle, chosen by the key."""
    digest = sha256(f"{row.code}/{key}".encode()).digest()
    turn = int.from_bytes(digest[:8]) / 2**64 * 2 * math.pi
    away = math.sqrt(int.from_bytes(digest[8:16]) / 2**64) * radius_m / METRES_PER_DEGREE
    lat = row.lat + away * math.sin(turn)
    lng = row.lng + away * math.cos(turn) / math.cos(math.radians(row.lat))
    return round(lat, 6), round(lng, 6)


@lru_cache(maxsize=1024)
def _room_m(zip_code: str) -> float:
    """Just under half the way to the nearest other ZIP, and never far.

    Measured on a flat map, which is good to a few percent at this size. Some neighbours share one
    middle in the data; they do not count as others.
    """
    here = gazetteer().zips[zip_code]
    lats, lngs = _middles()
    east = (lngs - here.lng) * math.cos(math.radians(here.lat))
    metres = np.hypot(lats - here.lat, east) * METRES_PER_DEGREE
    nearest = float(metres[metres > 1].min())
    return max(SMALLEST_M, min(FARTHEST_M, 0.45 * nearest))


@lru_cache(maxsize=1)
def _middles() -> tuple[np.ndarray, np.ndarray]:
    """Latitudes and longitudes of every ZIP that covers ground."""
    ground = [row for row in gazetteer().zips.values() if row.standard]
    return np.array([row.lat for row in ground]), np.array([row.lng for row in ground])
