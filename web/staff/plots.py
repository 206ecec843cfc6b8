"""Plots of reports as SVG, drawn on the server. The same numbers stand in the table beside each.

A share is a bar with its 95 % range as a line across its end; a median is a bar with a tick at the
90th percentile; what is withheld is a dashed line. Pure.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

from referrals.reports.figures import Share, Spread
from referrals.reports.report import Figure

WIDTH, ROW, BAR, EDGE = 340, 46, 16, 8
SPAN = WIDTH - 2 * EDGE
MAP_WIDTH, MAP_HEIGHT, MARGIN = 340, 300, 34
NAME_WIDE, NAME_TALL = 34, 14  # a ZIP code in letters of 11
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """A ZIP code on the map: where (degrees), its name, its figure. `plain`: only for orientation."""

    name: str
    lat: float
    lng: float
    figure: Figure | None = None
    plain: bool = False


def bars(rows: Sequence[tuple[str, Figure | None]]) -> str:
    """One bar for each row, its name above it."""
    height = ROW * len(rows) + 4
    most = max((one.p90 or 1 for _, one in rows if isinstance(one, Spread)), default=1)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [f'<svg class="plot" {size} aria-hidden="true">']
    for at, (name, figure) in enumerate(rows):
        top = at * ROW
        parts.append(f'<text x="{EDGE}" y="{top + 17}" font-size="14">{escape(name)}</text>')
        parts += _bar(figure, top + 24, most)
    return "".join([*parts, "</svg>"])


def _bar(figure: Figure | None, top: int, most: int) -> Iterator[str]:
    middle = top + BAR / 2
    rail = f'<path class="rail" d="M{EDGE} {middle}H{WIDTH - EDGE}" stroke="#777"'
    if figure is None:
        yield f'{rail} stroke-width="2" stroke-dasharray="2 7"/>'
        return
    yield f'{rail} stroke-width="1"/>'
    if isinstance(figure, Share) and figure.share is not None and figure.interval is not None:
        low, high = (_x(one) for one in figure.interval)
        yield _rectangle(_x(figure.share), top)
        ends = f"M{low} {top - 3}V{top + BAR + 3}M{high} {top - 3}V{top + BAR + 3}"
        yield f'<path class="range" d="M{low} {middle}H{high}{ends}" stroke="#000" stroke-width="2"/>'
    elif isinstance(figure, Spread) and figure.median is not None and figure.p90 is not None:
        yield _rectangle(_x(figure.median / most), top)
        late = _x(figure.p90 / most)
        line = f"M{_x(figure.median / most)} {middle}H{late}M{late} {top - 3}V{top + BAR + 3}"
        yield f'<path class="range" d="{line}" stroke="#000" stroke-width="2"/>'


def _rectangle(right: float, top: int) -> str:
    width = round(max(2.0, right - EDGE), 1)
    return f'<rect class="bar" x="{EDGE}" y="{top}" width="{width}" height="{BAR}" rx="3"/>'


def _x(share: float) -> float:
    return round(EDGE + SPAN * min(1.0, max(0.0, share)), 1)


def spots(found: Iterable[Spot]) -> str:
    """A map without tiles: ZIP codes as points where they are, as large as the share is."""
    places = list(found)
    if not places:
        return ""
    place = _projection(places)
    size = f'viewBox="0 0 {MAP_WIDTH} {MAP_HEIGHT}" width="{MAP_WIDTH}" height="{MAP_HEIGHT}"'
    drawn = [f'<svg class="plot spots" {size} aria-hidden="true">']
    taken = [place(spot) for spot in places if not spot.plain]
    for spot in sorted(places, key=lambda one: not one.plain):
        x, y = place(spot)
        drawn.append(_spot(spot, x, y))
        if not spot.plain:
            taken.append(at := _beside(x, y, taken))
            drawn.append(f'<text x="{at[0]}" y="{at[1]}" font-size="11" text-anchor="middle">')
            drawn.append(f"{spot.name}</text>")
    return "".join([*drawn, "</svg>"])


def _projection(places: Sequence[Spot]) -> Callable[[Spot], tuple[float, float]]:
    """Degrees to pixels; a county is small enough to be flat."""
    south, north = min(one.lat for one in places), max(one.lat for one in places)
    west, east = min(one.lng for one in places), max(one.lng for one in places)
    shrink = 0.81  # a degree of longitude in North Carolina is that much of one of latitude
    wide, tall = max((east - west) * shrink, 0.02), max(north - south, 0.02)
    scale = min((MAP_WIDTH - 2 * MARGIN) / wide, (MAP_HEIGHT - 2 * MARGIN) / tall)
    left = (MAP_WIDTH - (east - west) * shrink * scale) / 2
    top = (MAP_HEIGHT - (north - south) * scale) / 2

    def place(spot: Spot) -> tuple[float, float]:
        x = left + (spot.lng - west) * shrink * scale
        y = top + (north - spot.lat) * scale
        return round(x, 1), round(y, 1)

    return place


def _beside(x: float, y: float, taken: Sequence[Point]) -> Point:
    """The middle of a name beside its point, where the fewest others are."""

    def crowd(at: Point) -> int:
        return sum(
            abs(at[0] - to[0]) < NAME_WIDE and abs(at[1] - to[1]) < NAME_TALL for to in taken
        )

    around = ((0, -18), (0, 27), (36, 4), (-36, 4), (30, -16), (-30, -16), (30, 24), (-30, 24))
    places = [(round(x + right, 1), round(y + down, 1)) for right, down in around]
    return min(places, key=crowd)  # the first of those with as few


def _spot(spot: Spot, x: float, y: float) -> str:
    if spot.plain:
        return f'<circle class="mark" cx="{x}" cy="{y}" r="1.5"/>'
    if not isinstance(spot.figure, Share) or spot.figure.share is None:
        edge = f'x="{x - 8}" y="{y - 8}" width="16" height="16" stroke-dasharray="3 3"'
        return f'<rect class="hidden" {edge} fill="none" stroke="#777" stroke-width="2"/>'
    radius = round(3 + 12 * spot.figure.share**0.5, 1)
    return f'<circle class="spot" cx="{x}" cy="{y}" r="{radius}" stroke="#000"/>'
