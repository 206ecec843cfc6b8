"""Circles and boxes on a sphere of R = 6,371,000 m.

Points are unit vectors. The squared straight line (chord) between two of them grows with the distance on the
sphere, so it serves for both the radius and the order without an arc sine per row.
"""

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from search.embedded.bitmaps import Rows
from search.embedded.keys import CELL_DEGREES, CELLS_AROUND, cell_key
from search.query import Box, Point

EARTH_M = 6_371_000.0
_MOST = 2
EDGE = 1e-9
"""Slack of a radius as a chord, 6 mm: rounding must not push a point on the edge outside."""

Numbers = npt.NDArray[np.float64]


def unit_vectors(lat: Any, lng: Any) -> tuple[Any, Any, Any]:
    """x, y, z of degrees; numbers or arrays."""
    north, east = np.radians(lat), np.radians(lng)
    flat = np.cos(north)
    return flat * np.cos(east), flat * np.sin(east), np.sin(north)


def squared_chord(metres: float) -> float:
    """The squared chord that spans that distance on the sphere, with the slack."""
    return float((2 * math.sin(min(metres / (2 * EARTH_M), math.pi / 2)) + EDGE) ** 2)


def squared_chords(columns: Any, rows: Rows, origin: Point) -> Numbers:
    """Squared chord from origin to each row; NaN where a row has no place."""
    at = unit_vectors(origin.lat, origin.lng)
    axes = (columns.x, columns.y, columns.z)
    if len(rows) * _MOST > columns.size:  # measuring all in turn is quicker than picking most
        return _squares([axis[: columns.size] for axis in axes], at).take(rows)
    return _squares([axis.take(rows) for axis in axes], at)


def _squares(axes: list[Numbers], at: tuple[float, float, float]) -> Numbers:
    total = axes[0] - at[0]
    total *= total
    for axis, middle in zip(axes[1:], at[1:], strict=True):
        part = axis - middle
        part *= part
        total += part
    return total


class Ruler:
    """Measures from one origin, and remembers what it measured last."""

    def __init__(self, columns: Any, origin: Point) -> None:
        self._columns = columns
        self._origin = origin
        self._rows: Rows | None = None
        self._chords: Numbers = np.empty(0)

    def within(self, rows: Rows, metres: float) -> npt.NDArray[np.bool_]:
        """Which rows lie within that distance."""
        chords = squared_chords(self._columns, rows, self._origin)
        near: npt.NDArray[np.bool_] = chords <= squared_chord(metres)
        self._rows, self._chords = rows[near], chords[near]
        return near

    def chords(self, rows: Rows) -> Numbers:
        """Squared chords, infinite where a row has no place."""
        if self._rows is not None and np.array_equal(rows, self._rows):
            return self._chords
        chords = squared_chords(self._columns, rows, self._origin)
        chords[np.isnan(chords)] = np.inf
        return chords


def distances_m(columns: Any, rows: Rows, origin: Point) -> Numbers:
    """Metres from origin to each row; NaN where a row has no place."""
    chords = np.sqrt(squared_chords(columns, rows, origin))
    metres: Numbers = 2 * EARTH_M * np.arcsin(np.minimum(chords / 2, 1))
    return metres


def in_box(columns: Any, rows: Rows, box: Box) -> npt.NDArray[np.bool_]:
    """Which rows lie in the box, edges included."""
    lat, lng = columns.lat.take(rows), columns.lng.take(rows)
    across: npt.NDArray[np.bool_]
    if box.west <= box.east:
        across = (lng >= box.west) & (lng <= box.east)
    else:
        across = (lng >= box.west) | (lng <= box.east)
    across &= (lat >= box.south) & (lat <= box.north)
    return across


class Cells(NamedTuple):
    """A block of cells, which may cross the antimeridian."""

    rows: range
    columns: range

    @property
    def number(self) -> int:
        """How many cells these are."""
        return len(self.rows) * len(self.columns)

    def keys(self) -> list[str]:
        """Their keys."""
        return [cell_key(row, column) for row in self.rows for column in self.columns]


def circle_cells(origin: Point, metres: float) -> Cells | None:
    """The cells that cover the circle; None when it holds a pole."""
    reach = math.degrees(metres / EARTH_M) + 1e-6
    south, north = origin.lat - reach, origin.lat + reach
    if south <= -90 or north >= 90:
        return None
    across = math.sin(math.radians(reach)) / math.cos(math.radians(origin.lat))
    if across >= 1:
        return None
    width = math.degrees(math.asin(across)) + 1e-6
    return _cells(south, north, origin.lng - width, origin.lng + width)


def box_cells(box: Box) -> Cells:
    """The cells that cover the box."""
    east = box.east if box.west <= box.east else box.east + 360
    return _cells(box.south, box.north, box.west, east)


def _cells(south: float, north: float, west: float, east: float) -> Cells:
    columns = range(math.floor(west / CELL_DEGREES), math.floor(east / CELL_DEGREES) + 1)
    return Cells(
        range(math.floor(south / CELL_DEGREES), math.floor(north / CELL_DEGREES) + 1),
        columns[:CELLS_AROUND],
    )
